"""Each rule finds what it is for, and leaves alone what is fine."""

import check_banned
import check_file_names
import check_layers
import check_shape
import check_tests_listed
import check_third_party
import pytest
from house_rules import code_only, includes


def texts(findings):
    return [str(finding) for finding in findings]


def test_code_only_blanks_comments_and_quotes_and_keeps_lines():
    text = 'int a; // abort()\n/* throw\n */ const char* s = "printf(\\"x\\")"; char c = \'"\'; int n = 1\'000;'
    left = code_only(text)
    assert left.count("\n") == text.count("\n")
    assert "abort" not in left and "throw" not in left and "printf" not in left
    assert "int n = 1'000;" in left


def test_includes_tell_line_and_brackets():
    text = '#include "a/b.h"\n\n#  include <c.h>\n// #include <d.h>\n'
    assert list(includes(text)) == [(1, "a/b.h", False), (3, "c.h", True)]


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("src/base/quote.cpp", "tensor/convert.h"),
        ("src/formats/npz/npz_reader.cpp", "transfer/transfer.h"),
        ("src/transfer/transfer.cpp", "formats/format.h"),
        ("src/storage/uri.cpp", "tensor/buffer.h"),
        ("src/saver/execute.cpp", "tf1/tf1_errors.h"),
        ("src/saver/execute.cpp", "support/test_files.h"),
        ("src/base/quote.cpp", "quote.h"),
        ("include/holdall/tensor.h", "base/quote.h"),
        ("cli/cmd_ls.cpp", "saver/checkpoint.h"),
        ("python/module.cpp", "../src/base/quote.h"),
    ],
)
def test_layers_refuse(path, header):
    assert texts(check_layers.check({path: f'#include "{header}"\n'}))


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("src/formats/npz/npz_reader.cpp", "codec/zip_archive.h"),
        ("src/base/quote.cpp", "base/quote.h"),
        ("src/base/quote.cpp", "holdall/status.h"),
        ("src/codec/zip_fuzz.cpp", "storage/memory/memory_storage.h"),
        ("cli/cmd_ls.cpp", "command.h"),
        ("tests/two_models_test.cpp", "saver/execute.h"),
    ],
)
def test_layers_allow(path, header):
    assert not texts(check_layers.check({path: f'#include "{header}"\n'}))


def test_layers_are_acyclic():
    known = set(check_layers.LAYERS)
    done: set[str] = set()
    while known - done:
        ready = {module for module in known - done if check_layers.LAYERS[module] <= done | {module}}
        assert ready, f"a cycle among {sorted(known - done)}"
        done |= ready


def test_a_module_without_a_row_is_refused():
    assert "has no row" in texts(check_layers.check({"src/misc/a.cpp": ""}))[0]


def test_a_file_name_is_taken_once():
    paths = ["src/a/reader.cpp", "src/b/reader.cpp", "src/a/CMakeLists.txt", "src/b/CMakeLists.txt"]
    assert texts(check_file_names.check(paths)) == ["src/b/reader.cpp:1: the name 'reader.cpp' is taken by src/a/reader.cpp"]
    assert "snake_case" in texts(check_file_names.check(["src/a/GgufReader.cpp"]))[0]
    assert not texts(check_file_names.check(["a/testdata/x.py", "b/testdata/x.py"]))


def test_a_library_has_one_includer():
    files = {"src/a.cpp": "#include <fmt/format.h>\n#include <fmt/args.h>\n", "src/b.cpp": "#include <fmt/core.h>\n"}
    assert texts(check_third_party.check(files)) == ["src/b.cpp:1: <fmt/core.h>: 'fmt' is included by src/a.cpp already"]


@pytest.mark.parametrize(
    ("path", "header", "is_fine"),
    [
        ("src/a.h", "snappy.h", False),
        ("src/a.cpp", "snappy.h", True),
        ("src/a.cpp", "gtest/gtest.h", False),
        ("src/a_test.cpp", "gtest/gtest.h", True),
        ("src/a.cpp", "leveldb/db.h", False),
        ("include/holdall/a.h", "vector", True),
        ("include/holdall/a.h", "unistd.h", False),
        ("python/module.cpp", "nanobind/nanobind.h", True),
        ("cli/main.cpp", "nanobind/nanobind.h", False),
        ("src/a.cpp", "sys/stat.h", True),
    ],
)
def test_third_party_headers_have_their_places(path, header, is_fine):
    assert (not texts(check_third_party.check({path: f"#include <{header}>\n"}))) == is_fine


@pytest.mark.parametrize(
    "line",
    [
        "std::cout << 1;",
        "printf(text);",
        "std::abort();",
        "  exit(1);",
        "throw Error();",
        "int n = std::stoi(text);",
        "strcpy(a, b);",
        "#if defined(__x86_64__)",
        "#include <fcntl.h>",
        "const char* home = getenv(name);",
    ],
)
def test_banned_code_is_found_in_the_library_and_not_in_tests(line):
    assert texts(check_banned.check_code("src/codec/a.cpp", line + "\n"))
    assert not texts(check_banned.check_code("src/codec/a_test.cpp", line + "\n"))


@pytest.mark.parametrize("line", ["error.exit(1);", "my::printf_like(2);", "// throw", 'say("abort()");', "int rethrow = 0;"])
def test_namesakes_comments_and_texts_are_not_banned(line):
    assert not texts(check_banned.check_code("src/codec/a.cpp", line + "\n"))


def test_open_ends_and_places_are_found():
    assert texts(check_banned.check_text("src/a.cpp", "// TODO: later\n"))
    assert not texts(check_banned.check_text("src/a.cpp", "// TODO(perf): read in two threads\n"))
    assert texts(check_banned.check_text("docs/a.md", "see /home" + "/me/notes\n"))
    assert not texts(check_banned.check_text("docs/a.md", "see https://example.org/home/page and src/work/a.cpp\n"))


def test_shape_has_limits():
    functions = {("src/a.cpp", 1): 101, ("src/a.cpp", 200): 100}
    found = texts(check_shape.check({"src/a.cpp": "\n" * 801}, functions))
    assert len(found) == 4 and "801 lines" in found[0] and "101 lines" in found[1]
    assert "more than 801 lines" in found[2] and "more than 101 lines" in found[3]
    assert not texts(check_shape.check({"src/a.cpp": "\n" * 150}, {("src/a.cpp", 1): 40}))


def test_shape_counts_comment_lines():
    assert check_shape.comment_share(["// why\nint a;  // trailing\n\n// more\nint b;\n"]) == 0.5


def test_tests_that_no_target_compiles_are_found():
    paths = ["src/a_test.cpp", "src/b_fuzz.cpp", "src/c.cpp", "src/d_test.cpp"]
    assert [finding.path for finding in check_tests_listed.check(paths, {"src/d_test.cpp"})] == paths[:2]
