// Several checkpoints in one call, and what may be done to a scope: replace, copy, drop.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

class LoadSeveral : public testing::Test {
 protected:
  LoadSeveral() {
    save_checkpoint(storage_, "a", {{"w", counting_tensor({2}, 1), {}, {}, 0}});
    save_checkpoint(storage_, "b", {{"w", counting_tensor({2}, 5), {}, {}, 0}});
    save_checkpoint(storage_, "c", {{"v", counting_tensor({2}, 9), {}, {}, 0}});
  }
  LoadSource source(const std::string& path, const std::string& scope) const {
    return {path, {.scope = scope, .storage = storage_}};
  }
  static std::string scope_of(int number) { return "m" + std::to_string(number); }
  std::shared_ptr<Storage> storage_ = make_memory_storage();
  Session session_;
};

TEST_F(LoadSeveral, ArriveInOneStep) {
  const LoadSource sources[] = {source("a", "one"), source("b", "two")};
  const auto reports = session_.load_all(sources);
  ASSERT_TRUE(is_ok(reports));
  ASSERT_EQ(reports->size(), 2u);
  EXPECT_EQ((*reports)[1].scope, "two");
  EXPECT_EQ(session_.snapshot().generation(), 1u);
  EXPECT_EQ(*session_.find("one/w"), counting_tensor({2}, 1));
  EXPECT_EQ(*session_.find("two/w"), counting_tensor({2}, 5));
}

TEST_F(LoadSeveral, ArriveNotAtAllIfOneIsDamaged) {
  std::string data = read_file(*storage_, "b.data-00000-of-00001");
  data[0] = static_cast<char>(data[0] ^ 1);
  write_file(*storage_, "b.data-00000-of-00001", data);
  const LoadSource sources[] = {source("a", "one"), source("b", "two")};
  EXPECT_TRUE(fails(session_.load_all(sources), Code::kCorrupt,
                    {"scope 'two': b.data-00000-of-00001: tensor 'w'"}));
  EXPECT_EQ(session_.snapshot().generation(), 0u);
  EXPECT_EQ(session_.snapshot().count(), 0u);
}

TEST_F(LoadSeveral, TellOfAllThatCannotBeLoaded) {
  const LoadSource sources[] = {source("x", "one"), source("a", "two"), source("y", "three")};
  EXPECT_TRUE(fails(session_.load_all(sources), Code::kNotFound,
                    {"2 of 3 checkpoints cannot be loaded:", "\nscope 'one': x: no checkpoint",
                     "\nscope 'three': y: no checkpoint"}));
}

TEST_F(LoadSeveral, GiveNewValuesToTheVariablesOfTheirScopesInOneStep) {
  const LoadSource first[] = {source("a", "one"), source("c", "two")};
  ASSERT_TRUE(is_ok(session_.load_all(first)));
  const LoadSource second[] = {source("b", "one"), source("c", "two")};
  const auto reports = session_.restore_all(second);
  ASSERT_TRUE(is_ok(reports));
  ASSERT_EQ(reports->size(), 2u);
  EXPECT_EQ((*reports)[0].restored.size(), 1u);
  EXPECT_EQ(session_.snapshot().generation(), 2u);
  EXPECT_EQ(*session_.find("one/w"), counting_tensor({2}, 5));
  EXPECT_EQ(*session_.find("two/v"), counting_tensor({2}, 9));
  EXPECT_TRUE(is_ok(session_.restore_all({})));
}

TEST_F(LoadSeveral, GiveNoNewValueIfOneOfThemLacksAVariable) {
  const LoadSource first[] = {source("a", "one"), source("c", "two")};
  ASSERT_TRUE(is_ok(session_.load_all(first)));
  const LoadSource second[] = {source("b", "one"), source("b", "two")};
  EXPECT_TRUE(fails(session_.restore_all(second), Code::kNotFound, {"Key two/v not found"}));
  const LoadSource empty[] = {source("b", "one"), source("b", "nothing"), source("x", "two")};
  EXPECT_TRUE(fails(session_.restore_all(empty), Code::kNotFound,
                    {"2 of 3 checkpoints cannot be loaded:", "it holds no variables to restore",
                     "x: no checkpoint"}));
  EXPECT_EQ(session_.snapshot().generation(), 1u);
  EXPECT_EQ(*session_.find("one/w"), counting_tensor({2}, 1));
}

// So many that threads share them.
TEST_F(LoadSeveral, ArriveWhateverTheirNumberIs) {
  std::vector<LoadSource> sources;
  for (int i = 0; i < 40; ++i) sources.push_back(source(i % 2 == 0 ? "a" : "b", scope_of(i)));
  const auto reports = session_.load_all(sources);
  ASSERT_TRUE(is_ok(reports));
  EXPECT_EQ(session_.snapshot().count(), 40u);
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ((*reports)[static_cast<size_t>(i)].scope, scope_of(i));
    EXPECT_EQ(*session_.find(scope_of(i) + "/w"), counting_tensor({2}, i % 2 == 0 ? 1 : 5));
  }
  // In front of others, between them and behind them.
  const LoadSource more[] = {source("c", "a"), source("c", "m20/inner"), source("c", "z")};
  ASSERT_TRUE(is_ok(session_.load_all(more)));
  Names names;
  for (const std::string& name : session_.scope("").names()) names.push_back(name);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(names.size(), 43u);
  EXPECT_EQ(names.front(), "a/v");
  EXPECT_EQ(names.back(), "z/v");
}

TEST_F(LoadSeveral, OfManyTellOfTheFirstThatIsDamaged) {
  std::string data = read_file(*storage_, "b.data-00000-of-00001");
  data[0] = static_cast<char>(data[0] ^ 1);
  write_file(*storage_, "b.data-00000-of-00001", data);
  std::vector<LoadSource> sources;
  for (int i = 0; i < 40; ++i) sources.push_back(source(i == 17 ? "b" : "a", scope_of(i)));
  EXPECT_TRUE(fails(session_.load_all(sources), Code::kCorrupt,
                    {"scope 'm17': b.data-00000-of-00001: tensor 'w'"}));
  sources[17] = source("c", scope_of(17));
  ASSERT_TRUE(is_ok(storage_->remove("c.data-00000-of-00001")));
  EXPECT_TRUE(fails(session_.load_all(sources), Code::kNotFound, {"scope 'm17'", "c.data-00000"}));
  EXPECT_EQ(session_.snapshot().count(), 0u);
}

TEST_F(LoadSeveral, RunInitializersInTheCallersThread) {
  const auto opened = Checkpoint::open("a", {.storage = storage_});
  std::vector<RestoreTarget> targets(2);
  targets[0].name = "w";
  targets[1].name = "new";
  std::vector<std::thread::id> threads;
  targets[1].initializer = [&]() -> Result<Tensor> {
    threads.push_back(std::this_thread::get_id());
    return counting_tensor({1});
  };
  const RestoreOptions init = {.policies = {.missing = MissingPolicy::kInit}};
  const auto plan = plan_restore(opened->catalog(), targets, init);
  ASSERT_TRUE(is_ok(plan));
  const std::vector<PlannedRestore> restores(20, {*plan, *opened});
  ASSERT_TRUE(is_ok(execute(restores, session_)));
  EXPECT_EQ(threads, std::vector(20, std::this_thread::get_id()));
}

TEST_F(LoadSeveral, MayNotShareAScopeOrAName) {
  const LoadSource twice[] = {source("a", "one"), source("b", "one")};
  EXPECT_TRUE(fails(session_.load_all(twice), Code::kInvalidArgument,
                    {"scope 'one': it already holds the variables of a, so b cannot"}));
  save_checkpoint(storage_, "nested", {{"one/w", counting_tensor({2}), {}, {}, 0}});
  const LoadSource nested[] = {source("a", "one"), source("nested", "")};
  EXPECT_TRUE(fails(session_.load_all(nested), Code::kInvalidArgument, {"'one/w'"}));
  EXPECT_EQ(session_.snapshot().count(), 0u);
}

TEST_F(LoadSeveral, AreRefusedBeforeAByteOfATensorIsRead) {
  const auto faults = std::make_shared<FaultPlan>();
  const auto counting = std::make_shared<FaultyStorage>(storage_, faults);
  ASSERT_TRUE(is_ok(session_.load("a", {.scope = "one", .storage = storage_})));
  const uint64_t index_size = read_file(*storage_, "b.index").size();
  EXPECT_FALSE(session_.load("b", {.scope = "one", .storage = counting}).ok());
  EXPECT_LE(faults->bytes_read, 2 * index_size);
  ASSERT_TRUE(is_ok(session_.assign("two/w", counting_tensor({1}))));
  EXPECT_TRUE(fails(session_.load("b", {.scope = "two", .storage = counting}),
                    Code::kInvalidArgument, {"variable 'two/w' exists already"}));
  EXPECT_LE(faults->bytes_read, 4 * index_size);
}

TEST_F(LoadSeveral, ReplaceWhatAScopeHolds) {
  ASSERT_TRUE(is_ok(session_.load("a", {.scope = "one", .storage = storage_})));
  const Snapshot before = session_.snapshot();
  ASSERT_TRUE(is_ok(session_.assign("one/extra", counting_tensor({1}))));
  ASSERT_TRUE(is_ok(session_.load("c", {.scope = "one", .replace = true, .storage = storage_})));
  EXPECT_EQ(session_.scope("one").names(), Names{"v"});
  EXPECT_EQ(*before.find("one/w"), counting_tensor({2}, 1));
  EXPECT_TRUE(fails(session_.load("a", {.scope = "one", .storage = storage_}),
                    Code::kInvalidArgument, {"variables of c"}));
  EXPECT_TRUE(is_ok(session_.load("a", {.scope = "new", .replace = true, .storage = storage_})));
}

TEST_F(LoadSeveral, KeepTheOldScopeIfItsSuccessorIsDamaged) {
  ASSERT_TRUE(is_ok(session_.load("a", {.scope = "one", .storage = storage_})));
  ASSERT_TRUE(is_ok(storage_->remove("c.data-00000-of-00001")));
  EXPECT_FALSE(session_.load("c", {.scope = "one", .replace = true, .storage = storage_}).ok());
  EXPECT_EQ(*session_.find("one/w"), counting_tensor({2}, 1));
}

TEST_F(LoadSeveral, CopyAScopeWithoutCopyingItsBytes) {
  ASSERT_TRUE(is_ok(session_.load("a", {.scope = "untrained", .storage = storage_})));
  const auto copied = session_.copy_scope("untrained", "trained");
  ASSERT_TRUE(is_ok(copied));
  EXPECT_EQ(*copied, 1u);
  EXPECT_EQ(session_.find("trained/w")->bytes().data(),
            session_.find("untrained/w")->bytes().data());
  ASSERT_TRUE(is_ok(session_.assign("trained/w", counting_tensor({2}, 70))));
  EXPECT_EQ(*session_.find("untrained/w"), counting_tensor({2}, 1));
  EXPECT_TRUE(fails(session_.copy_scope("untrained", "trained"), Code::kInvalidArgument,
                    {"scope 'trained': it already holds the variables of a copy of scope"}));
  EXPECT_TRUE(fails(session_.copy_scope("nothing", "new"), Code::kNotFound,
                    {"scope 'nothing': there is nothing to copy"}));
  EXPECT_TRUE(fails(session_.copy_scope("untrained", "a b"), Code::kInvalidArgument));
}

}  // namespace
}  // namespace holdall
