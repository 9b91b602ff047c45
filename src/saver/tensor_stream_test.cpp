#include "holdall/tensor_stream.h"

#include <gtest/gtest.h>

#include <random>

#include "formats/npz/npz_layout.h"
#include "storage/faulty_storage.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr const char* kFolder = "src/formats/tf_bundle/testdata/";

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<std::string> stream(const Checkpoint& checkpoint, std::string_view name,
                           const StreamOptions& options = {}) {
  std::string all;
  auto status = stream_tensor(checkpoint, name, options, [&](std::span<const std::byte> bytes) {
    all += text_of(bytes);
    return Status();
  });
  if (!status.ok()) return std::move(status).error();
  return all;
}

Checkpoint sample(const std::string& path) {
  return *Checkpoint::open(source_path(kFolder + path));
}

TEST(TensorStream, GivesTheBytesOfEveryTensorAndSlice) {
  for (const char* path : {"good/partitioned/partitioned", "good/shapes/shapes",
                           "good/big_endian/big", "good/dtypes_tf2/dtypes"}) {
    const auto checkpoint = Checkpoint::open(source_path(std::string(kFolder) + path));
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    for (const TensorInfo& info : checkpoint->catalog()) {
      if (info.dtype == DType::kString || info.problem != nullptr) continue;
      const Tensor whole = *checkpoint->read(info.name);
      for (const uint64_t window_bytes : {1u, 40u, 1u << 20}) {
        const StreamOptions options{.window_bytes = window_bytes};
        EXPECT_EQ(*stream(*checkpoint, info.name, options), text_of(whole.bytes())) << info.name;
      }
      if (info.shape.rank() == 0 || info.shape[0] == 0) continue;
      for (const char* text : {"-1", "0:1", "...,0:2", "1:0", ":,..."}) {
        const auto slice = parse_slice(text, info.shape);
        ASSERT_TRUE(is_ok(slice)) << info.name;
        const StreamOptions options{.slice = *slice, .window_bytes = 40};
        EXPECT_EQ(*stream(*checkpoint, info.name, options),
                  text_of(cut_out(whole, slice->box).bytes()))
            << info.name << ' ' << text;
      }
    }
  }
}

TEST(TensorStream, GivesTheBytesOfOneString) {
  const auto storage = make_memory_storage();
  const Checkpoint checkpoint =
      save_and_open(storage, "m",
                    {{"one", strings_tensor({}, {std::string_view("a\0b", 3)}), {}, {}, 0},
                     {"two", strings_tensor({2}, {"x", "yy"}), {}, {}, 0}});
  EXPECT_EQ(*stream(checkpoint, "one"), std::string("a\0b", 3));
  EXPECT_EQ(*stream(checkpoint, "two", {.slice = *parse_slice("1", Shape{2})}), "yy");
  EXPECT_TRUE(fails(stream(checkpoint, "two"), Code::kUnsupported,
                    {"m: tensor 'two'", "would not tell 2 strings apart"}));
  EXPECT_TRUE(fails(stream(checkpoint, "one", {.form = StreamForm::kNpy}), Code::kUnsupported,
                    {"NumPy has no type for string"}));
}

TEST(TensorStream, NamesWhatIsLikeAMissingTensor) {
  const Checkpoint checkpoint = sample("good/partitioned/partitioned");
  EXPECT_TRUE(fails(stream(checkpoint, "colums"), Code::kNotFound,
                    {"Key colums not found in checkpoint; near it are 'columns'"}));
  EXPECT_TRUE(fails(stream(sample("bad/malformed/entry_garbage/m"), "a"), Code::kCorrupt,
                    {"tensor 'a': the entry cannot be used"}));
}

TEST(TensorStream, RefusesASliceOfAnotherShape) {
  const Checkpoint checkpoint = sample("good/partitioned/partitioned");
  EXPECT_TRUE(fails(stream(checkpoint, "plain", {.slice = *parse_slice("4:9", Shape{9})}),
                    Code::kInvalidArgument, {"tensor 'plain': box '4,5'"}));
}

TEST(TensorStream, FindsDamageAtTheEndAndMissingFiles) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"t", counting_tensor({100}), {}, {}, 0}});
  std::string bytes = read_file(*storage, "m.data-00000-of-00001");
  bytes[399] ^= 1;
  write_file(*storage, "m.data-00000-of-00001", bytes);
  const auto open = [&] { return *Checkpoint::open("m", {storage}); };
  const StreamOptions options{
      .slice = *parse_slice("0:2", Shape{100}), .verify_parts = true, .window_bytes = 120};
  EXPECT_TRUE(fails(stream(open(), "t", options), Code::kCorrupt, {"Checksum does not match"}));
  EXPECT_TRUE(is_ok(stream(open(), "t", {.verify = false})));
  write_file(*storage, "m.data-00000-of-00001", bytes.substr(0, 399));
  EXPECT_TRUE(fails(stream(open(), "t"), Code::kCorrupt, {"reach past the end"}));
  ASSERT_TRUE(is_ok(storage->remove("m.data-00000-of-00001")));
  EXPECT_TRUE(fails(stream(open(), "t"), Code::kNotFound, {"tensor 't'"}));
}

TEST(TensorStream, EndsWhenTheSinkFailsOrIsTold) {
  const Checkpoint checkpoint = sample("good/partitioned/partitioned");
  int calls = 0;
  const auto status = stream_tensor(checkpoint, "rows", {.window_bytes = 48},
                                    [&](std::span<const std::byte>) -> Status {
                                      if (++calls < 3) return {};
                                      return exhausted("full");
                                    });
  EXPECT_TRUE(fails(status, Code::kExhausted, {"full"}));
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(
      fails(stream(checkpoint, "rows", {.progress = [](uint64_t, uint64_t) { return false; }}),
            Code::kIo, {"cancelled"}));
}

TEST(TensorStream, TellsHowFarItIs) {
  const Checkpoint checkpoint = sample("good/partitioned/partitioned");
  uint64_t last = 0;
  const auto watch = [&](uint64_t done, uint64_t total) {
    EXPECT_EQ(total, 24u);
    last = done;
    return true;
  };
  ASSERT_TRUE(is_ok(stream(
      checkpoint, "rows",
      {.slice = *parse_slice("1:4,:2", Shape{10, 4}), .window_bytes = 48, .progress = watch})));
  EXPECT_EQ(last, 24u);
}

TEST(TensorStream, HoldsNoMoreThanItsWindow) {
  if (!can_count_allocations()) return;
  const TempDirectory directory;
  const Tensor whole = counting_tensor({3000, 1000});
  std::vector<SaveItem> halves;
  for (const int64_t start : {0, 500}) {
    const Box box{{0, start}, {3000, 500}};
    halves.push_back({"t", cut_out(whole, box), box, whole.shape(), 0});
  }
  save_checkpoint(make_local_storage(), directory / "m", std::move(halves));
  const Checkpoint checkpoint = *Checkpoint::open(directory / "m");
  const AllocationMeter meter;
  uint64_t count = 0;
  ASSERT_TRUE(is_ok(stream_tensor(
      checkpoint, "t", {.slice = *parse_slice(":,1:", whole.shape()), .window_bytes = 300000},
      [&](std::span<const std::byte> bytes) {
        count += bytes.size();
        return Status();
      })));
  EXPECT_LT(meter.peak_bytes(), 350000u);
  EXPECT_EQ(count, 3000u * 999 * 4);
}

// What numpy.save() of NumPy 2.4 writes for zeros of these shapes.
TEST(NpyFront, IsThatOfNumPy) {
  const auto front = [](const std::string& dict) {
    return std::string("\x93NUMPY\x01\x00v\x00", 10) + dict + std::string(117 - dict.size(), ' ') +
           '\n';
  };
  EXPECT_EQ(npz::make_npy_header("<f4", {}),
            front("{'descr': '<f4', 'fortran_order': False, 'shape': (), }"));
  EXPECT_EQ(npz::make_npy_header("<f4", {3}),
            front("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"));
  EXPECT_EQ(npz::make_npy_header("<f4", {3, 4}),
            front("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"));
  EXPECT_EQ(npz::make_npy_header("|i1", {0, 2}),
            front("{'descr': '|i1', 'fortran_order': False, 'shape': (0, 2), }"));
}

TEST(TensorStream, PutsTheFrontBeforeTheElements) {
  const Checkpoint checkpoint = sample("good/partitioned/partitioned");
  const auto bytes = stream(
      checkpoint, "rows", {.slice = *parse_slice("2,1:", Shape{10, 4}), .form = StreamForm::kNpy});
  const Tensor row = *checkpoint.read_box("rows", {{2, 1}, {1, 3}});
  EXPECT_EQ(*bytes, npz::make_npy_header("<f4", {3}) + text_of(row.bytes()));
}

}  // namespace
}  // namespace holdall
