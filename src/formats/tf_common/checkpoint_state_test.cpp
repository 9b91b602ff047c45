#include "formats/tf_common/checkpoint_state.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "codec/json.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/truth.h"

namespace holdall {
namespace {

using Strings = std::vector<std::string>;

constexpr std::string_view kFiles = "src/formats/tf_common/testdata/state_files";

std::string read_sample(std::string_view name) {
  return read_test_file(source_path(join_path(kFiles, name)));
}

// Paths as TensorFlow gives them to a caller, who named the directory ".".
std::string joined_to_dot(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

Strings strings_of(const Json& json) {
  Strings strings;
  for (const Json& item : json.items()) strings.emplace_back(*item.as_string());
  return strings;
}

void expect_state(const CheckpointState& state, const Json& expected) {
  EXPECT_EQ(joined_to_dot(state.model_checkpoint_path),
            *expected.find("model_checkpoint_path")->as_string());
  Strings paths;
  for (const std::string& path : state.all_model_checkpoint_paths) {
    paths.push_back(joined_to_dot(path));
  }
  EXPECT_EQ(paths, strings_of(*expected.find("all_model_checkpoint_paths")));
  std::vector<double> timestamps;
  for (const Json& seconds : expected.find("all_model_checkpoint_timestamps")->items()) {
    timestamps.push_back(*seconds.as_double());
  }
  EXPECT_EQ(state.all_model_checkpoint_timestamps, timestamps);
  EXPECT_EQ(state.last_preserved_timestamp.value_or(0),
            *expected.find("last_preserved_timestamp")->as_double());
}

TEST(CheckpointState, IsReadAsTensorFlowReadsIt) {
  const Truth truth = read_truth(kFiles);
  size_t count = 0;
  for (const Json& one : truth.json.find("read")->items()) {
    const std::string file(*one.find("file")->as_string());
    SCOPED_TRACE(file);
    ++count;
    const auto state = parse_checkpoint_state(read_sample(file));
    const Json& expected = *one.find("get_checkpoint_state");
    if (expected.is_null()) {
      EXPECT_TRUE(fails(state, Code::kCorrupt, {"line "}));
    } else if (expected.find("error") != nullptr) {
      // TensorFlow's complaint is that there is no newest checkpoint.
      ASSERT_TRUE(is_ok(state));
      EXPECT_EQ(state->model_checkpoint_path, "");
    } else {
      ASSERT_TRUE(is_ok(state));
      expect_state(*state, expected);
    }
  }
  EXPECT_EQ(count, 13u);
}

TEST(CheckpointState, IsWrittenAsTensorFlowWritesIt) {
  const Truth truth = read_truth(kFiles);
  size_t count = 0;
  for (const Json& one : truth.json.find("written")->items()) {
    const std::string file(*one.find("file")->as_string());
    SCOPED_TRACE(file);
    ++count;
    const Json* directory = one.find("save_dir");
    const std::string save_directory(directory == nullptr ? "." : *directory->as_string());
    const auto in_state = [&](const std::string& path) {
      return path_in_state(save_directory, path, StatePaths::kAsGiven);
    };
    CheckpointState state;
    state.model_checkpoint_path =
        in_state(std::string(*one.find("model_checkpoint_path")->as_string()));
    for (const std::string& path : strings_of(*one.find("all_model_checkpoint_paths"))) {
      state.all_model_checkpoint_paths.push_back(in_state(path));
    }
    // TensorFlow adds the newest where it is missing.
    if (state.all_model_checkpoint_paths.empty() ||
        state.all_model_checkpoint_paths.back() != state.model_checkpoint_path) {
      state.all_model_checkpoint_paths.push_back(state.model_checkpoint_path);
    }
    if (const Json* timestamps = one.find("all_model_checkpoint_timestamps")) {
      for (const Json& seconds : timestamps->items()) {
        state.all_model_checkpoint_timestamps.push_back(*seconds.as_double());
      }
      state.last_preserved_timestamp = one.find("last_preserved_timestamp")->as_double();
    }
    EXPECT_EQ(format_checkpoint_state(state), read_sample(file));
  }
  EXPECT_EQ(count, 7u);
}

TEST(CheckpointState, IsReadBackFromWhatItIsWrittenAs) {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  const CheckpointState state{every_byte, {"a", every_byte}, {0.1, 1e300, -2, 1e-7}, 1700000000.5};
  const auto again = parse_checkpoint_state(format_checkpoint_state(state));
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(again->model_checkpoint_path, state.model_checkpoint_path);
  EXPECT_EQ(again->all_model_checkpoint_paths, state.all_model_checkpoint_paths);
  EXPECT_EQ(again->all_model_checkpoint_timestamps, state.all_model_checkpoint_timestamps);
  EXPECT_EQ(again->last_preserved_timestamp, state.last_preserved_timestamp);
}

std::string newest(std::string_view text) {
  const auto state = parse_checkpoint_state(text);
  return state.ok() ? state->model_checkpoint_path : "error: " + state.error().message;
}

TEST(CheckpointState, TakesTheWholeSyntaxOfStrings) {
  EXPECT_EQ(newest(R"(model_checkpoint_path: "a" 'b'  "c")"), "abc");
  EXPECT_EQ(newest(R"(model_checkpoint_path:"\a\b\f\n\r\t\v\\\'\"")"), "\a\b\f\n\r\t\v\\'\"");
  EXPECT_EQ(newest(R"(model_checkpoint_path: "\x41\X4a\101\0601")"), "AJA01");
  EXPECT_EQ(newest(R"(model_checkpoint_path: "\q\?")"), R"(\q\?)");
  EXPECT_EQ(newest("model_checkpoint_path:\n# words\n  'it''s'  ;"), "its");
  EXPECT_EQ(newest("# only words"), "");
  EXPECT_EQ(newest("model_checkpoint_path: 'a' # end"), "a");
}

TEST(CheckpointState, TakesOneSeparatorAfterAField) {
  EXPECT_EQ(newest("model_checkpoint_path: 'a', model_checkpoint_path: 'b';"), "b");
  EXPECT_EQ(newest("model_checkpoint_path: 'a';;"), "error: line 1: a field name is expected");
  EXPECT_EQ(newest("model_checkpoint_path: 'a';,"), "error: line 1: a field name is expected");
}

TEST(CheckpointState, TellsTheLineOfWhatItRefuses) {
  EXPECT_EQ(newest("\n\nother: 1"), "error: line 3: no field is called 'other'");
  EXPECT_EQ(newest("\r\n\rmodel_checkpoint_path 'a'"),
            "error: line 3: ':' is expected after the field name");
  EXPECT_EQ(newest("model_checkpoint_path: a"), "error: line 1: a string in quotes is expected");
  EXPECT_EQ(newest("model_checkpoint_path: 'a\n'"),
            "error: line 1: the string ends within the line");
  EXPECT_EQ(newest("model_checkpoint_path: 'a"), "error: line 1: the string has no closing quote");
  EXPECT_EQ(newest("model_checkpoint_path: 'a\\"),
            "error: line 1: the string has no closing quote");
  EXPECT_EQ(newest("model_checkpoint_path: '\\xg'"), "error: line 1: the escape has no digits");
  EXPECT_EQ(newest("model_checkpoint_path: '\\777'"),
            "error: line 1: the escape is above the largest byte, 255");
  EXPECT_EQ(newest("last_preserved_timestamp: soon"), "error: line 1: a number is expected");
  EXPECT_EQ(newest("all_model_checkpoint_paths: ['a' 'b'"),
            "error: line 1: ']' is expected after the list");
  EXPECT_EQ(newest("\xef\xbb\xbfmodel_checkpoint_path: 'a'"),
            "error: line 1: a field name is expected");
  EXPECT_EQ(newest("model_checkpoint_path { 'a' }"),
            "error: line 1: ':' is expected after the field name");
}

TEST(PathInState, IsRelativeToTheDirectoryIfBothAreRelative) {
  const auto in_state = [](std::string_view directory, std::string_view path) {
    return path_in_state(directory, path, StatePaths::kAsGiven);
  };
  EXPECT_EQ(in_state("save", "save/m"), "m");
  EXPECT_EQ(in_state("save/", "save/m"), "m");
  EXPECT_EQ(in_state("./save", "save/m-1"), "m-1");
  EXPECT_EQ(in_state("", "m"), "m");
  EXPECT_EQ(in_state(".", "./m"), "m");
  EXPECT_EQ(in_state("save", "other/m"), "../other/m");
  EXPECT_EQ(in_state("../d", "../d/m"), "m");
  const std::string here = std::filesystem::current_path().filename().string();
  EXPECT_EQ(in_state("../d", "m"), "../" + here + "/m");
  EXPECT_EQ(in_state("/abs", "/abs/m"), "/abs/m");
  EXPECT_EQ(in_state("save", "/abs/m"), "/abs/m");
  EXPECT_EQ(in_state("/abs", "m"), "m");
}

TEST(PathInState, IsRelativeWheneverThatIsAskedFor) {
  const auto in_state = [](std::string_view directory, std::string_view path) {
    return path_in_state(directory, path, StatePaths::kRelative);
  };
  EXPECT_EQ(in_state("/abs", "/abs/m"), "m");
  EXPECT_EQ(in_state("/abs/x", "/abs/y/m"), "../y/m");
  EXPECT_EQ(in_state("save", "save/m"), "m");
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(in_state("save", here + "/save/m"), "m");
}

}  // namespace
}  // namespace holdall
