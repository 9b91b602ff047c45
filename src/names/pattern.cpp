#include "names/pattern.h"

#include <re2/re2.h>

#include <utility>

#include "base/message.h"
#include "base/quote.h"
#include "names/characters.h"

namespace holdall {
namespace {

constexpr size_t kLongestPatternBytes = 4096;
// Of one compiled expression with its matching state. RE2's own default is 8 MiB.
constexpr int64_t kMaxMemoryBytes = 1 << 20;

using Groups = std::vector<std::string_view>;

re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view text_of(re2::StringPiece piece) {
  return {piece.data(), piece.size()};
}

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemoryBytes);
  options.set_dot_nl(true);  // any byte may be in a name
  return options;
}

std::unique_ptr<RE2> compile(std::string_view text) {
  return std::make_unique<RE2>(piece_of(text), options());
}

PatternFault fault_of(const RE2& expression, std::string_view text) {
  const size_t found = text.find(expression.error_arg());
  const size_t offset = expression.error_arg().empty() || found == std::string::npos ? 0 : found;
  return {offset, message("not a regular expression: {}", printable(expression.error()))};
}

// The leftmost match at or after `start`: the expression's group 1 and the groups in it.
bool find_match(const RE2& expression, std::string_view name, size_t start, Groups& groups) {
  std::vector<re2::StringPiece> pieces(groups.size() + 1);
  if (!expression.Match(piece_of(name), start, name.size(), RE2::UNANCHORED, pieces.data(),
                        static_cast<int>(pieces.size()))) {
    return false;
  }
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = text_of(pieces[i + 1]);
  return true;
}

// Builds a name out of what lies between matches and what replaces them.
class Rewriting {
 public:
  Rewriting(std::string_view name, const Replacement& replacement)
      : name_(name), replacement_(replacement) {}

  // Where the groups' match ends, in the source name.
  size_t replace(const Groups& groups) {
    const auto begin = static_cast<size_t>(groups[0].data() - name_.data());
    out_ += name_.substr(copied_, begin - copied_);
    replacement_.append_to(out_, groups);
    copied_ = begin + groups[0].size();
    has_match_ = true;
    return copied_;
  }
  bool is_too_long() const { return out_.size() > kLongestReplacedNameBytes; }

  std::optional<std::string> finish() {
    if (!has_match_) return std::nullopt;
    out_ += name_.substr(copied_);
    if (is_too_long()) return std::nullopt;
    return std::move(out_);
  }

 private:
  std::string_view name_;
  const Replacement& replacement_;
  std::string out_;
  size_t copied_ = 0;
  bool has_match_ = false;
};

size_t begin_of(const Groups& groups, std::string_view name) {
  return static_cast<size_t>(groups[0].data() - name.data());
}

}  // namespace

PatternResult<Replacement> Replacement::parse(std::string_view text, size_t group_count) {
  Replacement replacement;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) replacement.parts_.push_back({std::exchange(literal, {}), std::nullopt});
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (i + 1 == text.size()) return PatternFault{i, "a single backslash; write two for one"};
      literal += text[++i];
      continue;
    }
    if (text[i] != '$') {
      literal += text[i];
      continue;
    }
    const size_t dollar = i++;
    if (i < text.size() && text[i] == '$') {
      literal += '$';
      continue;
    }
    const bool is_braced = i < text.size() && text[i] == '{';
    if (is_braced) ++i;
    const size_t digits = i;
    size_t group = 0;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9' && group <= group_count) {
      group = group * 10 + static_cast<size_t>(text[i++] - '0');
    }
    if (i == digits ||
        (is_braced && (i == text.size() || text[i] != '}') && group <= group_count)) {
      return PatternFault{dollar,
                          "found '$', expected the number of a group, or '$$' for a dollar"};
    }
    if (group > group_count) {
      return PatternFault{dollar,
                          message("there is no such group, the expression has {}", group_count)};
    }
    if (!is_braced) --i;
    flush();
    replacement.parts_.push_back({{}, group});
  }
  flush();
  return replacement;
}

void Replacement::append_to(std::string& out, const Groups& groups) const {
  for (const Part& part : parts_) {
    if (out.size() > kLongestReplacedNameBytes) return;
    out += part.group ? groups[*part.group] : std::string_view(part.text);
  }
}

// Lookbehind is what RE2 lacks: a match of whole components is one at the front, or one after a
// separator, and ends before a separator or at the end.
struct Pattern::Programs {
  struct OfComponents {
    std::unique_ptr<RE2> at_front;
    std::unique_ptr<RE2> after_separator;

    OfComponents(std::string_view group, std::string_view separator)
        : at_front(compile("^" + std::string(group) + "(?:" + std::string(separator) + R"(|\z))")),
          after_separator(compile(std::string(separator) + std::string(group) +
                                  "(?:" + std::string(separator) + R"(|\z))")) {}
  };

  Matching matching = Matching::kAnywhere;
  size_t group_count = 0;
  std::unique_ptr<RE2> anywhere;
  std::optional<OfComponents> slashes;
  std::optional<OfComponents> dots;

  void compile_all(std::string_view text) {
    const std::string group = "(" + std::string(text) + ")";
    if (matching == Matching::kAnywhere) {
      anywhere = compile(group);
      return;
    }
    slashes.emplace(group, "/");
    dots.emplace(group, R"(\.)");
  }

  // An expression that is right alone may not be within another: `\Qa`.
  const RE2* first_unusable() const {
    std::vector<const RE2*> all = {anywhere.get()};
    for (const auto& part : {&slashes, &dots}) {
      if (*part) all.insert(all.end(), {(*part)->at_front.get(), (*part)->after_separator.get()});
    }
    for (const RE2* one : all) {
      if (one == nullptr) continue;
      if (!one->ok() || static_cast<size_t>(one->NumberOfCapturingGroups()) != group_count + 1) {
        return one;
      }
    }
    return nullptr;
  }

  std::optional<std::string> replace_components(std::string_view name,
                                                const Replacement& replacement) const {
    const auto& part = name.find('/') == std::string_view::npos ? *dots : *slashes;
    Rewriting rewriting(name, replacement);
    Groups groups(group_count + 1);
    size_t start = 0;
    if (find_match(*part.at_front, name, 0, groups)) start = rewriting.replace(groups);
    while (!rewriting.is_too_long() && find_match(*part.after_separator, name, start, groups)) {
      start = rewriting.replace(groups);
    }
    return rewriting.finish();
  }

  std::optional<std::string> replace_anywhere(std::string_view name,
                                              const Replacement& replacement) const {
    Rewriting rewriting(name, replacement);
    Groups groups(group_count + 1);
    size_t last_end = std::string::npos;
    size_t start = 0;
    while (!rewriting.is_too_long() && start <= name.size() &&
           find_match(*anywhere, name, start, groups)) {
      // Nothing is matched where the last match ended; the next may start a character later.
      if (groups[0].empty() && begin_of(groups, name) == last_end) {
        if (start == name.size()) break;
        start += first_character(name.substr(start)).size();
        last_end = std::string::npos;
        continue;
      }
      start = rewriting.replace(groups);
      last_end = start;
    }
    return rewriting.finish();
  }
};

Pattern::Pattern(std::shared_ptr<const Programs> programs) : programs_(std::move(programs)) {}

PatternResult<Pattern> Pattern::parse(std::string_view text, Matching matching) {
  if (text.size() > kLongestPatternBytes) {
    return PatternFault{0, message("the expression has {} bytes, the limit is {}", text.size(),
                                   kLongestPatternBytes)};
  }
  // Alone first, for its own words; a ")" in front would close a group that is ours.
  const auto alone = compile(text);
  if (!alone->ok()) return fault_of(*alone, text);
  auto programs = std::make_shared<Programs>();
  programs->matching = matching;
  programs->group_count = static_cast<size_t>(alone->NumberOfCapturingGroups());
  programs->compile_all(text);
  if (const RE2* unusable = programs->first_unusable()) {
    return PatternFault{0, message("the expression cannot be used as a part of one: {}",
                                   unusable->ok() ? "unbalanced" : printable(unusable->error()))};
  }
  return Pattern(std::move(programs));
}

size_t Pattern::group_count() const {
  return programs_->group_count;
}

std::optional<std::string> Pattern::replace_all(std::string_view name,
                                                const Replacement& replacement) const {
  if (name.size() > kLongestReplacedNameBytes) return std::nullopt;
  return programs_->matching == Matching::kComponents
             ? programs_->replace_components(name, replacement)
             : programs_->replace_anywhere(name, replacement);
}

}  // namespace holdall
