// State files that are damaged, or lead astray, in a folder with one sound checkpoint.
#include "formats/tf_common/checkpoint_state.h"
#include "support/bundle_files.h"
#include "support/malformed_corpus.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

MalformedCase state_case(std::string name, std::string state, ExpectedVerdict expected) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "d/m-7", {{"w", counting_tensor({2}), {}, {}, 0}});
  MalformedCase one{"state_" + std::move(name), "state-file", "d", {}, std::move(expected)};
  for (const std::string file : {"d/m-7.index", "d/m-7.data-00000-of-00001"})
    one.files.push_back({file, read_file(*storage, file)});
  one.files.push_back({"d/checkpoint", std::move(state)});
  return one;
}

std::string naming(std::string_view path) {
  return "model_checkpoint_path: \"" + std::string(path) + "\"\n";
}

MalformedCases syntax_cases() {
  return {
      state_case("empty", "", accepted("a power cut may leave it so; the newest is found by name")),
      state_case("of_blanks", " \n\n\t", accepted("as an empty one")),
      state_case("of_a_comment", "# none", accepted("as an empty one")),
      state_case("of_zeros", std::string(64, '\0'), not_opened("line 1: a field name is expected")),
      state_case("of_garbage", "\xff\xfe\xfd", not_opened("line 1: a field name is expected")),
      state_case("of_a_name", "model_checkpoint_path", not_opened("':' is expected")),
      state_case("of_a_name_and_colon",
                 "model_checkpoint_path:", not_opened("a string in quotes is expected")),
      state_case("of_a_number", "model_checkpoint_path: 7",
                 not_opened("a string in quotes is expected")),
      state_case("cut_in_the_string", "model_checkpoint_path: \"m-",
                 not_opened("the string has no closing quote")),
      state_case("of_two_lines", "model_checkpoint_path: \"m\n-7\"",
                 not_opened("the string ends within the line")),
      state_case("cut_in_an_escape", "model_checkpoint_path: \"m\\",
                 not_opened("no closing quote")),
      state_case("of_escape_777", "model_checkpoint_path: \"\\777\"",
                 not_opened("above the largest byte")),
      state_case("of_escape_without_digits", "model_checkpoint_path: \"\\xg\"",
                 not_opened("the escape has no digits")),
      state_case("of_another_field", naming("m-7") + "other: 1",
                 not_opened("line 2: no field is called 'other'")),
      state_case("of_a_list_without_end", "all_model_checkpoint_paths: [\"m-7\"",
                 not_opened("']' is expected")),
      state_case("of_a_time_in_words", "last_preserved_timestamp: soon",
                 not_opened("a number is expected")),
      state_case("of_a_time_beyond_doubles", "last_preserved_timestamp: 1e999",
                 not_opened("a number is expected")),
      state_case("with_a_mark_of_byte_order", "\xef\xbb\xbf" + naming("m-7"),
                 not_opened("a field name is expected")),
      state_case("in_brackets", std::string(100'000, '['), not_opened("a field name is expected")),
  };
}

// Names that lead elsewhere: what they name is not there, and the sound one is not theirs.
MalformedCases name_cases() {
  const auto nowhere = [](std::string name, const std::string& path) {
    return state_case(
        "naming_" + std::move(name), naming(path),
        not_opened(Code::kNotFound, {"as the newest checkpoint, which is neither there nor at"}));
  };
  return {
      nowhere("what_is_not_there", "m-8"),
      nowhere("a_pattern", "m-*"),
      nowhere("another_pattern", "m-[0-9]"),
      nowhere("a_question", "m-?"),
      nowhere("a_folder_above", "../m-8"),
      nowhere("an_absolute_path", "/m-8"),
      nowhere("a_name_with_a_zero", "m-7\\000"),
      nowhere("a_name_with_a_line_end", "m-7\\n"),
      nowhere("a_name_of_32_kib", std::string(32'768, 'm')),
      state_case("naming_nothing", naming(""), accepted("as an empty one")),
      state_case("naming_the_folder_above_and_back", naming("../d/m-7"),
                 accepted("it leads to the one that is there")),
      state_case("naming_where_it_was_saved", naming("/elsewhere/saved/m-7"),
                 accepted("a moved folder opens by base names",
                          "it names '/elsewhere/saved/m-7', which is not there")),
      state_case("naming_itself", naming("checkpoint"),
                 not_opened(Code::kNotFound, {"checkpoint"})),
      state_case(
          "of_100000_names",
          [] {
            std::string text = naming("m-7");
            for (int i = 0; i < 100'000; ++i) text += "all_model_checkpoint_paths: \"m-7\"\n";
            return text;
          }(),
          accepted("a name that comes again is looked at once")),
  };
}

}  // namespace

MalformedCases state_file_cases() {
  return join_cases({syntax_cases(), name_cases()});
}

INSTANTIATE_TEST_SUITE_P(StateFiles, MalformedCorpus, testing::ValuesIn(state_file_cases()),
                         malformed_case_name);

}  // namespace holdall
