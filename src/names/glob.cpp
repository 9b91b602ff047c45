#include <bit>
#include <cstdint>
#include <utility>

#include "base/guard.h"
#include "base/quote.h"
#include "holdall/name_rules.h"
#include "names/characters.h"

namespace holdall {
namespace {

// Bounds the work at 64 words a character of the name.
constexpr size_t kLongestGlobBytes = 4096;

// A pattern is a list of steps, and a set of them is where a match may stand: all of them advance
// together, a character at a time, so that no pattern makes a name cost more than another.
struct Step {
  enum class Kind : uint8_t {
    kCharacter,
    kAnyCharacter,     // "?"
    kWithin,           // "*": stays while the component does, or is passed over
    kAcross,           // "**": stays at any character, or is passed over
    kAcrossOrNothing,  // in front of "**/": is passed over, or the two steps after it are too
  };
  Kind kind;
  uint32_t character = 0;
};

// The bytes in one number; no two characters share one.
uint32_t number_of(std::string_view character) {
  uint32_t number = 0;
  for (const char c : character) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

// A set of steps, one more than the pattern has: the last is the end.
class StepSet {
 public:
  explicit StepSet(size_t count) : words_((count + 63) / 64) {}

  bool has(size_t step) const { return (words_[step / 64] >> (step % 64) & 1) != 0; }
  void insert(size_t step) { words_[step / 64] |= uint64_t{1} << (step % 64); }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(i * 64 + static_cast<size_t>(std::countr_zero(word)));
      }
    }
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace

struct Glob::Program {
  std::string text;
  std::vector<Step> steps;
  bool splits_at_dots = false;

  bool is_separator(uint32_t c) const { return c == '/' || (c == '.' && splits_at_dots); }

  // `step`, and those reached from it without a character.
  void enter(StepSet& set, size_t step) const {
    while (!set.has(step)) {
      set.insert(step);
      if (step == steps.size()) return;
      switch (steps[step].kind) {
        case Step::Kind::kCharacter:
        case Step::Kind::kAnyCharacter: return;
        case Step::Kind::kAcrossOrNothing: enter(set, step + 3); break;
        case Step::Kind::kWithin:
        case Step::Kind::kAcross: break;
      }
      ++step;
    }
  }

  // The steps reached from `step` by `character`.
  void advance(StepSet& set, size_t step, uint32_t character) const {
    if (step == steps.size()) return;
    switch (steps[step].kind) {
      case Step::Kind::kCharacter:
        if (steps[step].character == character) enter(set, step + 1);
        break;
      case Step::Kind::kAnyCharacter:
        if (!is_separator(character)) enter(set, step + 1);
        break;
      case Step::Kind::kWithin:
        if (!is_separator(character)) enter(set, step);
        break;
      case Step::Kind::kAcross: enter(set, step); break;
      case Step::Kind::kAcrossOrNothing: break;
    }
  }

  bool is_at_component_start() const {
    return steps.empty() ||
           (steps.back().kind == Step::Kind::kCharacter && is_separator(steps.back().character));
  }

  // Takes the stars at the front of `rest`, which has one.
  void append_stars(std::string_view& rest) {
    const size_t star_count = std::min(rest.find_first_not_of('*'), rest.size());
    rest.remove_prefix(star_count);
    if (star_count == 1) {
      steps.push_back({Step::Kind::kWithin});
      return;
    }
    const bool may_be_nothing =
        is_at_component_start() && !rest.empty() && is_separator(number_of(rest.substr(0, 1)));
    if (may_be_nothing) steps.push_back({Step::Kind::kAcrossOrNothing});
    steps.push_back({Step::Kind::kAcross});
  }
};

Glob::Glob(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

Result<Glob> Glob::parse(std::string_view pattern) {
  return guarded([&]() -> Result<Glob> {
    if (pattern.empty()) return invalid_argument("the pattern is empty; '**' matches every name");
    if (pattern.size() > kLongestGlobBytes) {
      return invalid_argument("the pattern has {} bytes, the limit is {}", pattern.size(),
                              kLongestGlobBytes);
    }
    auto program = std::make_shared<Program>();
    program->text = pattern;
    program->splits_at_dots =
        pattern.find('.') != std::string_view::npos && pattern.find('/') == std::string_view::npos;
    for (std::string_view rest = pattern; !rest.empty();) {
      if (rest.front() == '*') {
        program->append_stars(rest);
        continue;
      }
      if (rest.front() == '\\') {
        rest.remove_prefix(1);
        if (rest.empty()) {
          return invalid_argument("the pattern {} ends in a single backslash; write two for one",
                                  quote(pattern));
        }
      } else if (rest.front() == '?') {
        program->steps.push_back({Step::Kind::kAnyCharacter});
        rest.remove_prefix(1);
        continue;
      }
      const std::string_view character = first_character(rest);
      program->steps.push_back({Step::Kind::kCharacter, number_of(character)});
      rest.remove_prefix(character.size());
    }
    return Glob(std::move(program));
  });
}

bool Glob::matches(std::string_view name) const {
  const size_t end = program_->steps.size();
  StepSet current(end + 1);
  StepSet next(end + 1);
  program_->enter(current, 0);
  while (!name.empty()) {
    const std::string_view character = first_character(name);
    name.remove_prefix(character.size());
    const uint32_t number = number_of(character);
    next.clear();
    current.for_each([&](size_t step) { program_->advance(next, step, number); });
    if (next.empty()) return false;
    std::swap(current, next);
  }
  return current.has(end);
}

const std::string& Glob::text() const {
  return program_->text;
}

}  // namespace holdall
