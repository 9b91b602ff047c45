#include "holdall/session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "session/session_access.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;
using Values = std::vector<std::pair<std::string, Tensor>>;

Tensor number(float value) {
  return *Tensor::of<float>({}, {value});
}

Status load(Session& session, const std::string& scope, Values values,
            const std::string& checkpoint_path) {
  std::vector<Change> changes;
  changes.push_back({{}, Existing::kRefuse, scope, checkpoint_path});
  for (auto& value : values)
    changes.front().values.push_back(std::make_shared<const SessionTable::Row>(std::move(value)));
  return SessionAccess::publish(session, std::move(changes));
}

TEST(Session, IsEmptyAtFirst) {
  const Session session;
  EXPECT_EQ(session.snapshot().count(), 0u);
  EXPECT_EQ(session.snapshot().generation(), 0u);
  EXPECT_TRUE(session.snapshot().scopes().empty());
  EXPECT_FALSE(session.find("w"));
  EXPECT_EQ(Snapshot().count(), 0u);
}

TEST(Session, GivesVariablesValuesAndReplacesThem) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign("b", number(1))));
  ASSERT_TRUE(is_ok(session.assign("a", number(2))));
  ASSERT_TRUE(is_ok(session.assign("b", counting_tensor({3}))));
  EXPECT_EQ(session.snapshot().count(), 2u);
  EXPECT_EQ(session.snapshot().generation(), 3u);
  EXPECT_EQ(*session.find("b"), counting_tensor({3}));
  EXPECT_EQ(*session.find("a"), number(2));
  EXPECT_FALSE(session.find("c"));
  EXPECT_FALSE(session.find(""));
}

TEST(Session, RefusesAnEmptyName) {
  Session session;
  EXPECT_TRUE(fails(session.assign("", number(1)), Code::kInvalidArgument, {"needs a name"}));
  EXPECT_EQ(session.snapshot().generation(), 0u);
}

TEST(Session, ChangesAllValuesOrNone) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign("b", number(1))));
  const auto status =
      session.assign_all({{"a", number(2)}, {"b", number(3)}, {"c", number(4)}, {"b", number(5)}});
  EXPECT_TRUE(fails(status, Code::kInvalidArgument, {"variable 'b' is given twice"}));
  EXPECT_EQ(status.error().reason, reason::kNameCollision);
  EXPECT_EQ(session.snapshot().generation(), 1u);
  EXPECT_EQ(session.snapshot().count(), 1u);
  EXPECT_EQ(*session.find("b"), number(1));
  ASSERT_TRUE(is_ok(session.assign_all({{"c", number(2)}, {"b", number(3)}, {"a", number(4)}})));
  EXPECT_EQ(session.snapshot().generation(), 2u);
  EXPECT_EQ(session.scope("").names(), (Names{"a", "b", "c"}));
  EXPECT_EQ(*session.find("b"), number(3));
}

TEST(Snapshot, NeverChanges) {
  Session session;
  ASSERT_TRUE(is_ok(load(session, "m", {{"m/a", number(1)}, {"m/b", number(2)}}, "ckpt")));
  const Snapshot before = session.snapshot();
  const ScopeView view = before.scope("m");
  ASSERT_TRUE(is_ok(session.assign("m/a", number(9))));
  ASSERT_TRUE(is_ok(session.drop_scope("m")));
  EXPECT_EQ(before.count(), 2u);
  EXPECT_EQ(before.scopes(), Names{"m"});
  EXPECT_EQ(*before.find("m/a"), number(1));
  EXPECT_EQ(*view.at("a"), number(1));
  EXPECT_EQ(view.names(), (Names{"a", "b"}));
  EXPECT_EQ(session.snapshot().count(), 0u);
}

TEST(Snapshot, OutlivesItsSession) {
  Snapshot snapshot;
  {
    Session session;
    ASSERT_TRUE(is_ok(session.assign("a", number(1))));
    snapshot = session.snapshot();
  }
  EXPECT_EQ(*snapshot.find("a"), number(1));
}

TEST(ScopeView, HoldsJustTheNamesOfItsScope) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign_all({{"model1/w", number(1)},
                                        {"model1/sub/w", number(2)},
                                        {"model10/w", number(3)},
                                        {"model1.x/w", number(4)},
                                        {"model1", number(5)},
                                        {"model1-/w", number(6)}})));
  const ScopeView view = session.scope("model1");
  EXPECT_EQ(view.name(), "model1");
  EXPECT_EQ(view.count(), 2u);
  EXPECT_EQ(view.names(), (Names{"sub/w", "w"}));
  EXPECT_EQ(*view.at("w"), number(1));
  EXPECT_EQ(*view.find("sub/w"), number(2));
  EXPECT_FALSE(view.find("x/w"));
  EXPECT_FALSE(view.find(""));
  EXPECT_EQ(session.scope("model1/sub").names(), Names{"w"});
  EXPECT_EQ(session.scope("model").count(), 0u);
  EXPECT_EQ(session.scope("").count(), 6u);
  EXPECT_EQ(*session.scope("").at("model1"), number(5));
}

TEST(ScopeView, NamesTheNearestVariables) {
  Session session;
  ASSERT_TRUE(is_ok(load(session, "dna", {{"dna/conv1/weights", number(1)}}, "ckpt")));
  const auto missing = session.scope("dna").at("conv/weights");
  EXPECT_TRUE(
      fails(missing, Code::kNotFound,
            {"scope 'dna'", "no variable 'conv/weights' among 1", "nearest: 'conv1/weights'"}));
  EXPECT_TRUE(fails(session.scope("rna").at("w"), Code::kNotFound,
                    {"scope 'rna'", "nothing in this scope", "loaded scopes: 'dna'"}));
  EXPECT_TRUE(fails(Session().scope("x").at("w"), Code::kNotFound, {"nothing is loaded yet"}));
}

TEST(Session, KeepsScopesApart) {
  Session session;
  ASSERT_TRUE(is_ok(load(session, "a", {{"a/w", number(1)}}, "first")));
  ASSERT_TRUE(is_ok(load(session, "b", {{"b/w", number(2)}}, "second")));
  EXPECT_EQ(session.snapshot().scopes(), (Names{"a", "b"}));
  EXPECT_EQ(*session.scope("a").at("w"), number(1));
  EXPECT_EQ(*session.scope("b").at("w"), number(2));
}

TEST(Session, RefusesToLoadIntoAScopeThatIsTaken) {
  Session session;
  ASSERT_TRUE(is_ok(load(session, "a", {{"a/w", number(1)}}, "first")));
  const auto status = load(session, "a", {{"a/v", number(2)}}, "second");
  EXPECT_TRUE(fails(status, Code::kInvalidArgument,
                    {"scope 'a'", "it already holds the variables of first, so second cannot"}));
  EXPECT_EQ(status.error().reason, reason::kScopeTaken);
  EXPECT_EQ(session.snapshot().generation(), 1u);
  const auto check = [&](const std::string& scope, const std::string& name) {
    const ChangeOfNames change{{name}, Existing::kRefuse, scope, "third"};
    return SessionAccess::check(session, {&change, 1});
  };
  EXPECT_TRUE(fails(check("a", "a/v"), Code::kInvalidArgument, {"so third cannot"}));
  EXPECT_TRUE(fails(check("b", "a/w"), Code::kInvalidArgument, {"'a/w' exists already"}));
  EXPECT_TRUE(is_ok(check("b", "b/w")));
  EXPECT_EQ(session.snapshot().generation(), 1u);
  ASSERT_TRUE(is_ok(load(session, "", {{"w", number(1)}}, "root")));
  EXPECT_TRUE(fails(load(session, "", {{"v", number(1)}}, "again"), Code::kInvalidArgument,
                    {"scope '(root)'", "variables of root"}));
}

TEST(Session, RefusesToLoadOverANameThatExists) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign("a/w", number(1))));
  const auto status = load(session, "a", {{"a/v", number(2)}, {"a/w", number(3)}}, "ckpt");
  EXPECT_TRUE(
      fails(status, Code::kInvalidArgument, {"scope 'a'", "variable 'a/w' exists already"}));
  EXPECT_EQ(status.error().reason, reason::kNameCollision);
  EXPECT_EQ(session.snapshot().count(), 1u);
  EXPECT_TRUE(session.snapshot().scopes().empty());
  EXPECT_EQ(*session.find("a/w"), number(1));
}

// Before, between, behind and over those that are there, and in any order.
TEST(Session, KeepsNamesInOrder) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign_all({{"d", number(4)}, {"b", number(2)}})));
  ASSERT_TRUE(is_ok(session.assign_all(
      {{"e", number(5)}, {"b", number(20)}, {"a", number(1)}, {"c", number(3)}})));
  ASSERT_TRUE(is_ok(load(session, "c2", {{"c2/y", number(8)}, {"c2/x", number(7)}}, "one")));
  ASSERT_TRUE(is_ok(load(session, "f", {{"f/x", number(6)}}, "two")));
  EXPECT_EQ(session.scope("").names(), (Names{"a", "b", "c", "c2/x", "c2/y", "d", "e", "f/x"}));
  EXPECT_EQ(*session.find("b"), number(20));
  EXPECT_EQ(*session.find("c2/y"), number(8));
  EXPECT_TRUE(fails(load(session, "g", {{"g/x", number(1)}, {"g/x", number(2)}}, "three"),
                    Code::kInvalidArgument, {"'g/x' is given twice"}));
}

TEST(Session, DropsAScopeWithTheScopesInIt) {
  Session session;
  ASSERT_TRUE(is_ok(load(session, "a", {{"a/v", number(1)}, {"a/w", number(2)}}, "1")));
  ASSERT_TRUE(is_ok(load(session, "a/sub", {{"a/sub/w", number(3)}}, "2")));
  ASSERT_TRUE(is_ok(load(session, "ab", {{"ab/w", number(4)}}, "3")));
  EXPECT_EQ(*session.drop_scope("a"), 3u);
  EXPECT_EQ(session.snapshot().scopes(), Names{"ab"});
  EXPECT_EQ(session.scope("").names(), Names{"ab/w"});
  EXPECT_EQ(session.snapshot().generation(), 4u);
  EXPECT_TRUE(is_ok(load(session, "a", {{"a/w", number(5)}}, "4")));
}

TEST(Session, DropsNothingThatIsNotThere) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign("a", number(1))));
  EXPECT_TRUE(
      fails(session.drop_scope("a"), Code::kNotFound, {"scope 'a'", "there is nothing to drop"}));
  EXPECT_EQ(session.snapshot().generation(), 1u);
  EXPECT_EQ(*session.drop_scope(""), 1u);
}

TEST(Session, LetsBytesGoWithTheirLastReader) {
  auto keeper = std::make_shared<std::vector<float>>(4);
  const std::weak_ptr<const void> watched = keeper;
  Session session;
  ASSERT_TRUE(is_ok(session.assign(
      "m/w", *Tensor::borrow(DType::kF32, {4}, std::as_bytes(std::span(*keeper)), keeper))));
  keeper.reset();
  std::optional<Snapshot> reader = session.snapshot();
  ASSERT_TRUE(is_ok(session.drop_scope("m")));
  EXPECT_FALSE(watched.expired());
  reader.reset();
  EXPECT_TRUE(watched.expired());
}

TEST(Session, Moves) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign("a", number(1))));
  Session other = std::move(session);
  EXPECT_EQ(*other.find("a"), number(1));
  Session third;
  third = std::move(other);
  EXPECT_TRUE(is_ok(third.assign("a", number(2))));
}

TEST(Session, ShowsReadersWholeGenerationsWhileItIsWritten) {
  Session session;
  ASSERT_TRUE(is_ok(session.assign_all({{"m/a", number(0)}, {"m/b", number(0)}})));
  constexpr int kReaders = 3;
  std::latch all_begun(kReaders + 1);
  std::atomic<bool> is_done = false;
  std::atomic<int> failures = 0;
  const auto read = [&] {
    uint64_t generation = 0;
    all_begun.arrive_and_wait();
    while (!is_done) {
      const Snapshot snapshot = session.snapshot();
      const auto a = snapshot.find("m/a");
      const auto b = snapshot.find("m/b");
      // Now and then the scope is gone, but never half of it.
      if (a.has_value() != b.has_value() || (a && !(*a == *b))) ++failures;
      if (snapshot.generation() < generation) ++failures;
      generation = snapshot.generation();
    }
  };
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < kReaders; ++i) readers.emplace_back(read);
    all_begun.arrive_and_wait();
    for (int i = 1; i <= 20'000; ++i) {
      const Tensor value = number(static_cast<float>(i));
      if (!session.assign_all({{"m/a", value}, {"m/b", value}}).ok()) ++failures;
      if (i % 100 == 0 && !session.drop_scope("m").ok()) ++failures;
    }
    is_done = true;
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(session.snapshot().generation(), 20'201u);
}

TEST(Session, LosesNoChangeOfManyWriters) {
  Session session;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> writers;
    for (int thread = 0; thread < 4; ++thread) {
      writers.emplace_back([&, thread] {
        for (int i = 0; i < 100; ++i) {
          const std::string name = std::to_string(thread) + "/" + std::to_string(i);
          if (!session.assign(name, number(static_cast<float>(i))).ok()) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(session.snapshot().count(), 400u);
  EXPECT_EQ(session.snapshot().generation(), 400u);
  for (int thread = 0; thread < 4; ++thread) {
    EXPECT_EQ(session.scope(std::to_string(thread)).count(), 100u);
  }
}

}  // namespace
}  // namespace holdall
