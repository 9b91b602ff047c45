#include "holdall/copy.h"

#include <gtest/gtest.h>

#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

class Copy : public testing::Test {
 protected:
  Checkpoint save(const std::string& path, std::vector<SaveItem> items, SaveOptions options = {}) {
    return save_and_open(storage_, path, std::move(items), options);
  }
  // Plans, executes, opens what was written.
  Checkpoint copy(std::vector<CopySource> sources, const std::string& path,
                  CopyOptions options = {}) {
    options.save.storage = storage_;
    const auto plan = plan_copy(sources, path, options);
    EXPECT_TRUE(is_ok(plan));
    const auto report = execute(*plan);
    EXPECT_TRUE(is_ok(report));
    return *Checkpoint::open(path, {storage_});
  }
  Result<SavePlan> plan(std::vector<CopySource> sources, const std::string& path,
                        CopyOptions options = {}) {
    options.save.storage = storage_;
    return plan_copy(sources, path, options);
  }
  static Names names_of(const Checkpoint& checkpoint) {
    Names names;
    for (const TensorInfo& info : checkpoint.catalog()) names.push_back(info.name);
    return names;
  }
  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

SaveItem item(const std::string& name, Tensor tensor) {
  return {name, std::move(tensor), {}, {}, 0};
}

TEST_F(Copy, WritesTheBytesThatASaveWrites) {
  const std::vector<SaveItem> items = {
      item("a/w", counting_tensor({300, 70})), item("b", strings_tensor({2}, {"x", "yz"})),
      item("empty", counting_tensor({0, 3})), item("scalar", counting_tensor({}))};
  const Checkpoint from = save("from", items);
  save("direct/m", items, {.alignment = 64});
  (void)copy({{from}}, "copied/m");
  for (const std::string suffix : {".index", ".data-00000-of-00001"}) {
    EXPECT_EQ(read_file(*storage_, "copied/m" + suffix), read_file(*storage_, "direct/m" + suffix));
  }
}

TEST_F(Copy, SelectsRenamesAndMerges) {
  const Checkpoint a =
      save("a", {item("w", counting_tensor({2}, 1)), item("x", counting_tensor({1}))});
  const Checkpoint b = save("b", {item("w", counting_tensor({2}, 5))});
  const Checkpoint both =
      copy({{a, {.scope = "one", .select = {"w"}}}, {b, {.scope = "two"}}}, "both");
  EXPECT_EQ(names_of(both), (Names{"one/w", "two/w"}));
  EXPECT_EQ(*both.read("two/w"), counting_tensor({2}, 5));
  EXPECT_TRUE(fails(plan({{a}, {b}}, "c"), Code::kInvalidArgument, {"w"}));
  EXPECT_TRUE(fails(plan({{a, {.select = {"none"}}}}, "c"), Code::kNotFound,
                    {"c: there is nothing to copy"}));
}

TEST_F(Copy, CastsWhatIsAskedFor) {
  const Checkpoint from =
      save("from", {item("f", counting_tensor({3}, 1)), item("i", *Tensor::of<int32_t>({1}, {7})),
                    item("keep", counting_tensor({1}, 2))});
  const Checkpoint to = copy({{from}}, "to", {.casts = {"float16", "keep=float64", "i=int64"}});
  EXPECT_EQ(to.catalog().find("f")->dtype, DType::kF16);
  EXPECT_EQ(*to.read("keep"), *Tensor::of<double>({1}, {2}));
  EXPECT_EQ(*to.read("i"), *Tensor::of<int64_t>({1}, {7}));
  EXPECT_TRUE(fails(plan({{from}}, "to", {.casts = {"float99"}}), Code::kInvalidArgument,
                    {"in the cast 'float99', 'float99' is no dtype"}));
  EXPECT_TRUE(fails(plan({{from}}, "to", {.casts = {"i=string"}}), Code::kUnsupported,
                    {"from: tensor 'i': int32 is not converted to string"}));
  const auto too_small =
      plan({{save("big", {item("b", counting_tensor({1}, 300))})}}, "to2", {.casts = {"b=int8"}});
  EXPECT_TRUE(fails(execute(*too_small), Code::kInvalidArgument, {"'b'", "does not fit in int8"}));
  EXPECT_FALSE(Checkpoint::open("to2", {storage_}).ok());
}

TEST_F(Copy, CutsAndStitchesPartitions) {
  const Tensor whole = counting_tensor({10, 3});
  const Checkpoint from = save("from", {item("emb/w", whole), item("x", counting_tensor({2}))});
  for (const std::string choice : {"emb/**=axis0:4", "emb/**=axis1:3"}) {
    const Checkpoint cut = copy({{from}}, "cut" + choice.substr(10, 1), {.partitions = {choice}});
    EXPECT_EQ(cut.catalog().find("emb/w")->pieces.size(), choice.ends_with("4") ? 4u : 3u);
    EXPECT_EQ(cut.catalog().find("x")->pieces.size(), 1u);
    EXPECT_EQ(*cut.read("emb/w"), whole);
    const Checkpoint again = copy({{cut}}, "again" + choice.substr(10, 1));
    EXPECT_EQ(again.catalog().find("emb/w")->pieces.size(), 1u);
    EXPECT_EQ(*again.read("emb/w"), whole);
  }
  EXPECT_EQ(copy({{from}}, "uneven", {.partitions = {"emb/w=axis0:4"}})
                .catalog()
                .find("emb/w")
                ->pieces[0]
                .box.lengths,
            (std::vector<int64_t>{3, 3}));
  EXPECT_TRUE(fails(plan({{from}}, "y", {.partitions = {"emb/w=axis0:11"}}), Code::kInvalidArgument,
                    {"[10,3] cannot be cut into 11 slices along axis 0"}));
  EXPECT_TRUE(
      fails(plan({{from}}, "y", {.partitions = {"emb/w=axis2:2"}}), Code::kInvalidArgument));
  for (const std::string bad : {"axis0:2", "w=axis:2", "w=axis0", "w=axis0:0", "w=0:2"}) {
    EXPECT_TRUE(fails(plan({{from}}, "y", {.partitions = {bad}}), Code::kInvalidArgument,
                      {"is no partition"}))
        << bad;
  }
}

TEST_F(Copy, SpreadsTensorsOverShards) {
  const Checkpoint from =
      save("from", {item("a", counting_tensor({8})), item("b", counting_tensor({8})),
                    item("c", counting_tensor({16}))});
  const Checkpoint to = copy({{from}}, "to", {.save = {.shard_count = 2}});
  EXPECT_EQ(to.catalog().files().size(), 2u);
  EXPECT_EQ(to.catalog().find("b")->pieces[0].extent.file_index, 0u);
  EXPECT_EQ(to.catalog().find("c")->pieces[0].extent.file_index, 1u);
  EXPECT_EQ(*to.read("c"), counting_tensor({16}));
}

TEST_F(Copy, ConvertsBetweenFormatsByTheEndingOfThePath) {
  const Checkpoint from = save("from", {item("a/w", counting_tensor({4, 2})),
                                        item("n", *Tensor::of<int64_t>({3}, {1, 2, 3}))});
  std::vector<Checkpoint> chain = {from};
  for (const std::string path : {"m.safetensors", "m.npz", "m2"}) {
    chain.push_back(copy({{chain.back()}}, path));
    EXPECT_EQ(*chain.back().read("a/w"), counting_tensor({4, 2})) << path;
    EXPECT_EQ(*chain.back().read("n"), *from.read("n")) << path;
  }
  EXPECT_EQ(chain[1].catalog().format(), "safetensors");
  EXPECT_EQ(chain[2].catalog().format(), "npz");
  EXPECT_EQ(chain[3].catalog().format(), "tf_bundle");
}

TEST_F(Copy, SplitsWhatMergeMade) {
  const Checkpoint both = save(
      "both", {item("dna/a/w", counting_tensor({2}, 1)), item("rna/a/w", counting_tensor({2}, 5))});
  const auto plans = plan_split(both, "out/{scope}/m", {.save = {.storage = storage_}});
  ASSERT_TRUE(is_ok(plans));
  ASSERT_EQ(plans->size(), 2u);
  for (const SavePlan& plan : *plans) ASSERT_TRUE(is_ok(execute(plan)));
  const auto rna = Checkpoint::open("out/rna/m", {storage_});
  ASSERT_TRUE(is_ok(rna));
  EXPECT_EQ(names_of(*rna), Names{"a/w"});
  EXPECT_EQ(*rna->read("a/w"), counting_tensor({2}, 5));
  EXPECT_TRUE(fails(plan_split(both, "out/m"), Code::kInvalidArgument, {"has no '{scope}' in it"}));
  EXPECT_TRUE(fails(plan_split(save("root", {item("w", counting_tensor({1}))}), "{scope}"),
                    Code::kInvalidArgument, {"tensor 'w': it is in no scope"}));
}

TEST_F(Copy, OfADamagedCheckpointWritesNothing) {
  const Checkpoint from = save("from", {item("w", counting_tensor({1000}))});
  std::string data = read_file(*storage_, "from.data-00000-of-00001");
  data[3999] = static_cast<char>(data[3999] ^ 1);
  write_file(*storage_, "from.data-00000-of-00001", data);
  const auto planned = plan({{*Checkpoint::open("from", {storage_})}}, "to");
  ASSERT_TRUE(is_ok(planned));
  EXPECT_TRUE(fails(execute(*planned), Code::kCorrupt,
                    {"from.data-00000-of-00001: tensor 'w': Checksum does not match"}));
  EXPECT_FALSE(Checkpoint::open("to", {storage_}).ok());
}

TEST_F(Copy, TellsHowFarItIsAndCanBeStopped) {
  const Checkpoint from =
      save("from", {item("a", counting_tensor({100})), item("b", counting_tensor({100}))});
  uint64_t last = 0;
  CopyOptions options;
  options.save.progress = [&](uint64_t done, uint64_t total) {
    EXPECT_EQ(total, 800u);
    EXPECT_GE(done, last);
    last = done;
    return true;
  };
  (void)copy({{from}}, "to", options);
  EXPECT_EQ(last, 800u);
  options.save.progress = [](uint64_t done, uint64_t) { return done < 800; };
  const auto stopped = execute(*plan({{from}}, "stopped", options));
  EXPECT_TRUE(fails(stopped, Code::kIo, {"cancelled"}));
  EXPECT_EQ(stopped.error().reason, reason::kCancelled);
  EXPECT_FALSE(Checkpoint::open("stopped", {storage_}).ok());
}

TEST_F(Copy, RefusesASourceThatGivesTooFewBytes) {
  class ShortSource : public TensorSource {
   public:
    DType dtype() const override { return DType::kF32; }
    const Shape& shape() const override { return shape_; }
    Status read(const Take& take) const override { return take(std::vector<std::byte>(4)); }

   private:
    Shape shape_ = Shape({2});
  };
  SaveItem short_item;
  short_item.name = "w";
  short_item.source = std::make_shared<ShortSource>();
  const auto planned = plan_save("to", {short_item}, {.storage = storage_});
  ASSERT_TRUE(is_ok(planned));
  EXPECT_TRUE(fails(execute(*planned), Code::kInvalidArgument,
                    {"tensor 'w': its source gave 4 bytes, 8 are expected"}));
}

}  // namespace
}  // namespace holdall
