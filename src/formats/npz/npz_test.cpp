// What is special to NumPy's files: files of NumPy's writer, its bytes, and every refusal.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "checksum/crc32.h"
#include "codec/zip_reader.h"
#include "codec/zip_writer.h"
#include "formats/npz/npz_layout.h"
#include "formats/npz/npz_testing.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "support/truth.h"

namespace holdall {
namespace {

constexpr std::string_view kFolder = "src/formats/npz/testdata";

std::string testdata(std::string_view name) {
  return join_path(source_path(kFolder), name);
}

std::string array_of_bytes(std::string_view data) {
  return array_of(
      "{'descr': '|u1', 'fortran_order': False, 'shape': (" + std::to_string(data.size()) + ",), }",
      data);
}

class Npz : public testing::Test {
 protected:
  Result<Checkpoint> open_array(std::string_view bytes) {
    write_file(*storage_, "x.npy", bytes);
    return Checkpoint::open("x.npy", {storage_});
  }

  Result<SavePlan> plan(std::vector<SaveItem> items, SaveOptions options = {}) {
    if (options.format.empty()) options.format = "npz";
    options.storage = storage_;
    return plan_save("m", std::move(items), options);
  }

  void save(const std::string& path, std::vector<SaveItem> items, SaveOptions options = {}) {
    if (options.format.empty()) options.format = "npz";
    save_checkpoint(storage_, path, std::move(items), options);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

SaveItem item_of(std::string name, Tensor tensor) {
  return {std::move(name), std::move(tensor), {}, {}, 0};
}

// One member, as deflated by hand as a test needs it.
std::string archive_of(const std::string& name, std::string_view original,
                       std::string_view deflated) {
  ZipEntry entry;
  entry.name = name;
  entry.is_deflated = true;
  entry.crc32 = crc32(to_bytes(original));
  entry.stored_bytes = deflated.size();
  entry.original_bytes = original.size();
  std::string bytes = zip_local_header(entry);
  bytes += deflated;
  bytes += zip_data_descriptor(entry);
  const uint64_t offset = bytes.size();
  return bytes + zip_directory({&entry, 1}, offset);
}

TEST_F(Npz, HoldsWhatTheTruthSays) {
  size_t file_count = 0;
  for (const std::string_view format : {"npy", "npz"}) {
    for (const TruthCheckpoint& expected : read_truth(kFolder, format).checkpoints) {
      ++file_count;
      const auto checkpoint = Checkpoint::open(testdata(expected.prefix));
      ASSERT_TRUE(is_ok(checkpoint)) << expected.prefix;
      EXPECT_EQ(checkpoint->catalog().format(), format);
      EXPECT_EQ(checkpoint->catalog().count(), expected.tensors.size());
      for (const TruthTensor& tensor : expected.tensors) {
        for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
          const auto value = checkpoint->read(tensor.name, {.io = io});
          ASSERT_TRUE(is_ok(value)) << expected.prefix << tensor.name;
          EXPECT_EQ(difference(tensor, *value), "") << expected.prefix << tensor.name;
        }
      }
    }
  }
  EXPECT_EQ(file_count, 12u);
}

TEST_F(Npz, GivesBoxesOfTransposedSwappedAndDeflatedArrays) {
  const Tensor whole = *Checkpoint::open(testdata("c_order.npy"))->read("c_order");
  const Box box{{1, 1}, {2, 3}};
  for (const std::string name : {"c_order", "fortran", "big_endian", "version2"}) {
    const auto checkpoint = Checkpoint::open(testdata(name + ".npy"));
    EXPECT_EQ(*checkpoint->read_box(name, box), cut_out(whole, box)) << name;
  }
  const auto compressed = Checkpoint::open(testdata("compressed.npz"));
  for (const TensorInfo& info : compressed->catalog()) {
    if (info.shape != whole.shape()) continue;
    EXPECT_EQ(*compressed->read_box(info.name, box), cut_out(*compressed->read(info.name), box));
  }
}

TEST_F(Npz, WritesTheBytesOfNumPy) {
  for (const std::string name :
       {"c_order", "bool", "complex", "empty", "half", "scalar", "uint64"}) {
    const auto checkpoint = Checkpoint::open(testdata(name + ".npy"));
    save("m.npy", {item_of("any", *checkpoint->read(name))}, {.format = "npy"});
    EXPECT_EQ(read_file(*storage_, "m.npy"), read_test_file(testdata(name + ".npy"))) << name;
  }
  const auto little = Checkpoint::open(testdata("c_order.npy"));
  save("m.npy", {item_of("any", *little->read("c_order"))},
       {.format = "npy", .byte_order = ByteOrder::kBig});
  EXPECT_EQ(read_file(*storage_, "m.npy"), read_test_file(testdata("big_endian.npy")));
}

TEST_F(Npz, AlignsArraysSoThatTheyCanBeMapped) {
  save("m.npz", {item_of("a", *Tensor::of<uint8_t>({3}, {1, 2, 3})),
                 item_of("long name/b", counting_tensor({5})), item_of("c", counting_tensor({}))});
  const auto checkpoint = Checkpoint::open("m.npz", {storage_});
  for (const TensorInfo& info : checkpoint->catalog()) {
    EXPECT_EQ(info.pieces[0].extent.offset_in_file % 64, 0u) << info.name;
    const auto tensor = checkpoint->read(info.name, {.io = IoMode::kMap});
    EXPECT_EQ(tensor->backing(), Backing::kMapped) << info.name;
  }
}

TEST_F(Npz, IsTheSizeThatWasPlannedUnlessItIsDeflated) {
  const std::vector<SaveItem> items = {item_of("a", counting_tensor({1000})),
                                       item_of("b", counting_tensor({}))};
  for (const bool compress : {false, true}) {
    const auto planned = plan(items, {.compress = compress});
    const auto report = execute(*planned);
    ASSERT_TRUE(is_ok(report));
    const uint64_t size_bytes = read_file(*storage_, "m").size();
    EXPECT_EQ(report->bytes_written, size_bytes);
    EXPECT_EQ(planned->size_bytes(), compress ? 0 : size_bytes);
    EXPECT_EQ(size_bytes < 3000, compress);
  }
}

TEST_F(Npz, DeflatesWhatItIsAskedTo) {
  const std::vector<SaveItem> items = {item_of("a", counting_tensor({300'000})),
                                       item_of("é", *Tensor::of<int64_t>({2, 1}, {1, -2}))};
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    save("m.npz", items, {.byte_order = order, .compress = true});
    const auto checkpoint = Checkpoint::open("m.npz", {storage_});
    ASSERT_TRUE(is_ok(checkpoint));
    EXPECT_EQ(checkpoint->catalog().find("a")->encoding, Encoding::kDeflate);
    for (const SaveItem& item : items) EXPECT_EQ(*checkpoint->read(item.name), item.tensor);
  }
}

TEST_F(Npz, NoticesDamageInDeflatedArrays) {
  save("m.npz", {item_of("a", counting_tensor({50}))}, {.compress = true});
  const std::string bytes = read_file(*storage_, "m.npz");
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    write_file(*storage_, "m.npz", damaged);
    const auto checkpoint = Checkpoint::open("m.npz", {storage_});
    if (!checkpoint.ok()) continue;
    const auto tensor = checkpoint->read("a");
    if (tensor.ok()) {
      EXPECT_EQ(*tensor, counting_tensor({50})) << bit;
    }
  }
}

TEST_F(Npz, ComparesChecksumsOfHeaderAndElements) {
  save("m.npz", {item_of("a", counting_tensor({4}))});
  std::string bytes = read_file(*storage_, "m.npz");
  const size_t at = bytes.find("(4,), }") + 10;  // a space of the padding
  bytes[at] = '\n';
  write_file(*storage_, "m.npz", bytes);
  const auto checkpoint = Checkpoint::open("m.npz", {storage_});
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    const auto tensor = checkpoint->read("a", {.io = io});
    EXPECT_TRUE(fails(tensor, Code::kCorrupt, {"m.npz: tensor 'a': Checksum does not match"}));
    EXPECT_EQ(tensor.error().reason, reason::kChecksum);
    // There is no index that could be of another save.
    EXPECT_TRUE(tensor.error().message.ends_with("; the file is damaged"));
    EXPECT_EQ(*checkpoint->read("a", {.io = io, .verify = false}), counting_tensor({4}));
  }
}

TEST_F(Npz, IsToldByItsContent) {
  save("dir/weights", {item_of("a", counting_tensor({4}))});
  EXPECT_EQ(Checkpoint::open("dir/weights", {storage_})->catalog().format(), "npz");
  save("dir/w.safetensors", {item_of("a", counting_tensor({4}))});
  EXPECT_EQ(Checkpoint::open("dir/w.safetensors", {storage_})->catalog().format(), "npz");
  save("dir/one.weights.npy", {item_of("a", counting_tensor({4}))}, {.format = "npy"});
  EXPECT_EQ(*Checkpoint::open("dir/one.weights.npy", {storage_})->read("one.weights"),
            counting_tensor({4}));
  EXPECT_EQ(storage_->list_directory("dir")->size(), 3u);
  // An archive of something else is somebody else's.
  std::string other = archive_of("data.pkl", "x", deflated_of("x"));
  write_file(*storage_, "dir/other", other);
  EXPECT_TRUE(fails(Checkpoint::open("dir/other", {storage_}), Code::kUnsupported,
                    {"it is a zip archive"}));
}

TEST_F(Npz, ListsMembersThatCannotBeRead) {
  std::vector<ZipEntry> entries;
  std::string bytes;
  const auto add = [&](const std::string& name, const std::string& data) {
    ZipEntry entry;
    entry.name = name;
    entry.crc32 = crc32(to_bytes(data));
    entry.stored_bytes = entry.original_bytes = data.size();
    entry.header_offset = bytes.size();
    bytes += zip_local_header(entry) + data;
    entries.push_back(entry);
  };
  add("good.npy", array_of_bytes("abc"));
  add("folder/", "");
  add("read.me", "text");
  add("cut.npy", array_of_bytes("abc").substr(0, 30));
  add("short.npy", array_of_bytes("abc").substr(0, 69));
  add("other.npy", "no array at all");
  bytes += zip_directory(entries, bytes.size());
  write_file(*storage_, "m", bytes);
  const auto checkpoint = Checkpoint::open("m", {storage_});
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().count(), 5u);
  EXPECT_EQ(*checkpoint->read("good"), *Tensor::of<uint8_t>({3}, {'a', 'b', 'c'}));
  EXPECT_TRUE(fails(checkpoint->read("read.me"), Code::kUnsupported,
                    {"m: tensor 'read.me': the member does not end in '.npy'"}));
  EXPECT_TRUE(fails(checkpoint->read("cut"), Code::kCorrupt, {"end within the header"}));
  EXPECT_TRUE(fails(checkpoint->read("short"), Code::kCorrupt, {"'|u1' of shape [3] take 3"}));
  EXPECT_TRUE(
      fails(checkpoint->read("other"), Code::kCorrupt, {"does not begin as a NumPy array"}));
}

TEST_F(Npz, RefusesDeflatedMembersThatLie) {
  const std::string array = array_of_bytes(std::string(3000, 'x'));
  const std::string deflated = deflated_of(array);
  const auto read = [&](std::string_view original, std::string_view stream) {
    write_file(*storage_, "m", archive_of("a.npy", original, stream));
    const auto checkpoint = Checkpoint::open("m", {storage_});
    EXPECT_TRUE(is_ok(checkpoint));
    return checkpoint.ok() ? checkpoint->read("a") : Result<Tensor>(checkpoint.error());
  };
  EXPECT_TRUE(is_ok(read(array, deflated)));
  // Another size than the header asks for is noticed before anything is inflated.
  EXPECT_TRUE(fails(read(array + "x", deflated), Code::kUnsupported, {"1 bytes follow the array"}));
  EXPECT_TRUE(fails(read(array.substr(1), deflated), Code::kCorrupt, {"2999 bytes follow"}));
  EXPECT_TRUE(fails(read(array, deflated + "x"), Code::kCorrupt, {"m: tensor 'a': ", "early"}));
  EXPECT_TRUE(
      fails(read(array, deflated.substr(0, deflated.size() - 1)), Code::kCorrupt, {"cut short"}));
  EXPECT_TRUE(fails(read(array, deflated_of(array + "x")), Code::kCorrupt, {"gives more than"}));
  EXPECT_TRUE(fails(read(array, deflated_of(array.substr(0, array.size() - 1))), Code::kCorrupt,
                    {"it should give"}));
  EXPECT_TRUE(fails(read(array, deflated_of(array.substr(0, 40))), Code::kCorrupt,
                    {"deflated bytes give 40 bytes"}));
  EXPECT_TRUE(fails(read(array, "\xff\xff\xff\xff\xff"), Code::kCorrupt, {"damaged"}));
  EXPECT_TRUE(fails(read(std::string(1'000'000, 'x'), "tiny"), Code::kCorrupt,
                    {"4 deflated bytes cannot give the 1000000"}));
}

TEST_F(Npz, ReadsHeadersThatOthersWrite) {
  const Tensor expected = *Tensor::of<uint8_t>({2, 1}, {'a', 'b'});
  for (const std::string_view header :
       {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }",
        "{\"shape\":(2L,1L,),\"fortran_order\":False,\"descr\":\"u1\"}",
        "{'descr':\t'|u1',\r\n'fortran_order':\tFalse, 'shape': (2, 1)}\t\r\n",
        " { 'fortran_order' : True , 'descr' : '<u1' , 'shape' : ( 2 , 1 ) }  \n"}) {
    const auto checkpoint = open_array(array_of(header, "ab"));
    ASSERT_TRUE(is_ok(checkpoint)) << header;
    EXPECT_EQ(*checkpoint->read("x"), expected) << header;
  }
  // Longer than what is read at first.
  const auto padded = open_array(array_of(
      std::string(2000, ' ') + "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }" +
          std::string(60'000, ' ') + "\n",
      "ab"));
  ASSERT_TRUE(is_ok(padded));
  EXPECT_EQ(*padded->read("x"), expected);
  std::string version3 =
      array_of("  {'descr': '|u1', 'fortran_order': False, 'shape': (2, 1)}", "ab");
  version3[6] = 3;
  version3[8] = static_cast<char>(version3[8] - 2);
  version3.replace(10, 2, std::string_view("\0\0", 2));
  EXPECT_EQ(*open_array(version3)->read("x"), expected);
  const auto bfloat =
      open_array(array_of("{'descr': '<V2', 'fortran_order': False, 'shape': (1,), }", "\x80\x3f"));
  EXPECT_EQ(bfloat->read("x")->dtype(), DType::kBF16);
}

TEST_F(Npz, ReadsElementsOfEveryByteOrderAndType) {
  const std::string bytes("\1\0\2\0\3\0\4\0\5\0\6\0\7\0\10\0", 16);
  const std::map<std::string, DType> types = {
      {"b1", DType::kBool},      {"i1", DType::kI8},         {"i2", DType::kI16},
      {"i4", DType::kI32},       {"i8", DType::kI64},        {"u1", DType::kU8},
      {"u2", DType::kU16},       {"u4", DType::kU32},        {"u8", DType::kU64},
      {"f2", DType::kF16},       {"f4", DType::kF32},        {"f8", DType::kF64},
      {"c8", DType::kComplex64}, {"c16", DType::kComplex128}};
  for (const auto& [type, dtype] : types) {
    const uint64_t size = dtype_size_bytes(dtype);
    for (const std::string mark : {"<", ">", "|", "=", ""}) {
      const auto checkpoint = open_array(
          array_of("{'descr': '" + mark + type + "', 'fortran_order': False, 'shape': (1,), }",
                   std::string_view(bytes).substr(0, size)));
      ASSERT_TRUE(is_ok(checkpoint)) << mark << type;
      const auto tensor = checkpoint->read("x");
      ASSERT_TRUE(is_ok(tensor)) << mark << type;
      EXPECT_EQ(tensor->dtype(), dtype);
      std::string expected = bytes.substr(0, size);
      const bool is_complex = dtype == DType::kComplex64 || dtype == DType::kComplex128;
      const size_t part = is_complex ? size / 2 : size;
      for (size_t at = 0; mark == ">" && at < size; at += part)
        std::reverse(expected.begin() + static_cast<long>(at),
                     expected.begin() + static_cast<long>(at + part));
      EXPECT_EQ(*tensor, *Tensor::copy_of(dtype, {1}, to_bytes(expected))) << mark << type;
    }
  }
}

TEST_F(Npz, RefusesTwoMembersOfOneName) {
  std::vector<ZipEntry> entries(2);
  std::string bytes;
  const std::string array = array_of_bytes("abc");
  for (ZipEntry& entry : entries) {
    entry.name = "a.npy";
    entry.crc32 = crc32(to_bytes(array));
    entry.stored_bytes = entry.original_bytes = array.size();
    entry.header_offset = bytes.size();
    bytes += zip_local_header(entry) + array;
  }
  bytes += zip_directory(entries, bytes.size());
  write_file(*storage_, "m", bytes);
  EXPECT_TRUE(fails(Checkpoint::open("m", {storage_}), Code::kCorrupt, {"m: ", "'a'"}));
}

TEST_F(Npz, ListsArraysOfOtherTypes) {
  for (const auto& [descr, phrase] : std::vector<std::pair<std::string, std::string_view>>{
           {"'|O'", "'|O': Python objects in a pickle"},
           {"'|S3'", "'|S3': byte strings"},
           {"'<U3'", "'<U3': text"},
           {"'<M8[s]'", "times"},
           {"'|V2'", "raw bytes, perhaps bfloat16"},
           {"'>V2'", "raw bytes, perhaps bfloat16"},
           {"'|V3'", "raw bytes, or a type"},
           {"'<V1'", "raw bytes"},
           {"'<f1'", "'<f1': which is not known"},
           {"'<f16'", "'<f16': which is not known"},
           {"''", "'': which is not known"},
           {"'<i4x'", "not known"},
           {"[('x', '<f4'), ('y', [('z', '>i2', (2,))], (3, 4))]", "records"}}) {
    const auto checkpoint = open_array(
        array_of("{'descr': " + descr + ", 'fortran_order': False, 'shape': (1,), }", "1234"));
    ASSERT_TRUE(is_ok(checkpoint)) << descr;
    EXPECT_EQ(checkpoint->catalog().find("x")->shape, Shape({1}));
    EXPECT_TRUE(fails(checkpoint->read("x"), Code::kUnsupported,
                      {"x.npy: tensor 'x': its elements are of NumPy's type", phrase}));
  }
}

TEST_F(Npz, RefusesHeadersThatAreNone) {
  const std::string good = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string header = good;
    return header.replace(header.find(from), from.size(), to);
  };
  for (const auto& [header, phrase] : std::vector<std::pair<std::string, std::string_view>>{
           {"", "malformed at byte 0"},
           {"[]", "malformed at byte 0"},
           {"{}", "lacks one of"},
           {good + "x", "malformed"},
           {changed(", }", ""), "malformed"},
           {changed("'descr'", "'other'"), "has key 'other'"},
           {changed("'descr'", "'shape'"), "malformed"},
           {changed("'descr': '|u1', ", ""), "lacks one of"},
           {changed("'descr'", "'descr': '|u1', 'descr'"), "has key 'descr'"},
           {changed("False", "0"), "malformed"},
           {changed("False", "Falsehood"), "malformed"},
           {changed("(2,)", "(2)"), "malformed"},
           {changed("(2,)", "2"), "malformed"},
           {changed("(2,)", "(-2,)"), "malformed"},
           {changed("(2,)", "(2.0,)"), "malformed"},
           {changed("(2,)", "(02,)"), "malformed"},
           {changed("(2,)", "(0x2,)"), "malformed"},
           {changed("(2,)", "(True,)"), "malformed"},
           {changed("(2,)", "[2]"), "malformed"},
           {changed("(2,)", "(4294967296, 4294967296, 0)"), "too many elements"},
           {changed("False", "None"), "malformed"},
           {changed("'|u1'", "b'|u1'"), "malformed"},
           {"dict(descr='|u1', fortran_order=False, shape=(2,))", "malformed at byte 0"},
           {changed("(2,)", "(2 3)"), "malformed"},
           {changed("(2,)", "(,)"), "malformed"},
           {changed("(2,)", "(2,"), "malformed"},
           {changed("(2,)", "(9223372036854775808,)"), "exceeds 63 bits"},
           {changed("(2,)", "(4294967296, 4294967296)"), "too many elements"},
           {changed("'|u1'", "'|u1"), "malformed"},
           {changed("'|u1'", "'\\x7c'"), "malformed"},
           {changed("'|u1'", "u1"), "malformed"},
           {changed("'|u1'", "[[[[[[[[[[[[]]]]]]]]]]]]"), "malformed"},
           {changed("'|u1'", "[('a', b)]"), "malformed"},
           {changed("'|u1'", "__import__('os')"), "malformed"}}) {
    EXPECT_TRUE(fails(open_array(array_of(header, "ab")), Code::kCorrupt, {"x.npy: ", phrase}))
        << header;
  }
  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1,";
  EXPECT_TRUE(fails(open_array(array_of(changed("(2,)", many + ")"), "a")), Code::kCorrupt,
                    {"65 dimensions"}));
}

TEST_F(Npz, RefusesFilesThatDoNotAddUp) {
  const std::string good = array_of_bytes("ab");
  const auto version = [&](char major, char minor) {
    std::string bytes = good;
    bytes[6] = major;
    bytes[7] = minor;
    return bytes;
  };
  EXPECT_TRUE(fails(open_array(version(4, 0)), Code::kUnsupported, {"version 4.0"}));
  EXPECT_TRUE(fails(open_array(version(0, 0)), Code::kUnsupported, {"version 0.0"}));
  EXPECT_TRUE(fails(open_array(version(1, 1)), Code::kUnsupported, {"version 1.1"}));
  EXPECT_TRUE(fails(open_array(version(2, 0)), Code::kCorrupt, {"the limit is 65535"}));
  for (size_t size = 6; size + 1 < good.size(); ++size) {
    const auto checkpoint = open_array(good.substr(0, size));
    EXPECT_TRUE(checkpoint.ok() ? fails(checkpoint->read("x"), Code::kCorrupt)
                                : fails(checkpoint, Code::kCorrupt))
        << size;
  }
  EXPECT_TRUE(fails(open_array(good + good)->read("x"), Code::kUnsupported,
                    {"bytes follow the array; only files of one array"}));
}

TEST_F(Npz, IsRefusedForWhatItCannotHold) {
  const Tensor one = counting_tensor({1});
  EXPECT_TRUE(fails(plan({item_of("s", strings_tensor({}, {"x"}))}), Code::kUnsupported,
                    {"m: tensor 's': NumPy has no elements of dtype string; it has bool"}));
  EXPECT_TRUE(fails(plan({item_of("", one)}), Code::kInvalidArgument, {"a tensor needs a name"}));
  EXPECT_TRUE(fails(plan({item_of(std::string("a\0", 2), one)}), Code::kUnsupported, {"zero"}));
  EXPECT_TRUE(fails(plan({item_of("\xff", one)}), Code::kUnsupported, {"UTF-8"}));
  EXPECT_TRUE(fails(plan({item_of("a/../b", one)}), Code::kUnsupported, {"'..' in its name"}));
  EXPECT_TRUE(fails(plan({item_of(std::string(65'532, 'n'), one)}), Code::kUnsupported,
                    {"at most 65531 bytes"}));
  EXPECT_TRUE(is_ok(plan({item_of(std::string(65'531, 'n'), one), item_of("..", one)})));
  EXPECT_TRUE(fails(plan({{"p", one, Box{{0}, {1}}, Shape({2}), 0}}), Code::kUnsupported,
                    {"tensor 'p'", "a part"}));
  EXPECT_TRUE(fails(plan({{"p", one, {}, {}, 1}}), Code::kInvalidArgument, {"data file 1"}));
  EXPECT_TRUE(fails(plan({item_of("d", counting_tensor(Shape(std::vector<int64_t>(65, 1))))}),
                    Code::kUnsupported, {"65"}));
  const Tensor half = *Tensor::copy_of(DType::kBF16, {}, to_bytes("\x80\x3f"));
  EXPECT_TRUE(fails(plan({item_of("b", half)}, {.byte_order = ByteOrder::kBig}), Code::kUnsupported,
                    {"no byte order"}));
  EXPECT_TRUE(fails(plan({}, {.alignment = 128}), Code::kUnsupported, {"alignment of 128"}));
  EXPECT_TRUE(fails(plan({}, {.shard_count = 2}), Code::kUnsupported, {"2 data files"}));
  EXPECT_TRUE(fails(plan({}, {.compress_index = true}), Code::kUnsupported, {"compress"}));
  EXPECT_TRUE(fails(plan({item_of("a", one), item_of("b", one)}, {.format = "npy"}),
                    Code::kUnsupported, {"holds one array, 2 are to be saved"}));
  EXPECT_TRUE(fails(plan({item_of("a", one)}, {.format = "npy", .compress = true}),
                    Code::kUnsupported, {"not compressed"}));
  EXPECT_TRUE(fails(plan({item_of("a", one)}, {.format = "tf_bundle", .compress = true}),
                    Code::kUnsupported, {"none is compressed"}));
}

}  // namespace
}  // namespace holdall
