#include "support/save_scenarios.h"

#include <gtest/gtest.h>

#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr Durability kAtomic = Durability::kAtomic;
constexpr Durability kDurable = Durability::kDurable;

const SaveScenario kScenarios[] = {
    {"bundle", "m"},
    {"atomic_bundle", "m", 1, true, kAtomic},
    {"first_bundle", "m", 1, false},
    {"sharded_bundle", "m", 3},
    {"first_sharded_bundle", "m", 2, false},
    {"reread_bundle", "m", 1, true, kDurable, "", true},
    {"large_bundle", "m", 1, true, kDurable, "", false, 1200 << 10},
    {"safetensors", "m.safetensors"},
    {"first_safetensors", "m.safetensors", 1, false},
    {"sharded_safetensors", "m.safetensors", 2},
    {"superseding_safetensors", "m.safetensors", 2, true, kDurable, "", false, 0, true},
    {"npz", "m.npz"},
    {"v1", "m", 1, true, kDurable, "tf_v1"},
};

}  // namespace

std::span<const SaveScenario> save_scenarios() {
  return kScenarios;
}

Result<SaveReport> ScenarioCheckpoint::Prepared::run() {
  const auto plan = plan_save(path, std::move(items), options);
  return plan.ok() ? execute(*plan) : plan.error();
}

Result<SaveReport> ScenarioCheckpoint::save(float first) const {
  return prepare(first).run();
}

ScenarioCheckpoint::Prepared ScenarioCheckpoint::prepare(float first) const {
  const uint32_t last = scenario_.shard_count - 1;
  std::vector<SaveItem> items = {{"a", counting_tensor({3}, first), {}, {}, 0},
                                 {"b", counting_tensor({40, 2}, first + 100), {}, {}, last}};
  if (scenario_.large_bytes > 0) {
    const auto count = static_cast<int64_t>(scenario_.large_bytes / sizeof(float));
    items.push_back({"large", counting_tensor({count}, first), {}, {}, last});
  }
  SaveOptions options;
  options.format = scenario_.format;
  options.shard_count = scenario_.shard_count;
  options.durability = scenario_.durability;
  options.reread = scenario_.reread;
  return {path(), std::move(items), std::move(options)};
}

float ScenarioCheckpoint::what_is_there(const std::shared_ptr<Storage>& storage) const {
  const auto checkpoint = Checkpoint::open(path(), {storage});
  if (!checkpoint.ok()) return checkpoint.error().code == Code::kNotFound ? 0 : kUnreadable;
  const auto a = checkpoint->read("a");
  const auto b = checkpoint->read("b");
  if (!a.ok() || !b.ok()) return kUnreadable;
  const float first = a->view<float>()->front();
  if (*a != counting_tensor({3}, first) || *b != counting_tensor({40, 2}, first + 100))
    return kMixed;
  if (scenario_.large_bytes == 0) return first;
  const auto large = checkpoint->read("large");
  const auto count = static_cast<int64_t>(scenario_.large_bytes / sizeof(float));
  if (!large.ok()) return kUnreadable;
  return *large == counting_tensor({count}, first) ? first : kMixed;
}

void ScenarioCheckpoint::begin() const {
  if (!scenario_.exists || scenario_.was_one_file) {
    const auto local = make_local_storage();
    ASSERT_TRUE(is_ok(local->make_directories(directory())));
    for (const std::string& name : *local->list_directory(directory()))
      ASSERT_TRUE(is_ok(local->remove(join_path(directory(), name))));
  }
  if (!scenario_.exists) return;
  Prepared old = prepare(kOld);
  if (scenario_.was_one_file) {
    old.options.shard_count = 1;
    for (SaveItem& item : old.items) item.shard = 0;
  }
  ASSERT_TRUE(is_ok(old.run()));
  ASSERT_EQ(what_is_there(), kOld);
}

bool ScenarioCheckpoint::is_right(float outcome, bool is_saved) const {
  const float old = scenario_.exists ? kOld : 0;
  return outcome == kNew || (!is_saved && outcome == old);
}

size_t ScenarioCheckpoint::file_count() const {
  return make_local_storage()->list_directory(directory())->size();
}

}  // namespace holdall
