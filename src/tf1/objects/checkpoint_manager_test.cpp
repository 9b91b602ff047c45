// Which checkpoints a CheckpointManager keeps, in time and over restarts.
#include "tf1/objects/managed_checkpoints.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

constexpr double kHour = 3600;

TEST(ManagedCheckpoints, AreTheNewestFew) {
  ManagedCheckpoints managed(2, std::nullopt, 0);
  for (const char* path : {"a", "b", "c", "b"}) managed.add(path, 10);
  EXPECT_EQ(managed.sweep(), std::vector<std::string>{"a"});
  EXPECT_EQ(managed.paths(), (std::vector<std::string>{"c", "b"}));
  EXPECT_EQ(managed.latest(), "b");
  ManagedCheckpoints all(std::nullopt, std::nullopt, 0);
  for (int i = 0; i < 20; ++i) all.add(std::to_string(i), i);
  EXPECT_TRUE(all.sweep().empty());
}

TEST(ManagedCheckpoints, KeepOneInSoManyHoursForEver) {
  ManagedCheckpoints managed(1, 2, 0);  // the last preserved at -1
  managed.add("1h", 1 * kHour);
  managed.add("2h", 2 * kHour);
  managed.add("3h", 3 * kHour);
  managed.add("4h", 4 * kHour);
  managed.add("5h", 5 * kHour);
  // "2h" comes two hours behind the start, "4h" two behind that.
  EXPECT_EQ(managed.sweep(), (std::vector<std::string>{"1h", "3h"}));
  EXPECT_EQ(managed.paths(), std::vector<std::string>{"5h"});
  EXPECT_EQ(managed.state().last_preserved_timestamp, 4 * kHour);
}

TEST(ManagedCheckpoints, GoOnWhereTheStateFileWasLeft) {
  ManagedCheckpoints managed(3, std::nullopt, 100);
  EXPECT_EQ(managed.take_up({"c", {"a", "b", "c"}, {10, 20, 300}, 15}, 100), "");
  // "a" is kept for ever, and a time to come is now.
  EXPECT_EQ(managed.paths(), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(managed.state().all_model_checkpoint_timestamps, (std::vector<double>{20, 100}));
  EXPECT_EQ(managed.latest(), "c");
}

TEST(ManagedCheckpoints, LeaveAloneWhatHasNoTimes) {
  ManagedCheckpoints managed(1, std::nullopt, 100);
  EXPECT_EQ(managed.take_up({"b", {"a", "b"}, {}, {}}, 100), "");
  EXPECT_TRUE(managed.paths().empty());
  EXPECT_EQ(managed.latest(), "b");
  EXPECT_EQ(managed.state().last_preserved_timestamp, 100);
}

TEST(ManagedCheckpoints, WarnOfAClockThatWentBack) {
  ManagedCheckpoints managed(1, std::nullopt, 100);
  EXPECT_EQ(managed.take_up({"a", {"a"}, {50}, 150}, 100),
            "time.time() returned a value -50 seconds behind the last preserved checkpoint "
            "timestamp.");
  EXPECT_EQ(managed.state().last_preserved_timestamp, 100);
}

class Manager : public testing::Test {
 protected:
  void SetUp() override {
    w = graph.variable("w", floats({1}));
    step = graph.variable("step", *Tensor::of<int64_t>({}, {0}));
    checkpoint.add(ObjectCheckpoint::kRoot, "w", w);
    ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  }

  Result<CheckpointManager> open(const CheckpointManagerOptions& options) {
    return CheckpointManager::open(checkpoint, directory.path(), options);
  }
  void set_step(int64_t value) {
    ASSERT_TRUE(is_ok(session.values().assign("step", *Tensor::of<int64_t>({}, {value}))));
  }
  std::vector<std::string> indexes() const {
    std::vector<std::string> found;
    for (const std::string& name : directory.names()) {
      if (name.ends_with(".index")) found.push_back(name);
    }
    return found;
  }

  Graph graph;
  Session session{graph};
  Variable w, step;
  ObjectCheckpoint checkpoint;
  TempDirectory directory;
};

TEST_F(Manager, KeepsTheNewestOverRestarts) {
  auto manager = open({.max_to_keep = 2});
  ASSERT_TRUE(is_ok(manager));
  EXPECT_EQ(manager->latest_checkpoint(), std::nullopt);
  EXPECT_EQ(manager->restore(session).value(), std::nullopt);
  for (const char* name : {"ckpt-1", "ckpt-2", "ckpt-3"})
    EXPECT_EQ(manager->save(session).value(), directory / name);
  EXPECT_EQ(indexes(), (std::vector<std::string>{"ckpt-2.index", "ckpt-3.index"}));
  auto again = open({.max_to_keep = 2});
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(again->checkpoints(),
            (std::vector<std::string>{directory / "ckpt-2", directory / "ckpt-3"}));
  ASSERT_TRUE(is_ok(session.values().assign("w", floats({5}))));
  EXPECT_EQ(again->restore(session).value(), directory / "ckpt-3");
  EXPECT_EQ(session.values().find("w"), floats({1}));
  EXPECT_EQ(again->save(session).value(), directory / "ckpt-4");
  EXPECT_EQ(indexes(), (std::vector<std::string>{"ckpt-3.index", "ckpt-4.index"}));
  EXPECT_EQ(latest_checkpoint(directory.path()), directory / "ckpt-4");
}

TEST_F(Manager, WritesAStateThatMovesWithItsDirectory) {
  auto manager = open({.max_to_keep = 1, .checkpoint_name = "m"});
  ASSERT_TRUE(is_ok(manager));
  ASSERT_TRUE(is_ok(manager->save(session)));
  const std::string state = read_test_file(directory / "checkpoint");
  EXPECT_TRUE(
      state.starts_with("model_checkpoint_path: \"m-1\"\n"
                        "all_model_checkpoint_paths: \"m-1\"\n"
                        "all_model_checkpoint_timestamps: "))
      << state;
  EXPECT_NE(state.find("last_preserved_timestamp: "), std::string::npos) << state;
}

TEST_F(Manager, WaitsForTheNextInterval) {
  auto manager = open({.checkpoint_interval = 3, .step_counter = step.value()});
  ASSERT_TRUE(is_ok(manager));
  EXPECT_EQ(manager->save(session).value(), directory / "ckpt-1");
  set_step(2);
  EXPECT_EQ(manager->save(session).value(), std::nullopt);
  EXPECT_EQ(manager->save(session, {.check_interval = false}).value(), directory / "ckpt-2");
  EXPECT_EQ(manager->save(session, {.check_interval = false}).value(), std::nullopt);
  set_step(5);
  EXPECT_EQ(manager->save(session).value(), directory / "ckpt-3");
}

TEST_F(Manager, TakesANumberOfTheCallers) {
  auto manager = open({});
  ASSERT_TRUE(is_ok(manager));
  EXPECT_EQ(manager->save(session, {.number = 70}).value(), directory / "ckpt-70");
  EXPECT_EQ(manager->save(session).value(), directory / "ckpt-1");
}

TEST_F(Manager, RefusesOptionsThatSayNothing) {
  EXPECT_TRUE(raises(open({.max_to_keep = 0}), ErrorClass::kValueError,
                     {"Expected a positive integer or `None` for `max_to_keep`, got 0."}));
  EXPECT_TRUE(raises(open({.checkpoint_interval = 1}), ErrorClass::kValueError,
                     {"`step_counter` should be passed if `checkpoint_interval` is not None."}));
}

}  // namespace
}  // namespace holdall::tf1
