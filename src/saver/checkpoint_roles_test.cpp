// Roles that the `.meta` beside a bundle tells: when it is read, who goes by it, and what becomes
// of one that is damaged.
#include <gtest/gtest.h>

#include <algorithm>

#include "holdall/copy.h"
#include "holdall/doctor.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/meta_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

// "dense/Adam" is a layer's weight here, "games" counts steps, and averages are called "shadow".
class CheckpointRoles : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<SaveItem> items;
    float first = 0;
    for (const char* name : {"dense", "dense/Adam", "dense/shadow", "games", "plain/Adam"})
      items.push_back({name, counting_tensor({4}, first += 10), {}, {}, 0});
    save_checkpoint(inner_, "m", std::move(items));
    write_meta(draft_meta_of(
        {{"variables", {"dense", "dense/Adam", "dense/shadow", "games", "plain", "plain/Adam"}},
         {"trainable_variables", {"dense", "dense/Adam"}},
         {"moving_average_variables", {"dense"}},
         {"global_step", {"games"}}}));
  }

  void write_meta(std::string_view bytes) { write_file(*inner_, "m.meta", bytes); }

  Checkpoint open() { return *Checkpoint::open("m", {storage_}); }

  bool has_read_meta() const {
    const Names opened = storage_->opened();
    return std::ranges::find(opened, "m.meta") != opened.end();
  }

  std::string roles() {
    const Checkpoint checkpoint = open();
    std::string text;
    for (const TensorInfo& info : checkpoint.catalog())
      text += (text.empty() ? "" : " ") + std::string(role_name(checkpoint.role(info)));
    return text;
  }

  LoadOptions loading(std::vector<Role> skip_roles = {}, bool prefer_ema = false) {
    LoadOptions options;
    options.storage = storage_;
    options.skip_roles = std::move(skip_roles);
    options.prefer_ema = prefer_ema;
    return options;
  }

  // The finding of the `.meta`, if there is one.
  std::optional<Finding> finding() {
    const auto diagnosis = diagnose("m", {.storage = storage_});
    EXPECT_TRUE(is_ok(diagnosis));
    EXPECT_TRUE(diagnosis->is_healthy());
    for (const Finding& each : diagnosis->findings) {
      if (each.kind == "meta-file") return each;
    }
    return std::nullopt;
  }

  std::shared_ptr<Storage> inner_ = make_memory_storage();
  std::shared_ptr<RecordingStorage> storage_ = std::make_shared<RecordingStorage>(inner_);
};

constexpr std::string_view kByNames = "weight optimizer weight weight weight";
constexpr std::string_view kByCollections = "weight weight ema step optimizer";

TEST_F(CheckpointRoles, AreThoseOfTheCollections) {
  EXPECT_EQ(roles(), kByCollections);
  EXPECT_FALSE(finding());
}

TEST_F(CheckpointRoles, AreReadWhenTheyAreAskedForAndOnce) {
  const Checkpoint checkpoint = open();
  ASSERT_TRUE(is_ok(checkpoint.read("dense")));
  EXPECT_FALSE(has_read_meta());
  EXPECT_EQ(checkpoint.catalog_with_roles().find("games")->role, Role::kStep);
  EXPECT_TRUE(has_read_meta());
  storage_->forget();
  EXPECT_EQ(checkpoint.role(*checkpoint.catalog().find("games")), Role::kStep);
  EXPECT_EQ(checkpoint.role(*checkpoint.catalog_with_roles().find("games")), Role::kStep);
  EXPECT_FALSE(has_read_meta());
  // What was opened stays what it is.
  EXPECT_EQ(checkpoint.catalog().find("games")->role, std::nullopt);
}

TEST_F(CheckpointRoles, TakeNoCatalogOfTheirOwnWhereNamesTellTheSame) {
  write_meta(draft_meta_of({{"variables", {"dense", "dense/Adam", "dense/shadow", "games"}}}));
  const Checkpoint checkpoint = open();
  EXPECT_EQ(&checkpoint.catalog_with_roles(), &checkpoint.catalog());
}

TEST_F(CheckpointRoles, DecideWhatALoadLeavesOut) {
  Session session;
  const auto report = session.load("m", loading({Role::kOptimizer, Role::kStep, Role::kEma}));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(session.scope("").names(), (Names{"dense", "dense/Adam"}));
  ASSERT_EQ(report->skipped.size(), 3u);
  EXPECT_EQ(report->skipped[2].source_name, "plain/Adam");
}

TEST_F(CheckpointRoles, AreInTheReportOfALoadThatLeavesOutNothing) {
  Session session;
  const auto report = session.load("m", loading());
  ASSERT_TRUE(is_ok(report));
  std::string text;
  for (const RestoreItem& item : report->restored)
    text += (text.empty() ? "" : " ") + std::string(role_name(item.role));
  EXPECT_EQ(text, kByCollections);
}

TEST_F(CheckpointRoles, TellWhichTensorIsTheAverage) {
  Session session;
  ASSERT_TRUE(is_ok(session.load("m", loading({}, true))));
  EXPECT_EQ(session.scope("").names(), (Names{"dense", "dense/Adam", "games", "plain/Adam"}));
  EXPECT_EQ(session.find("dense")->bytes()[3], counting_tensor({4}, 30).bytes()[3]);
}

TEST_F(CheckpointRoles, DecideWhatACopyLeavesOutAndReadNothingElse) {
  CopySource source{open(), {}};
  ASSERT_TRUE(is_ok(plan_copy({&source, 1}, "n", {})));
  EXPECT_FALSE(has_read_meta());
  source.options.skip_roles = {Role::kOptimizer};
  const auto plan = plan_copy({&source, 1}, "n", {});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_TRUE(has_read_meta());
  EXPECT_EQ(plan->items.size(), 4u);
}

TEST_F(CheckpointRoles, OfADamagedFileAreToldByNames) {
  const std::string good = read_file(*inner_, "m.meta");
  write_meta(good.substr(0, good.size() - 1));
  EXPECT_EQ(roles(), kByNames);
  Session session;
  ASSERT_TRUE(is_ok(session.load("m", loading({Role::kOptimizer}))));
  EXPECT_EQ(session.scope("").names(), (Names{"dense", "dense/shadow", "games", "plain/Adam"}));
  const auto found = finding();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->severity, Severity::kWarning);
  EXPECT_EQ(found->file, "m.meta");
  EXPECT_NE(found->message.find("are left in the file"), std::string::npos) << found->message;
}

TEST_F(CheckpointRoles, OfAnotherCheckpointsFileAreToldByNames) {
  write_meta(draft_meta_of({{"variables", {"other"}}, {"trainable_variables", {"other"}}}));
  EXPECT_EQ(roles(), kByNames);
  ASSERT_TRUE(finding());
  EXPECT_EQ(finding()->severity, Severity::kWarning);
}

TEST_F(CheckpointRoles, OfTheTextFormAreToldByNamesWithANote) {
  write_meta("meta_info_def {\n}\n");
  EXPECT_EQ(roles(), kByNames);
  ASSERT_TRUE(finding());
  EXPECT_EQ(finding()->severity, Severity::kNote);
}

}  // namespace
}  // namespace holdall
