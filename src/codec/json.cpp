#include "codec/json.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/message.h"
#include "base/quote.h"

namespace holdall {
namespace {

constexpr size_t kMaxDepth = 64;

// The parser refuses the escape of a lone surrogate. So "\udcXX" becomes the characters U+FFFF and
// U+00XX before it, and U+FFFF itself becomes two of them; each string is turned back after it.

constexpr std::string_view kMarker = "\xef\xbf\xbf";  // U+FFFF, no character to Unicode
constexpr size_t kEscapeSizeBytes = 6;                // \uXXXX

struct Substituted {
  std::string text;
  // Where in `text` a substitution ends, and by how much it is longer than what it replaced.
  std::vector<std::pair<size_t, size_t>> growths;

  size_t offset_in_original(size_t offset) const {
    size_t grown = 0;
    for (const auto& [end, extra] : growths) {
      if (end <= offset) grown += extra;
    }
    return offset - grown;
  }
};

// The number in the escape \uXXXX at the front of `text`, if there is one.
std::optional<uint32_t> parse_unicode_escape(std::string_view text) {
  if (text.size() < kEscapeSizeBytes || !text.starts_with("\\u")) return std::nullopt;
  uint32_t unit = 0;
  const char* end = text.data() + kEscapeSizeBytes;
  const auto parsed = std::from_chars(text.data() + 2, end, unit, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return unit;
}

bool is_high_surrogate(uint32_t unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}
bool is_low_surrogate(uint32_t unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
bool stands_for_byte(uint32_t unit) {
  return unit >= 0xdc80 && unit <= 0xdcff;
}

// How long the run at the front of `text` is that is copied or substituted as one.
size_t run_size_bytes(std::string_view text) {
  if (text.starts_with(kMarker)) return kMarker.size();
  if (text[0] != '\\') return 1;
  const auto unit = parse_unicode_escape(text);
  if (!unit) return std::min<size_t>(2, text.size());
  if (!is_high_surrogate(*unit)) return kEscapeSizeBytes;
  const auto next = parse_unicode_escape(text.substr(kEscapeSizeBytes));
  return next && is_low_surrogate(*next) ? 2 * kEscapeSizeBytes : kEscapeSizeBytes;
}

Substituted substitute_lone_surrogates(std::string_view text) {
  Substituted out;
  while (!text.empty()) {
    const std::string_view run = text.substr(0, run_size_bytes(text));
    const auto unit = parse_unicode_escape(run);
    const size_t before = out.text.size();
    if (unit && stands_for_byte(*unit)) {
      out.text += "\\uffff\\u00";
      out.text += run.substr(kEscapeSizeBytes - 2);
    } else if (run == kMarker || unit == 0xffff) {
      out.text += run;
      out.text += run;
    } else {
      out.text += run;
    }
    const size_t size_bytes = out.text.size() - before;
    if (size_bytes > run.size()) out.growths.emplace_back(out.text.size(), size_bytes - run.size());
    text.remove_prefix(run.size());
  }
  return out;
}

std::string undo_substitution(std::string_view text) {
  std::string out;
  for (size_t at = text.find(kMarker); at != std::string_view::npos; at = text.find(kMarker)) {
    out += text.substr(0, at);
    text.remove_prefix(at + kMarker.size());
    if (text.starts_with(kMarker)) {
      out += kMarker;
      text.remove_prefix(kMarker.size());
    } else {
      // U+0080 to U+00FF: two bits of it in the first byte of its UTF-8, six in the second.
      assert(text.size() >= 2);
      out += static_cast<char>((text[0] & 0x03) << 6 | (text[1] & 0x3f));
      text.remove_prefix(2);
    }
  }
  out += text;
  return out;
}

// Says what the parser says, less its preamble and the text that it quotes, which may be long.
Error malformed(size_t offset, const nlohmann::ordered_json::exception& error) {
  std::string_view why = error.what();
  why.remove_prefix(std::min(why.find("syntax error"), why.size()));
  return corrupt("JSON is malformed at byte {}: {}", offset,
                 why.substr(0, why.find("; last read")));
}

// Receives the parser's events. A callback that returns false ends the parse.
class JsonBuilder {
 public:
  explicit JsonBuilder(const Substituted* substituted) : substituted_(substituted) {}

  Result<Json> finish() && {
    if (!fault_.ok()) return std::move(fault_).error();
    return std::move(root_);
  }
  void refuse(Error error) { fault_ = std::move(error); }

  bool null() { return attach(Json()); }
  bool boolean(bool value) { return attach(value); }
  bool number_integer(int64_t value) { return attach(value); }
  bool number_unsigned(uint64_t value) { return attach(value); }
  bool number_float(double value, const std::string&) { return attach(value); }
  bool string(std::string& value) { return attach(original(value)); }
  bool binary(nlohmann::ordered_json::binary_t&) { return false; }  // never in text
  bool start_array(size_t) { return open(Json::array()); }
  bool start_object(size_t) { return open(Json::object()); }
  bool end_array() { return close(); }
  bool key(std::string& value) {
    keys_.push_back(original(value));
    return true;
  }
  bool end_object() { return check_keys(open_.back()) && close(); }

  bool parse_error(size_t position, const std::string& token,
                   const nlohmann::ordered_json::exception& error) {
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) {
      const size_t start = original(position - token.size());
      refuse(corrupt("number at byte {} of the JSON is too large", start));
    } else {
      refuse(malformed(original(position - 1), error));  // positions count from 1
    }
    return false;
  }

 private:
  std::string original(std::string& value) const {
    return substituted_ != nullptr ? undo_substitution(value) : std::move(value);
  }
  size_t original(size_t offset) const {
    return substituted_ != nullptr ? substituted_->offset_in_original(offset) : offset;
  }

  bool attach(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_array()) {
      open_.back().push_back(std::move(value));
    } else {
      open_.back().add(std::move(keys_.back()), std::move(value));
      keys_.pop_back();
    }
    return true;
  }

  bool open(Json container) {
    if (open_.size() == kMaxDepth) {
      refuse(unsupported("JSON is nested deeper than {} levels", kMaxDepth));
      return false;
    }
    open_.push_back(std::move(container));
    return true;
  }

  bool close() {
    Json finished = std::move(open_.back());
    open_.pop_back();
    return attach(std::move(finished));
  }

  bool check_keys(const Json& object) {
    std::vector<std::string_view> keys;
    keys.reserve(object.size());
    for (const JsonMember& member : object.members()) keys.push_back(member.key);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return true;
    refuse(corrupt("key {} occurs twice in one JSON object", quote(*twice)));
    return false;
  }

  const Substituted* substituted_;
  Json root_;
  std::vector<Json> open_;         // the containers around the next value, the outermost first
  std::vector<std::string> keys_;  // one for each object in open_ whose value is awaited
  Status fault_;
};

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  // The parser takes a zero byte for the end and ignores what follows.
  if (const size_t at = text.find('\0'); at != std::string_view::npos) {
    return corrupt("JSON has a zero byte at byte {}", at);
  }
  std::optional<Substituted> substituted;
  if (text.find("\\u") != std::string_view::npos) substituted = substitute_lone_surrogates(text);
  JsonBuilder builder(substituted ? &*substituted : nullptr);
  try {
    nlohmann::ordered_json::sax_parse(substituted ? std::string_view(substituted->text) : text,
                                      &builder);
  } catch (const nlohmann::ordered_json::exception& error) {
    builder.refuse(
        malformed(0, error));  // it reports all it finds to the builder; no case is known
  }
  return std::move(builder).finish();
}

}  // namespace holdall
