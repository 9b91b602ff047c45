// What is special to safetensors: files of the reference's writer, its bytes, and every refusal.
#include <gtest/gtest.h>

#include <map>

#include "base/endian.h"
#include "formats/safetensors/safetensors_layout.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "support/truth.h"

namespace holdall {
namespace {

constexpr std::string_view kFolder = "src/formats/safetensors/testdata";

std::string testdata(std::string_view name) {
  return join_path(source_path(kFolder), name);
}

// A file: its header as given, its length before it.
std::string draft(std::string_view header, std::string_view data = "") {
  std::string bytes(8, '\0');
  store_le<uint64_t>(reinterpret_cast<std::byte*>(bytes.data()), header.size());
  return bytes.append(header).append(data);
}

class Safetensors : public testing::Test {
 protected:
  Result<Checkpoint> open(std::string_view header, std::string_view data = "") {
    write_file(*storage_, "m.safetensors", draft(header, data));
    return Checkpoint::open("m.safetensors", {storage_});
  }

  void save(const std::string& path, std::vector<SaveItem> items, SaveOptions options = {}) {
    options.format = "safetensors";
    save_checkpoint(storage_, path, std::move(items), options);
  }

  Result<SavePlan> plan(std::vector<SaveItem> items, SaveOptions options = {}) {
    options.format = "safetensors";
    options.storage = storage_;
    return plan_save("m", std::move(items), options);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

SaveItem item_of(std::string name, Tensor tensor, uint32_t shard = 0) {
  return {std::move(name), std::move(tensor), {}, {}, shard};
}

TEST_F(Safetensors, HoldsWhatTheTruthSays) {
  const Truth truth = read_truth(kFolder, "safetensors");
  ASSERT_GE(truth.checkpoints.size(), 3u);
  for (const TruthCheckpoint& expected : truth.checkpoints) {
    const auto checkpoint = Checkpoint::open(testdata(expected.prefix));
    ASSERT_TRUE(is_ok(checkpoint)) << expected.prefix;
    EXPECT_EQ(checkpoint->catalog().format(), "safetensors");
    EXPECT_EQ(checkpoint->catalog().count(), expected.tensors.size());
    for (const TruthTensor& tensor : expected.tensors) {
      for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
        const auto value = checkpoint->read(tensor.name, {.io = io});
        ASSERT_TRUE(is_ok(value)) << tensor.name;
        EXPECT_EQ(difference(tensor, *value), "") << tensor.name;
      }
    }
  }
}

// The files by the reference's writer differ from ours in nothing but the metadata.
TEST_F(Safetensors, AreWrittenInTheBytesOfTheReference) {
  const std::string_view ours = R"("__metadata__":{"format":"pt"})";
  for (const std::string name : {"all.safetensors", "model-00001-of-00002.safetensors",
                                 "model-00002-of-00002.safetensors"}) {
    const auto checkpoint = Checkpoint::open(testdata(name));
    ASSERT_TRUE(is_ok(checkpoint));
    std::vector<SaveItem> items;
    for (const TensorInfo& info : checkpoint->catalog()) {
      items.push_back(item_of(info.name, *checkpoint->read(info.name)));
    }
    save("m", items);
    const std::string saved = read_file(*storage_, "m");
    std::string expected = read_test_file(testdata(name));
    const size_t header_end = expected.rfind("]}}") + 3;
    std::string header = expected.substr(8, header_end - 8);
    const size_t metadata = header.find("\"__metadata__\"");
    if (metadata == std::string::npos) {
      header.insert(1, ",").insert(1, ours);
    } else {
      header.replace(metadata, header.find('}') + 1 - metadata, ours);
    }
    const size_t data_offset =
        8 + load_le<uint64_t>(reinterpret_cast<const std::byte*>(expected.data()));
    header.resize((header.size() + 7) / 8 * 8, ' ');
    EXPECT_EQ(saved, draft(header, std::string_view(expected).substr(data_offset))) << name;
  }
}

TEST_F(Safetensors, AreSortedByTypeAndThenByName) {
  save("m", {item_of("b", *Tensor::of<uint8_t>({1}, {7})), item_of("c", counting_tensor({1})),
             item_of("a", *Tensor::of<uint8_t>({}, {8})),
             item_of("\"é\n\x01\x7f", *Tensor::of<int64_t>({0, 2}, {}))});
  std::string header =
      "{\"__metadata__\":{\"format\":\"pt\"},"
      "\"\\\"é\\n\\u0001\x7f\":{\"dtype\":\"I64\",\"shape\":[0,2],\"data_offsets\":[0,0]},"
      "\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
      "\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[5,6]}}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  EXPECT_EQ(read_file(*storage_, "m"), draft(header, std::string_view("\0\0\0\0\x08\x07", 6)));
}

TEST_F(Safetensors, AreFoundByTheirContentIndexOrDirectory) {
  save("dir/any.name", {item_of("a", counting_tensor({2}))});
  EXPECT_EQ(Checkpoint::open("dir/any.name", {storage_})->catalog().format(), "safetensors");
  EXPECT_FALSE(Checkpoint::open("dir", {storage_}).ok());
  save("dir/one.safetensors", {item_of("one", counting_tensor({2}))});
  EXPECT_EQ(Checkpoint::open("dir", {storage_})->path(), "dir/one.safetensors");
  save("dir/two.safetensors", {item_of("two", counting_tensor({2}))});
  EXPECT_FALSE(Checkpoint::open("dir", {storage_}).ok());
  save("dir/model.safetensors", {item_of("m", counting_tensor({2}))});
  EXPECT_EQ(Checkpoint::open("dir", {storage_})->path(), "dir/model.safetensors");
  save("dir/big.safetensors", {item_of("a", counting_tensor({2})), item_of("b", Tensor(), 1)},
       {.shard_count = 2});
  for (const std::string path :
       {"dir", "dir/big", "dir/big.safetensors", "dir/big.safetensors.index.json"}) {
    const auto checkpoint = Checkpoint::open(path, {storage_});
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(checkpoint->path(), "dir/big.safetensors.index.json");
    EXPECT_EQ(*checkpoint->read("a"), counting_tensor({2}));
  }
  const auto shard = Checkpoint::open("dir/big-00002-of-00002.safetensors", {storage_});
  EXPECT_EQ(shard->catalog().count(), 1u);
  // TensorFlow's state file goes first.
  write_file(*storage_, "dir/checkpoint", "model_checkpoint_path: \"none\"\n");
  EXPECT_TRUE(fails(Checkpoint::open("dir", {storage_}), Code::kNotFound, {"state file"}));
}

TEST_F(Safetensors, LeaveNoStateFile) {
  save("dir/m.safetensors", {item_of("a", counting_tensor({2}))});
  EXPECT_EQ(*storage_->list_directory("dir"), std::vector<std::string>{"m.safetensors"});
}

TEST_F(Safetensors, HaveAnIndexThatNamesTheirShards) {
  save("m.safetensors",
       {item_of("w/b", counting_tensor({2}), 1), item_of("a", *Tensor::of<uint8_t>({1}, {1}), 0)},
       {.shard_count = 2});
  EXPECT_EQ(read_file(*storage_, "m.safetensors.index.json"),
            R"({
  "metadata": {
    "total_size": 9
  },
  "weight_map": {
    "a": "m-00001-of-00002.safetensors",
    "w/b": "m-00002-of-00002.safetensors"
  }
}
)");
}

TEST_F(Safetensors, MayHavePaddingAndAnyAlignmentAndMetadata) {
  const auto checkpoint = open(
      "{\"__metadata__\":{\"k\":\"v\",\"\":\"\"},\"a\" : {\"shape\":[ 2 ],\"data_offsets\":[1,9],"
      "\"dtype\":\"F32\"},\"\\u0062\\ud83d\\ude00\":{\"dtype\":\"U8\",\"shape\":[],"
      "\"data_offsets\":[0,1]}} \n ",
      std::string_view("\x07\0\0\x80\x3f\0\0\0\x40", 9));
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(*checkpoint->read("a"), counting_tensor({2}, 1));
  EXPECT_EQ(*checkpoint->read("b\U0001f600"), *Tensor::of<uint8_t>({}, {7}));
}

TEST_F(Safetensors, ListTensorsOfTypesThatAreNotKnown) {
  const auto checkpoint = open(R"({"a":{"dtype":"F4","shape":[2,2],"data_offsets":[0,2]},)"
                               R"("b":{"dtype":"Q7","shape":[9],"data_offsets":[2,5]},)"
                               R"("c":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}})",
                               "abcdef");
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().find("a")->size_bytes, 2u);
  EXPECT_EQ(checkpoint->catalog().find("a")->shape, Shape({2, 2}));
  EXPECT_TRUE(fails(checkpoint->read("a"), Code::kUnsupported,
                    {"m.safetensors: tensor 'a': elements of dtype 'F4' are not known here"}));
  EXPECT_TRUE(fails(checkpoint->read("b"), Code::kUnsupported, {"'Q7'"}));
  EXPECT_EQ(*checkpoint->read("c"), *Tensor::of<uint8_t>({1}, {'f'}));
}

// As PyTorch's save_model() writes tied weights.
TEST_F(Safetensors, HaveTensorsUnderTheNamesThatTheMetadataTieToThem) {
  const auto checkpoint =
      open(R"({"__metadata__":{"head.weight":"embed.weight","other":"none","b":"embed.weight",)"
           R"("format":"b","":"b"},"embed.weight":{"dtype":"F32","shape":[2],)"
           R"("data_offsets":[0,8]},"b":{"dtype":"F4","shape":[2],"data_offsets":[8,9]}})",
           std::string_view("\0\0\x80\x3f\0\0\0\x40x", 9));
  ASSERT_TRUE(is_ok(checkpoint));
  std::vector<std::string> names;
  for (const TensorInfo& info : checkpoint->catalog()) names.push_back(info.name);
  EXPECT_EQ(names, (std::vector<std::string>{"b", "embed.weight", "head.weight"}));
  for (const char* name : {"embed.weight", "head.weight"})
    EXPECT_EQ(*checkpoint->read(name), counting_tensor({2}, 1)) << name;
}

TEST_F(Safetensors, AreRefusedWithMoreTiedNamesThanTheLimit) {
  const auto open_with = [&](size_t count) {
    std::string metadata;
    for (size_t i = 0; i < count; ++i)
      metadata += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":\"a\"";
    return open("{\"__metadata__\":{" + metadata +
                    R"(},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                "x");
  };
  EXPECT_EQ(open_with(1000)->catalog().count(), 1001u);
  EXPECT_TRUE(fails(open_with(1001), Code::kCorrupt,
                    {"m.safetensors: the metadata tie 1001 names to tensors, the limit is 1000"}));
}

// A tensor without elements takes no bytes, wherever it stands, and has a place like any other.
TEST_F(Safetensors, MayHaveTensorsWithoutElementsBetweenOthers) {
  const auto entry = [](std::string_view name, std::string_view shape, int begin, int end) {
    return "\"" + std::string(name) + R"(":{"dtype":"U8","shape":)" + std::string(shape) +
           R"(,"data_offsets":[)" + std::to_string(begin) + "," + std::to_string(end) + "]}";
  };
  const auto header = [&](int at) {
    return "{" + entry("b", "[2]", 2, 4) + "," + entry("none", "[0,3]", at, at) + "," +
           entry("a", "[2]", 0, 2) + "}";
  };
  for (const int at : {0, 2, 4}) {
    const auto checkpoint = open(header(at), "abcd");
    ASSERT_TRUE(is_ok(checkpoint)) << at;
    EXPECT_EQ(*checkpoint->read("none"), *Tensor::of<uint8_t>({0, 3}, {}));
    EXPECT_EQ(*checkpoint->read("b"), *Tensor::of<uint8_t>({2}, {'c', 'd'}));
  }
  for (const int at : {1, 3, 5}) {
    EXPECT_TRUE(fails(open(header(at), "abcd"), Code::kCorrupt, {"m.safetensors: tensor '"})) << at;
  }
}

// Mapped elements that no pointer may point to are copied.
TEST_F(Safetensors, GiveAlignedElementsOfAnyPlace) {
  const TempDirectory directory;
  for (size_t shift = 0; shift < 8; ++shift) {
    const std::string header =
        R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}})" + std::string(shift, ' ');
    const std::string data("\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 16);
    write_test_file(directory / "m", draft(header, data));
    for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
      const auto tensor = Checkpoint::open(directory / "m")->read("a", {.io = io});
      ASSERT_TRUE(is_ok(tensor));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor->bytes().data()) % alignof(double), 0u);
      EXPECT_EQ(*tensor, *Tensor::of<double>({2}, {1, 2}));
      const bool is_aligned = (8 + header.size()) % alignof(double) == 0;
      EXPECT_EQ(tensor->backing() == Backing::kMapped, io == IoMode::kMap && is_aligned) << shift;
    }
  }
}

// Eight elements of each code, and one byte less or more than they take.
TEST_F(Safetensors, HaveElementsOfTheBitsThatTheSpecificationGives) {
  const std::map<std::string, int> bits = {
      {"BOOL", 8},        {"U8", 8},         {"I8", 8},      {"F4", 4},      {"F6_E2M3", 6},
      {"F6_E3M2", 6},     {"I16", 16},       {"U16", 16},    {"F16", 16},    {"BF16", 16},
      {"I32", 32},        {"U32", 32},       {"F32", 32},    {"C64", 64},    {"F64", 64},
      {"I64", 64},        {"U64", 64},       {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8},
      {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}};
  EXPECT_EQ(safetensors::dtype_codes().size(), bits.size());
  for (const auto& [code, of_code] : bits) {
    for (const int extra : {-1, 0, 1}) {
      const int size_bytes = of_code + extra;
      const auto checkpoint =
          open("{\"a\":{\"dtype\":\"" + code + R"(","shape":[2,4],"data_offsets":[0,)" +
                   std::to_string(size_bytes) + "]}}",
               std::string(static_cast<size_t>(size_bytes), '\0'));
      EXPECT_EQ(checkpoint.ok(), extra == 0) << code << " " << size_bytes;
    }
  }
  EXPECT_TRUE(fails(open(R"({"a":{"dtype":"F6_E2M3","shape":[3],"data_offsets":[0,2]}})", "12"),
                    Code::kCorrupt, {"gives no size in bytes"}));
}

TEST_F(Safetensors, RefuseHeadersThatCannotBeThere) {
  const auto open_bytes = [&](std::string_view bytes) {
    write_file(*storage_, "m.safetensors", bytes);
    return Checkpoint::open("m.safetensors", {storage_});
  };
  EXPECT_TRUE(fails(open_bytes(""), Code::kCorrupt, {"m.safetensors: "}));
  EXPECT_TRUE(fails(open_bytes("1234567"), Code::kCorrupt, {"m.safetensors: "}));
  const auto cut = open_bytes(std::string_view("\x0a\0\0\0\0\0\0\0{}", 10));
  EXPECT_TRUE(fails(cut, Code::kCorrupt, {"should take 10 bytes, 2 are there"}));
  EXPECT_EQ(cut.error().reason, reason::kCutShort);
  EXPECT_TRUE(fails(open_bytes("\xff\xff\xff\xff\xff\xff\xff\xff{}"), Code::kCorrupt,
                    {"should take 18446744073709551615 bytes, the limit is 100000000"}));
  EXPECT_TRUE(fails(open_bytes(std::string_view("\x01\xe1\xf5\x05\0\0\0\0{}", 10)), Code::kCorrupt,
                    {"should take 100000001 bytes, the limit"}));
}

class SafetensorsIndex : public Safetensors {
 protected:
  SafetensorsIndex() {
    save("m", {item_of("a", counting_tensor({2}), 0), item_of("b", counting_tensor({3}), 1)},
         {.shard_count = 2});
  }

  Result<Checkpoint> open_index(std::string_view index) {
    write_file(*storage_, "m.safetensors.index.json", index);
    return Checkpoint::open("m", {storage_});
  }
};

TEST_F(SafetensorsIndex, MayLeaveTensorsOutAndHaveMore) {
  const auto checkpoint = open_index(
      R"({"metadata": [1.5, null, {"x": -1e5}], "weight_map": {"b": "m-00002-of-00002.safetensors"},
          "more": true})");
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().count(), 1u);
  EXPECT_EQ(*checkpoint->read("b"), counting_tensor({3}));
  EXPECT_TRUE(checkpoint->notes().empty());
}

TEST_F(SafetensorsIndex, IsComparedWithItsFilesAndDifferencesAreNoted) {
  using Notes = std::vector<std::string>;
  EXPECT_EQ(Checkpoint::open("m", {storage_})->notes(), Notes{});
  const auto notes_of = [&](std::string_view metadata, std::string_view more_of_map = "") {
    return open_index("{\"metadata\":" + std::string(metadata) +
                      R"(,"weight_map":{"b":"m-00002-of-00002.safetensors")" +
                      std::string(more_of_map) + "}}")
        ->notes();
  };
  EXPECT_EQ(notes_of(R"({"total_size":12})"), Notes{});
  EXPECT_EQ(notes_of(R"({"total_size": 99 , "total_parameters":3})"),
            Notes{"the index says that its tensors take 99 bytes, they take 12"});
  for (const char* other : {"12.5", "\"12\"", "null", "[1]", "1e1", "{\"total_size\":1}", "-1"})
    EXPECT_EQ(notes_of("{\"total_size\":" + std::string(other) + "}"), Notes{}) << other;
  EXPECT_EQ(notes_of("null"), Notes{});
  save("n", {item_of("c", counting_tensor({1})), item_of("d", counting_tensor({1})),
             item_of("e", counting_tensor({1}))});
  EXPECT_EQ(notes_of("{}", R"(,"d":"n")"),
            Notes{"the index leaves out 2 tensors that its files hold: 'c', ..."});
}

TEST_F(SafetensorsIndex, IsRefusedIfItDoesNotFit) {
  for (const std::string_view file :
       {"../m-00002-of-00002.safetensors", "/m", "..", ".", "", "a\\\\b", "m\\u0000"}) {
    EXPECT_TRUE(fails(open_index("{\"weight_map\":{\"b\":\"" + std::string(file) + "\"}}"),
                      Code::kCorrupt, {"m.safetensors.index.json: tensor 'b'", "plain name"}))
        << file;
  }
  EXPECT_TRUE(fails(open_index(R"({"weight_map":{"c":"m-00002-of-00002.safetensors"}})"),
                    Code::kCorrupt,
                    {"m-00002-of-00002.safetensors: tensor 'c'", "no such tensor"}));
  EXPECT_TRUE(fails(open_index(R"({"weight_map":{"b":"m-00002-of-00002.safetensors",)"
                               R"("b":"m-00002-of-00002.safetensors"}})"),
                    Code::kCorrupt, {"the index lists tensor 'b' twice"}));
  EXPECT_TRUE(fails(open_index(R"({"weight_map":{"a":"m-00001-of-00002.safetensors",)"
                               R"("a":"m-00002-of-00002.safetensors"}})"),
                    Code::kCorrupt, {"no such tensor"}));
  EXPECT_TRUE(fails(open_index(R"({"weight_map":{"b":"missing.safetensors"}})"), Code::kNotFound,
                    {"missing.safetensors"}));
  EXPECT_TRUE(fails(open_index("{}"), Code::kCorrupt, {"0 'weight_map'"}));
  EXPECT_TRUE(fails(open_index(R"({"metadata":{"x":NaN},"weight_map":{}})"), Code::kCorrupt,
                    {"m.safetensors.index.json: ", "a value is expected"}));
  EXPECT_TRUE(fails(open_index(R"({"weight_map":{},"weight_map":{}})"), Code::kCorrupt,
                    {"2 'weight_map'"}));
  EXPECT_TRUE(fails(open_index(R"({"weight_map":[]})"), Code::kCorrupt, {"'{' is expected"}));
  EXPECT_TRUE(fails(open_index(R"({"weight_map":{}} x)"), Code::kCorrupt, {"something follows"}));
  EXPECT_TRUE(fails(open_index(std::string(70, '[').insert(0, "{\"x\":")), Code::kUnsupported,
                    {"nested deeper than 64 levels"}));
}

TEST_F(Safetensors, AreRefusedForWhatTheyCannotHold) {
  const Tensor one = counting_tensor({1});
  EXPECT_TRUE(fails(plan({item_of("s", strings_tensor({}, {"x"}))}), Code::kUnsupported,
                    {"m: tensor 's': safetensors files hold no elements of dtype string; they hold "
                     "bool, uint8"}));
  EXPECT_TRUE(fails(plan({item_of("", one)}), Code::kInvalidArgument, {"a tensor needs a name"}));
  EXPECT_TRUE(fails(plan({item_of("__metadata__", one)}), Code::kUnsupported, {"another"}));
  EXPECT_TRUE(fails(plan({item_of("\xff", one)}), Code::kUnsupported, {"UTF-8"}));
  EXPECT_TRUE(fails(plan({{"p", one, Box{{0}, {1}}, Shape({2}), 0}}), Code::kUnsupported,
                    {"tensor 'p'", "a part"}));
  EXPECT_TRUE(fails(plan({item_of("a", one, 1)}), Code::kInvalidArgument, {"data file 1"}));
  EXPECT_TRUE(fails(plan({}, {.byte_order = ByteOrder::kBig}), Code::kUnsupported, {"little"}));
  EXPECT_TRUE(fails(plan({}, {.alignment = 64}), Code::kUnsupported, {"aligned to 64"}));
  EXPECT_TRUE(fails(plan({}, {.compress = true}), Code::kUnsupported, {"not compressed"}));
  EXPECT_TRUE(fails(plan({}, {.compress_index = true}), Code::kUnsupported, {"not compressed"}));
  EXPECT_TRUE(fails(plan({}, {.shard_count = 0}), Code::kInvalidArgument, {"0 data files"}));
  EXPECT_TRUE(fails(plan({}, {.shard_count = 100'000}), Code::kInvalidArgument, {"1 to 99999"}));
}

}  // namespace
}  // namespace holdall
