#include "formats/tf_common/checkpoint_state.h"

#include <charconv>
#include <filesystem>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"

namespace holdall {
namespace {

// state  := { name ":" ( value | "[" value { "," value } "]" ) [ ";" | "," ] }
// value  := string { string } | number
// string := one line in single or double quotes, with escapes
class StateParser {
 public:
  explicit StateParser(std::string_view text) : rest_(text) {}

  Result<CheckpointState> parse() {
    CheckpointState state;
    skip_blanks();
    while (!rest_.empty()) {
      HOLDALL_TRY(parse_field(state));
      skip_blanks();
    }
    return state;
  }

 private:
  Error refuse(std::string_view what) const { return corrupt("line {}: {}", line_, what); }

  void take(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      // CR, LF and CRLF each end a line.
      if (rest_[i] == '\n' ||
          (rest_[i] == '\r' && (i + 1 >= rest_.size() || rest_[i + 1] != '\n'))) {
        ++line_;
      }
    }
    rest_.remove_prefix(count);
  }

  void skip_blanks() {
    for (;;) {
      size_t count = rest_.find_first_not_of(" \t\r\n\f\v");
      if (count == std::string_view::npos) count = rest_.size();
      take(count);
      if (rest_.empty() || rest_[0] != '#') return;
      take(std::min(rest_.find_first_of("\r\n"), rest_.size()));
    }
  }

  bool take_if(char c) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != c) return false;
    take(1);
    return true;
  }

  Status parse_field(CheckpointState& state) {
    const std::string_view name =
        rest_.substr(0, rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"));
    if (name.empty()) return refuse("a field name is expected");
    take(name.size());
    if (!take_if(':')) return refuse("':' is expected after the field name");
    if (take_if('[')) {
      do {
        HOLDALL_TRY(parse_value(name, state));
      } while (take_if(','));
      if (!take_if(']')) return refuse("']' is expected after the list");
    } else {
      HOLDALL_TRY(parse_value(name, state));
    }
    if (!take_if(';')) take_if(',');
    return {};
  }

  Status parse_value(std::string_view name, CheckpointState& state) {
    if (name == "model_checkpoint_path") {
      HOLDALL_ASSIGN(state.model_checkpoint_path, parse_string());
    } else if (name == "all_model_checkpoint_paths") {
      HOLDALL_ASSIGN(std::string path, parse_string());
      state.all_model_checkpoint_paths.push_back(std::move(path));
    } else if (name == "all_model_checkpoint_timestamps") {
      HOLDALL_ASSIGN(const double seconds, parse_number());
      state.all_model_checkpoint_timestamps.push_back(seconds);
    } else if (name == "last_preserved_timestamp") {
      HOLDALL_ASSIGN(state.last_preserved_timestamp, parse_number());
    } else {
      return refuse("no field is called " + quote(name));
    }
    return {};
  }

  Result<double> parse_number() {
    skip_blanks();
    double value = 0;
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (problem != std::errc()) return refuse("a number is expected");
    take(static_cast<size_t>(end - rest_.data()));
    return value;
  }

  Result<std::string> parse_string() {
    std::string value;
    skip_blanks();
    if (!at_quote()) return refuse("a string in quotes is expected");
    while (at_quote()) {
      HOLDALL_TRY(parse_string_piece(value));
      skip_blanks();
    }
    return value;
  }

  bool at_quote() const { return !rest_.empty() && (rest_[0] == '"' || rest_[0] == '\''); }

  Status parse_string_piece(std::string& value) {
    const char mark = rest_[0];
    take(1);
    while (!rest_.empty() && rest_[0] != mark) {
      if (rest_[0] == '\n' || rest_[0] == '\r') return refuse("the string ends within the line");
      if (rest_[0] == '\\') {
        HOLDALL_TRY(parse_escape(value));
      } else {
        value += rest_[0];
        take(1);
      }
    }
    if (rest_.empty()) return refuse("the string has no closing quote");
    take(1);
    return {};
  }

  Status parse_escape(std::string& value) {
    take(1);
    if (rest_.empty()) return refuse("the string has no closing quote");
    if (rest_[0] == 'x' || rest_[0] == 'X') {
      take(1);
      return parse_code(value, 16, 2);
    }
    if (rest_[0] >= '0' && rest_[0] <= '7') return parse_code(value, 8, 3);
    constexpr std::string_view kLetters = "abfnrtv\\'\"";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
    const size_t known = kLetters.find(rest_[0]);
    // TensorFlow's parser leaves an escape that it does not know as it stands.
    if (known == std::string_view::npos) value += '\\';
    value += known == std::string_view::npos ? rest_[0] : kMeanings[known];
    take(1);
    return {};
  }

  Status parse_code(std::string& value, int base, size_t max_digits) {
    unsigned code = 0;
    const char* start = rest_.data();
    const char* limit = start + std::min(max_digits, rest_.size());
    const auto [end, problem] = std::from_chars(start, limit, code, base);
    if (problem != std::errc()) return refuse("the escape has no digits");
    if (code > 0xff) return refuse("the escape is above the largest byte, 255");
    value += static_cast<char>(code);
    take(static_cast<size_t>(end - start));
    return {};
  }

  std::string_view rest_;
  uint64_t line_ = 1;
};

void append_string(std::string& text, std::string_view value) {
  text += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\n': text += "\\n"; break;
      case '\r': text += "\\r"; break;
      case '\t': text += "\\t"; break;
      case '"': text += "\\\""; break;
      case '\'': text += "\\'"; break;
      case '\\': text += "\\\\"; break;
      default:
        if (byte >= 0x20 && byte < 0x7f) {
          text += c;
        } else {
          text += '\\';
          for (const int shift : {6, 3, 0}) text += static_cast<char>('0' + ((byte >> shift) & 7));
        }
    }
  }
  text += "\"\n";
}

// The shortest digits that read back to the same double, always with a point, as Python prints it.
void append_number(std::string& text, double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view number(digits, static_cast<size_t>(end - digits));
  text += number;
  if (number.find_first_of(".en") == std::string_view::npos) text += ".0";
  text += '\n';
}

}  // namespace

Result<CheckpointState> parse_checkpoint_state(std::string_view text) {
  return StateParser(text).parse();
}

std::string format_checkpoint_state(const CheckpointState& state) {
  std::string text = "model_checkpoint_path: ";
  append_string(text, state.model_checkpoint_path);
  for (const std::string& path : state.all_model_checkpoint_paths) {
    text += "all_model_checkpoint_paths: ";
    append_string(text, path);
  }
  for (const double seconds : state.all_model_checkpoint_timestamps) {
    text += "all_model_checkpoint_timestamps: ";
    append_number(text, seconds);
  }
  if (state.last_preserved_timestamp) {
    text += "last_preserved_timestamp: ";
    append_number(text, *state.last_preserved_timestamp);
  }
  return text;
}

namespace {

std::filesystem::path relative_to(const std::filesystem::path& directory,
                                  const std::filesystem::path& path) {
  return path.lexically_normal().lexically_relative(directory.lexically_normal());
}

}  // namespace

std::string path_in_state(std::string_view save_directory, std::string_view path,
                          StatePaths paths) {
  namespace fs = std::filesystem;
  const fs::path directory(save_directory.empty() ? "." : save_directory);
  const fs::path target(path);
  const bool both_relative = directory.is_relative() && target.is_relative();
  if (!both_relative && paths == StatePaths::kAsGiven) return std::string(path);
  // The way out of "../d" needs the name of the working directory.
  const bool stays_below = both_relative && *directory.lexically_normal().begin() != "..";
  std::error_code ignored;
  const fs::path relative =
      stays_below ? relative_to(directory, target)
                  : relative_to(fs::absolute(directory, ignored), fs::absolute(target, ignored));
  return relative.empty() ? std::string(path) : relative.string();
}

}  // namespace holdall
