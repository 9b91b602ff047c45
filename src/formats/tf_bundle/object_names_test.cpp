#include "formats/tf_bundle/object_names.h"

#include <gtest/gtest.h>

#include <map>

#include "formats/tf_bundle/object_roles.h"
#include "holdall/checkpoint.h"
#include "support/bundle_files.h"
#include "support/object_graphs.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/truth.h"

namespace holdall::tf_bundle {
namespace {

constexpr std::string_view kGood = "src/formats/tf_bundle/testdata/good";

std::string value_key(std::string_view path) {
  return std::string(path) + "/.ATTRIBUTES/VARIABLE_VALUE";
}

TEST(ObjectName, IsThePathWithoutMarksAndEscapes) {
  EXPECT_EQ(object_name(value_key("model/layer1/kernel")), "model/layer1/kernel");
  EXPECT_EQ(object_name(value_key("by_name/with.Sslash..and..dot")), "by_name/with/slash.and.dot");
  EXPECT_EQ(object_name(value_key("a....b...Sc")), "a..b./c");
  EXPECT_EQ(object_name(value_key("k/.OPTIMIZER_SLOT/optimizer/m")), "k/optimizer/m");
  EXPECT_EQ(object_name("layer/.ATTRIBUTES/OBJECT_CONFIG_JSON"), "layer/OBJECT_CONFIG_JSON");
  EXPECT_EQ(object_name("/.ATTRIBUTES/OBJECT_CONFIG_JSON"), "OBJECT_CONFIG_JSON");
  EXPECT_EQ(object_name(value_key("")), "VARIABLE_VALUE");
  // A name of ".OPTIMIZER_SLOT" that a user gave has its dot doubled.
  EXPECT_EQ(object_name(value_key("..OPTIMIZER_SLOT/x")), ".OPTIMIZER_SLOT/x");
}

TEST(ObjectName, IsTheNameItselfOfWhatHasNoMark) {
  for (const char* name : {"global_step", "a..b/c.Sd", "", "VARIABLE_VALUE", "/.ATTRIBUTES/"}) {
    EXPECT_EQ(object_name(name), name);
  }
}

class ObjectViews : public testing::Test {
 protected:
  Checkpoint open(NameView view) const {
    auto checkpoint = Checkpoint::open("m", {storage_, view});
    EXPECT_TRUE(is_ok(checkpoint));
    return *checkpoint;
  }
  // Shown name -> stored name.
  static std::map<std::string, std::string> names_of(const Checkpoint& checkpoint) {
    std::map<std::string, std::string> names;
    for (const TensorInfo& info : checkpoint.catalog()) {
      names[info.name] = checkpoint.stored_name(info.name);
    }
    return names;
  }
  using Names = std::map<std::string, std::string>;

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(ObjectViews, ShowTheSameTensorsByThreeNames) {
  save_objects(storage_,
               {value_key("a/k"), value_key("a/k/.OPTIMIZER_SLOT/opt/m"), "b/.ATTRIBUTES/X"},
               draft_object_graph(
                   {{{{"a", 1}, {"opt", 2}}, {}, {}},
                    {{{"k", 3}}, {}, {}},
                    {{}, {}, {{3, "m", 4}}},
                    {{}, {{"dense/kernel", value_key("a/k")}}, {}},
                    {{}, {{"Adam/dense/kernel/m", value_key("a/k/.OPTIMIZER_SLOT/opt/m")}}, {}},
                    {{}, {{"not a variable's", "b/.ATTRIBUTES/X"}}, {}}}));
  const Checkpoint raw = open(NameView::kAuto);
  EXPECT_EQ(raw.catalog().count(), 4u);
  EXPECT_NE(raw.catalog().find(kObjectGraphKey), nullptr);
  EXPECT_EQ(names_of(raw), names_of(open(NameView::kRaw)));
  EXPECT_EQ(names_of(open(NameView::kObject)),
            (Names{{"a/k", value_key("a/k")},
                   {"a/k/opt/m", value_key("a/k/.OPTIMIZER_SLOT/opt/m")},
                   {"b/X", "b/.ATTRIBUTES/X"}}));
  const Checkpoint variable = open(NameView::kVariable);
  EXPECT_EQ(names_of(variable),
            (Names{{"dense/kernel", value_key("a/k")},
                   {"Adam/dense/kernel/m", value_key("a/k/.OPTIMIZER_SLOT/opt/m")},
                   {"b/X", "b/.ATTRIBUTES/X"}}));
  for (const Checkpoint& checkpoint : {raw, open(NameView::kObject), variable}) {
    EXPECT_TRUE(checkpoint.is_object_based());
    EXPECT_TRUE(checkpoint.notes().empty());
  }
  EXPECT_EQ(*variable.read("Adam/dense/kernel/m"), *Tensor::of<float>({}, {1}));
}

TEST_F(ObjectViews, GiveANameToTheFirstNodeThatHasIt) {
  save_objects(storage_, {value_key("a"), value_key("b"), value_key("c"), "stray"},
               draft_object_graph({{{}, {}, {}},
                                   {{}, {{"kernel", value_key("b")}}, {}},
                                   {{}, {{"kernel", value_key("a")}}, {}},
                                   // What is another's full name is no name for its object.
                                   {{}, {{"a", value_key("c")}}, {}},
                                   {{}, {{"gone", "not in the checkpoint"}}, {}}}));
  const Checkpoint checkpoint = open(NameView::kVariable);
  EXPECT_EQ(names_of(checkpoint), (Names{{"kernel", value_key("b")},
                                         {value_key("a"), value_key("a")},
                                         {"a", value_key("c")},
                                         {"stray", "stray"}}));
  ASSERT_EQ(checkpoint.notes().size(), 1u);
  EXPECT_EQ(checkpoint.notes()[0],
            "another tensor has the name of these, which keep that of their object: "
            "'a/.ATTRIBUTES/VARIABLE_VALUE'");
  EXPECT_EQ(checkpoint.catalog().find("stray")->stored_name, "");
}

TEST_F(ObjectViews, ListFewOfManyNamesThatAreTaken) {
  std::vector<std::string> keys;
  std::vector<DraftNode> nodes(1);
  for (int i = 0; i < 9; ++i) {
    keys.push_back(value_key("layer" + std::to_string(i)));
    nodes.push_back({{}, {{"kernel", keys.back()}}, {}});
  }
  save_objects(storage_, keys, draft_object_graph(nodes));
  const Checkpoint checkpoint = open(NameView::kVariable);
  ASSERT_EQ(checkpoint.notes().size(), 1u);
  EXPECT_NE(
      checkpoint.notes()[0].find("'layer1', 'layer2', 'layer3', 'layer4', 'layer5' and 3 more"),
      std::string::npos)
      << checkpoint.notes()[0];
}

TEST_F(ObjectViews, RefuseTwinsThatNoNameCanTellApart) {
  save_objects(
      storage_, {value_key("a"), value_key("b"), value_key("c")},
      draft_object_graph(
          {{{},
            {{value_key("a"), value_key("b")}, {"a", value_key("c")}, {"a", value_key("a")}},
            {}}}));
  EXPECT_TRUE(fails(Checkpoint::open("m", {storage_, NameView::kVariable}), Code::kCorrupt,
                    {"two tensors are called 'a/.ATTRIBUTES/VARIABLE_VALUE'"}));
}

TEST_F(ObjectViews, TellRolesAsFarAsTheGraphDoes) {
  std::vector<std::string> keys;
  const auto variable = [&](const std::string& path) {
    keys.push_back(value_key(path));
    return DraftNode{{}, {{path, keys.back()}}, {}};
  };
  const std::vector<DraftNode> nodes = {
      {{{"model", 1}, {"optimizer", 2}, {"save_counter", 3}}, {}, {}},
      {{{"w", 4}}, {}, {}},
      {{{"_iterations", 5},
        {"_learning_rate", 6},
        {"_variables", 7},
        {"_trainable_variables", 8},
        {"_model_variables_moving_average", 9},
        {"model", 1}},
       {},
       {}},
      variable("save_counter"),
      variable("w"),
      variable("iterations"),
      variable("rate"),
      {{{"0", 5}, {"1", 6}, {"2", 10}, {"3", 11}}, {}, {}},
      {{{"0", 4}}, {}, {}},
      {{{"0", 11}}, {}, {}},
      variable("momentum"),
      variable("average"),
      variable("elsewhere")};
  save_objects(storage_, keys, draft_object_graph(nodes));
  const Checkpoint checkpoint = open(NameView::kVariable);
  const auto role_of = [&](std::string_view name) { return checkpoint.catalog().find(name)->role; };
  EXPECT_EQ(role_of("save_counter"), Role::kStep);
  EXPECT_EQ(role_of("iterations"), Role::kStep);
  EXPECT_EQ(role_of("rate"), Role::kOptimizer);
  EXPECT_EQ(role_of("momentum"), Role::kOptimizer);
  EXPECT_EQ(role_of("average"), Role::kEma);
  EXPECT_EQ(role_of("w"), std::nullopt);
  EXPECT_EQ(role_of("elsewhere"), std::nullopt);
  EXPECT_EQ(open(NameView::kRaw).catalog().find(value_key("rate"))->role, std::nullopt);
}

TEST_F(ObjectViews, LeaveARawViewToADamagedGraph) {
  const std::string graph = draft_object_graph({{{{"a", 1}}, {}, {}}, {{}, {}, {}}});
  for (const std::string& damaged : {graph.substr(0, graph.size() - 3), std::string("\xff\xff"),
                                     std::string(), graph + "\x0a"}) {
    save_objects(storage_, {value_key("a")}, damaged);
    EXPECT_EQ(open(NameView::kRaw).catalog().count(), 2u);
    EXPECT_TRUE(open(NameView::kAuto).is_object_based());
    for (const NameView view : {NameView::kObject, NameView::kVariable}) {
      EXPECT_TRUE(fails(Checkpoint::open("m", {storage_, view}), Code::kCorrupt,
                        {"m: tensor '_CHECKPOINTABLE_OBJECT_GRAPH'", "; its names as stored"}));
    }
  }
  save_checkpoint(storage_, "m",
                  {{std::string(kObjectGraphKey), *Tensor::of<float>({1}, {1}), {}, {}, 0}});
  EXPECT_TRUE(fails(Checkpoint::open("m", {storage_, NameView::kObject}), Code::kCorrupt,
                    {"the object graph is float32 [1], one string is expected"}));
}

TEST_F(ObjectViews, NeedTheDataFileOfTheGraph) {
  save_objects(storage_, {value_key("a")}, draft_object_graph({{}}));
  ASSERT_TRUE(is_ok(storage_->remove("m.data-00000-of-00001")));
  EXPECT_EQ(open(NameView::kAuto).catalog().count(), 2u);
  EXPECT_TRUE(fails(Checkpoint::open("m", {storage_, NameView::kVariable}), Code::kNotFound,
                    {"m.data-00000-of-00001"}));
}

TEST_F(ObjectViews, AreAllTheSameOfOtherCheckpoints) {
  save_checkpoint(storage_, "m", {{"a/b..c", *Tensor::of<float>({1}, {1}), {}, {}, 0}});
  for (const NameView view : {NameView::kRaw, NameView::kObject, NameView::kVariable}) {
    EXPECT_EQ(names_of(open(view)), (Names{{"a/b..c", "a/b..c"}}));
    EXPECT_FALSE(open(view).is_object_based());
  }
}

TEST_F(ObjectViews, AreNamedToWhoAsksForANameOfTheirs) {
  save_objects(storage_, {value_key("a")},
               draft_object_graph({{{}, {{"dense/kernel", value_key("a")}}, {}}}));
  EXPECT_TRUE(fails(open(NameView::kAuto).read("dense/kernel"), Code::kNotFound,
                    {"m: Key dense/kernel not found in checkpoint; this is an object-based "
                     "checkpoint (TensorFlow 2), which has it when it is opened with the names "
                     "'variable'"}));
  EXPECT_TRUE(fails(open(NameView::kAuto).read("a"), Code::kNotFound, {"the names 'object'"}));
  EXPECT_TRUE(fails(open(NameView::kObject).read("b"), Code::kNotFound, {"Key b not found"}));
}

// A checkpoint that TensorFlow wrote, and its graph as TensorFlow's own parser told it.
struct ObjectTruth {
  std::string folder;
  size_t number = 0;  // of the checkpoint in the folder's truth.json
};

class ObjectFixture : public testing::TestWithParam<ObjectTruth> {
 protected:
  ObjectFixture() : truth_(read_truth(join_path(kGood, GetParam().folder))) {}

  const TruthCheckpoint& expected() const { return truth_.checkpoints[GetParam().number]; }
  std::span<const Json> nodes() const {
    const Json* checkpoints = truth_.json.find("checkpoints");
    return (*checkpoints)[GetParam().number].find("object_graph")->items();
  }
  Checkpoint open(NameView view) const {
    const std::string folder = join_path(source_path(kGood), GetParam().folder);
    auto checkpoint = Checkpoint::open(join_path(folder, expected().prefix), {{}, view});
    EXPECT_TRUE(is_ok(checkpoint));
    return *checkpoint;
  }
  // The tensor has this name in the view, its own in the file, and the values of the truth.
  void expect_named(const Checkpoint& checkpoint, const std::string& name,
                    std::string_view key) const {
    EXPECT_EQ(checkpoint.stored_name(name), key) << name;
    for (const TruthTensor& tensor : expected().tensors) {
      if (tensor.name != key) continue;
      const auto value = checkpoint.read(name);
      ASSERT_TRUE(is_ok(value)) << name;
      EXPECT_EQ(difference(tensor, *value), "") << name;
      return;
    }
    ADD_FAILURE() << "no truth of " << key;
  }

  Truth truth_;
};

INSTANTIATE_TEST_SUITE_P(
    Good, ObjectFixture,
    testing::Values(ObjectTruth{"tf2_objects", 0}, ObjectTruth{"tf2_objects", 1},
                    ObjectTruth{"saved_model_tf2", 0}, ObjectTruth{"keras3", 0}),
    [](const auto& test) { return test.param.folder + std::to_string(test.param.number); });

TEST_P(ObjectFixture, HasItsVariablesUnderTheirFullNames) {
  const Checkpoint checkpoint = open(NameView::kVariable);
  std::map<std::string, std::string> keys;  // by full name
  std::vector<std::string> displaced;
  for (const Json& node : nodes()) {
    const Json* attributes = node.find("attributes");
    if (attributes == nullptr) continue;
    const Json& attribute = (*attributes)[0];
    const std::string key(*attribute.find("checkpoint_key")->as_string());
    if (!keys.emplace(*attribute.find("full_name")->as_string(), key).second) {
      displaced.push_back(key);
    }
  }
  ASSERT_GT(keys.size(), 2u);
  for (const auto& [full_name, key] : keys) expect_named(checkpoint, full_name, key);
  for (const std::string& key : displaced) expect_named(checkpoint, object_name(key), key);
  EXPECT_EQ(checkpoint.notes().size(), displaced.empty() ? 0u : 1u);
  EXPECT_EQ(checkpoint.catalog().count(), expected().tensors.size());
}

// The path is found by walking the graph, without a look at the keys.
TEST_P(ObjectFixture, HasItsVariablesUnderThePathsOfTheGraph) {
  const Checkpoint checkpoint = open(NameView::kObject);
  std::map<uint64_t, std::string> paths = {{0, ""}};
  std::vector<uint64_t> queue = {0};
  size_t variable_count = 0;
  for (size_t next = 0; next < queue.size(); ++next) {
    const Json& node = nodes()[queue[next]];
    const std::string path = paths[queue[next]];
    for (const JsonMember& child : node.find("children")->members()) {
      const uint64_t id = *child.value.as_uint64();
      if (!paths.emplace(id, join_path(path, child.key)).second) continue;
      queue.push_back(id);
    }
    const Json* attributes = node.find("attributes");
    if (attributes == nullptr) continue;
    ++variable_count;
    expect_named(checkpoint, path, *(*attributes)[0].find("checkpoint_key")->as_string());
  }
  EXPECT_EQ(checkpoint.catalog().count(), variable_count);
  EXPECT_TRUE(checkpoint.notes().empty());
}

std::map<std::string, size_t> count_roles(const Checkpoint& checkpoint) {
  std::map<std::string, size_t> counts;
  for (const TensorInfo& info : checkpoint.catalog()) {
    const bool is_told = info.role.has_value();
    ++counts[!is_told                         ? "none"
             : *info.role == Role::kOptimizer ? "optimizer"
             : *info.role == Role::kStep      ? "step"
                                              : "other"];
  }
  return counts;
}

Checkpoint open_good(std::string_view prefix, NameView view) {
  auto checkpoint = Checkpoint::open(join_path(source_path(kGood), prefix), {{}, view});
  EXPECT_TRUE(is_ok(checkpoint));
  return *checkpoint;
}

TEST(ObjectFixtures, TellTheStateOfKeras3sOptimizer) {
  const Checkpoint checkpoint = open_good("keras3/train", NameView::kVariable);
  // Momentum and velocity of six variables, and the learning rate.
  EXPECT_EQ(count_roles(checkpoint),
            (std::map<std::string, size_t>{{"none", 8}, {"optimizer", 13}, {"step", 1}}));
  EXPECT_EQ(checkpoint.catalog().find("adam/iteration")->role, Role::kStep);
  EXPECT_EQ(checkpoint.catalog().find("small/hidden/kernel")->role, std::nullopt);
}

TEST(ObjectFixtures, TellTheSlotsOfKeras2sOptimizer) {
  const Checkpoint checkpoint = open_good("keras_tf1/weights_tf", NameView::kObject);
  EXPECT_EQ(count_roles(checkpoint),
            (std::map<std::string, size_t>{{"none", 8}, {"optimizer", 16}, {"step", 1}}));
  const TensorInfo* slot = checkpoint.catalog().find("layer_with_weights-0/bias/optimizer/m");
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->role, Role::kOptimizer);
  EXPECT_EQ(slot->stored_name, value_key("layer_with_weights-0/bias/.OPTIMIZER_SLOT/optimizer/m"));
}

TEST(ObjectFixtures, KeepTheSlicesOfATensor) {
  const Checkpoint raw = open_good("tf2_sliced/sliced", NameView::kRaw);
  const Checkpoint checkpoint = open_good("tf2_sliced/sliced", NameView::kVariable);
  EXPECT_GT(checkpoint.catalog().find("a")->pieces.size(), 1u);
  EXPECT_EQ(*checkpoint.read("a"), *raw.read(value_key("a")));
}

}  // namespace
}  // namespace holdall::tf_bundle
