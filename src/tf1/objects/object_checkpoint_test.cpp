// Checkpoints of nested objects: where values are stored, and that they come back.
#include "holdall/checkpoint.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

class ObjectCheckpoints : public testing::Test {
 protected:
  Variable declare(std::string_view name, Tensor value) {
    return graph.variable(name, InitialValue(std::move(value)));
  }
  void initialize() { ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer()))); }
  std::string path(std::string_view name = "m") const { return directory_ / name; }
  std::vector<std::string> files() const { return directory_.names(); }

  std::vector<std::string> keys(std::string_view prefix) {
    std::vector<std::string> names;
    const auto listed = list_variables(prefix);
    EXPECT_TRUE(is_ok(listed));
    if (listed.ok()) {
      for (const auto& [name, shape] : *listed) names.push_back(name);
    }
    return names;
  }

  Graph graph;
  Session session{graph};
  ObjectCheckpoint checkpoint;

 private:
  TempDirectory directory_;
};

TEST_F(ObjectCheckpoints, StoreValuesByTheirPlaces) {
  const size_t net = checkpoint.add(ObjectCheckpoint::kRoot, "net");
  checkpoint.add(net, "w", declare("weights", floats({1, 2})));
  const size_t odd = checkpoint.add(net, "with/slash.and.dot", declare("odd", scalar(7)));
  checkpoint.link(ObjectCheckpoint::kRoot, "later_name", odd);
  checkpoint.link(net, "parent", ObjectCheckpoint::kRoot);
  initialize();
  EXPECT_EQ(checkpoint.write(session, path()).value(), path());
  EXPECT_EQ(files(), (std::vector<std::string>{"m.data-00000-of-00001", "m.index"}));
  // The shortest way counts.
  EXPECT_EQ(keys(path()), (std::vector<std::string>{"_CHECKPOINTABLE_OBJECT_GRAPH",
                                                    "later_name/.ATTRIBUTES/VARIABLE_VALUE",
                                                    "net/w/.ATTRIBUTES/VARIABLE_VALUE"}));
}

TEST_F(ObjectCheckpoints, EscapeNames) {
  checkpoint.add(ObjectCheckpoint::kRoot, "a/b.c", declare("v", scalar(7)));
  initialize();
  ASSERT_TRUE(is_ok(checkpoint.write(session, path())));
  EXPECT_EQ(keys(path()).back(), "a.Sb..c/.ATTRIBUTES/VARIABLE_VALUE");
}

// The library's own reader of object graphs is tested on TensorFlow's files.
TEST_F(ObjectCheckpoints, TellWhoseTheValuesAre) {
  const size_t layers = checkpoint.add(ObjectCheckpoint::kRoot, "layers");
  checkpoint.add(layers, "0", declare("first/kernel", floats({1})));
  checkpoint.add(layers, "1", declare("second/kernel", floats({2})));
  initialize();
  ASSERT_TRUE(is_ok(checkpoint.write(session, path())));
  const auto by_variable = Checkpoint::open(path(), {nullptr, NameView::kVariable});
  ASSERT_TRUE(is_ok(by_variable));
  EXPECT_EQ(by_variable->read("second/kernel").value(), floats({2}));
  const auto by_object = Checkpoint::open(path(), {nullptr, NameView::kObject});
  ASSERT_TRUE(is_ok(by_object));
  EXPECT_EQ(by_object->read("layers/0").value(), floats({1}));
}

TEST_F(ObjectCheckpoints, AreSavedInASeries) {
  const Variable w = declare("w", floats({1}));
  checkpoint.add(ObjectCheckpoint::kRoot, "w", w);
  initialize();
  EXPECT_EQ(checkpoint.save(session, path()).value(), path("m-1"));
  ASSERT_TRUE(is_ok(session.values().assign("w", floats({2}))));
  EXPECT_EQ(checkpoint.save(session, path()).value(), path("m-2"));
  EXPECT_EQ(latest_checkpoint(directory_of(path())), path("m-2"));
  EXPECT_EQ(load_variable(path("m-2"), "save_counter/.ATTRIBUTES/VARIABLE_VALUE").value(),
            *Tensor::of<int64_t>({}, {2}));
  EXPECT_EQ(checkpoint.save_counter(graph).name(), "save_counter:0");
  EXPECT_FALSE(checkpoint.save_counter(graph).is_trainable());
  const uint64_t before = graph.node_count();
  ASSERT_TRUE(is_ok(checkpoint.restore(session, path("m-1"))));
  EXPECT_EQ(session.values().find("w"), floats({1}));
  // The series goes on behind what was restored.
  EXPECT_EQ(checkpoint.save(session, path()).value(), path("m-2"));
  EXPECT_EQ(graph.node_count(), before);
}

TEST_F(ObjectCheckpoints, RestoreWhatTheyHave) {
  checkpoint.add(ObjectCheckpoint::kRoot, "w", declare("w", floats({1})));
  checkpoint.add(ObjectCheckpoint::kRoot, "gone", declare("gone", floats({2})));
  initialize();
  ASSERT_TRUE(is_ok(checkpoint.save(session, path())));
  ASSERT_TRUE(is_ok(session.values().assign("w", floats({9}))));
  ObjectCheckpoint other;
  other.set_objects({{{{"w", 1}, {"new", 2}}},
                     {{}, *graph.variable_from_proto(graph.global_variables()[0].to_proto())},
                     {{}, declare("new", floats({3}))}});
  const auto report = other.read(session, path("m-1"));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->missing, std::vector<std::string>{"new/.ATTRIBUTES/VARIABLE_VALUE"});
  EXPECT_EQ(report->unused, std::vector<std::string>{"gone/.ATTRIBUTES/VARIABLE_VALUE"});
  EXPECT_EQ(session.values().find("w"), floats({1}));
}

TEST_F(ObjectCheckpoints, RestoreAllOrNothing) {
  checkpoint.add(ObjectCheckpoint::kRoot, "a", declare("a", floats({1})));
  checkpoint.add(ObjectCheckpoint::kRoot, "b", declare("b", floats({2})));
  initialize();
  ASSERT_TRUE(is_ok(checkpoint.write(session, path())));
  ASSERT_TRUE(is_ok(session.values().assign("a", floats({9}))));
  ObjectCheckpoint other;
  other.add(ObjectCheckpoint::kRoot, "a", graph.global_variables()[0]);
  other.add(ObjectCheckpoint::kRoot, "b", declare("larger", floats({0, 0})));
  EXPECT_TRUE(raises(other.read(session, path()), ErrorClass::kValueError,
                     {"Cannot feed value of shape (1,) for Tensor", "which has shape '(2,)'"}));
  EXPECT_EQ(session.values().find("a"), floats({9}));
}

TEST_F(ObjectCheckpoints, RefuseWhatIsNotThere) {
  EXPECT_TRUE(raises(checkpoint.read(session, path("none")), ErrorClass::kNotFound));
  const Variable w = declare("w", floats({1}));
  checkpoint.add(ObjectCheckpoint::kRoot, "w", w);
  EXPECT_TRUE(raises(checkpoint.write(session, path()), ErrorClass::kFailedPrecondition,
                     {"Attempting to use uninitialized value w"}));
  checkpoint.link(ObjectCheckpoint::kRoot, "x", 17);
  EXPECT_TRUE(raises(checkpoint.write(session, path()), ErrorClass::kValueError,
                     {"'x' is to be object 17 of 2"}));
}

}  // namespace
}  // namespace holdall::tf1
