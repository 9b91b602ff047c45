// Paths and names that lead elsewhere, are patterns, options or no text: nothing outside of the
// directory that a call is about is changed, removed or taken for what was asked for. Whatever lies
// outside is compared before and after.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "holdall/digest.h"
#include "holdall/doctor.h"
#include "holdall/retention.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/figures.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

std::vector<SaveItem> items(float first = 0) {
  return {{"w", counting_tensor({4}, first), {}, {}, 0}};
}

// root/inside is what calls are about; root/outside has a checkpoint that is somebody else's.
class HostilePaths : public testing::Test {
 protected:
  HostilePaths() : inside_(root_ / "inside"), outside_(root_ / "outside") {
    fs::create_directory(inside_);
    fs::create_directory(outside_);
    save(outside_ + "/m", 100);
    save(outside_ + "/m-1", 100);
    write_test_file(outside_ + "/notes.txt", "mine");
    before_ = contents_of(outside_);
  }

  void TearDown() override {
    const auto after = contents_of(outside_);
    EXPECT_EQ(after, before_);
    print_figure("E", {{"changes outside", after == before_ ? 0u : 1u}});
  }

  static void save(const std::string& path, float first = 0) {
    save_checkpoint(nullptr, path, items(first), {.durability = Durability::kAtomic});
  }

  static std::map<std::string, std::string> contents_of(const std::string& directory) {
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      contents[entry.path().string()] =
          entry.is_symlink()        ? "-> " + fs::read_symlink(entry.path()).string()
          : entry.is_regular_file() ? read_test_file(entry.path().string())
                                    : "";
    }
    return contents;
  }

  void write_state(const std::string& path) const {
    write_test_file(
        inside_ + "/checkpoint",
        "model_checkpoint_path: \"" + path + "\"\nall_model_checkpoint_paths: \"" + path + "\"\n");
  }

  // Names that a state file may have, and whether they lead to the checkpoint outside.
  std::vector<std::pair<std::string, bool>> recorded_paths() const {
    return {{"../outside/m", true},
            {"./../outside/m", true},
            {"sub/../../outside/m", true},
            {"sub/../../inside/../outside/m", true},
            {outside_ + "/m", true},
            {"file://" + outside_ + "/m", true},
            {inside_ + "/../outside/m", true},
            {"../outside/*", false},
            {"../outside/m*", false},
            {"..", false},
            {"/", false},
            {".", false},
            {"-rf", false},
            {"; rm -rf *", false},
            {"$(id)", false},
            {"~/m", false},
            {"m\\000", false},
            {"m\\n", false},
            {std::string(5000, 'n'), false}};
  }

  TempDirectory root_;
  std::string inside_;
  std::string outside_;
  std::map<std::string, std::string> before_;
};

bool is_in(const std::string& path, const std::string& directory) {
  return fs::path(path).lexically_normal().string().starts_with(directory + "/");
}

TEST_F(HostilePaths, AStateFileLeadsNowhereElseIfItIsConfined) {
  save(inside_ + "/n", 7);
  fs::create_directory(inside_ + "/sub");
  for (const auto& [path, is_outside] : recorded_paths()) {
    write_state(path);
    const auto confined = Checkpoint::open(inside_, {.is_confined = true});
    EXPECT_TRUE(!confined.ok() || is_in(confined->path(), inside_)) << path;
    Session session;
    const auto loaded = session.load(inside_, {.is_confined = true});
    EXPECT_EQ(loaded.ok(), confined.ok()) << path;
    const auto followed = Checkpoint::open(inside_);
    EXPECT_EQ(followed.ok() && !is_in(followed->path(), inside_), is_outside) << path;
    if (!is_outside) continue;
    ASSERT_FALSE(followed->notes().empty()) << path;
    EXPECT_NE(followed->notes()[0].find("leads out of its directory"), std::string::npos);
  }
  print_figure("E", {{"recorded paths", recorded_paths().size()}});
}

TEST_F(HostilePaths, WhatAMovedDirectorysStateFileNamesIsFoundBesideItAlsoIfConfined) {
  save(inside_ + "/m", 7);
  for (const std::string path : {"/gone/m", "../gone/m", "m"}) {
    write_state(path);
    const auto checkpoint = Checkpoint::open(inside_, {.is_confined = true});
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(*checkpoint->read("w"), counting_tensor({4}, 7));
  }
}

// Retention goes by what lies in the directory, whatever a state file says.
TEST_F(HostilePaths, NothingOutsideIsRemoved) {
  for (const auto& [path, is_outside] : recorded_paths()) {
    for (const int step : {1, 2, 3}) save(inside_ + "/m-" + std::to_string(step));
    write_state(path);
    const auto plan = plan_keep(inside_, {.last = 1});
    ASSERT_TRUE(is_ok(plan)) << path;
    for (const RemovedCheckpoint& each : plan->removed) {
      for (const std::string& file : each.files) EXPECT_TRUE(is_in(file, inside_)) << file;
    }
    EXPECT_TRUE(is_ok(execute(*plan)));
    EXPECT_TRUE(fs::exists(inside_ + "/m-3.index"));
    EXPECT_FALSE(fs::exists(inside_ + "/m-1.index"));
    EXPECT_EQ(contents_of(outside_), before_) << path;
    EXPECT_TRUE(diagnose(inside_ + "/m-3").ok());
  }
}

TEST_F(HostilePaths, LinksToWhatIsOutsideAreRemovedNotFollowed) {
  for (const int step : {1, 2}) save(inside_ + "/m-" + std::to_string(step));
  for (const std::string suffix : {".index", ".data-00000-of-00001"}) {
    const std::string file = inside_ + "/m-1" + suffix;
    fs::remove(file);
    fs::create_symlink(outside_ + "/m-1" + suffix, file);
  }
  fs::create_symlink(outside_ + "/notes.txt", inside_ + "/m-1.meta");
  const auto plan = plan_keep(inside_, {.last = 1});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_TRUE(is_ok(execute(*plan)));
  for (const auto& entry : fs::directory_iterator(inside_))
    EXPECT_FALSE(entry.is_symlink()) << entry.path();
}

// Every name that a save uses, in turn a link to a file that is outside.
TEST_F(HostilePaths, SavesReplaceLinksAndLeaveTheirTargets) {
  uint64_t link_count = 0;
  for (const std::string name : {"m.index", "m.data-00000-of-00001", "m.data-00000-of-00002",
                                 "m.meta", "checkpoint", "m.holdall-lock"}) {
    for (const bool is_hard : {false, true}) {
      fs::remove_all(inside_);
      fs::create_directory(inside_);
      const std::string link = inside_ + "/" + name;
      ++link_count;
      if (is_hard) {
        fs::create_hard_link(outside_ + "/notes.txt", link);
      } else {
        fs::create_symlink(outside_ + "/notes.txt", link);
      }
      SaveOptions options;
      options.alignment = 1;
      const auto plan = plan_save(inside_ + "/m", items(), options);
      const auto report = execute(*plan);
      EXPECT_EQ(contents_of(outside_), before_) << name;
      if (!report.ok()) continue;
      EXPECT_EQ(*Checkpoint::open(inside_ + "/m")->read("w"), counting_tensor({4})) << name;
    }
  }
  print_figure("E", {{"links", link_count}});
}

TEST_F(HostilePaths, ADigestFileIsNoWayOut) {
  save(inside_ + "/m");
  const auto checkpoint = Checkpoint::open(inside_ + "/m");
  const std::string list = inside_ + "/m.sha256";
  fs::create_symlink(outside_ + "/notes.txt", list);
  ASSERT_TRUE(is_ok(write_digest_file(list, *digest_files(*checkpoint), {.replace = true})));
  EXPECT_FALSE(fs::is_symlink(list));
  for (const std::string& path : {std::string("../outside/notes.txt"), outside_ + "/notes.txt"}) {
    write_test_file(list, std::string(64, '0') + "  " + path + "\n");
    EXPECT_TRUE(fails(check_digests(*checkpoint, list), Code::kCorrupt, {"below the digest file"}));
  }
}

// An index may name any file beside it; a checkpoint that stays keeps its own.
TEST_F(HostilePaths, RetentionLeavesTheFilesOfCheckpointsThatStay) {
  for (const std::string name : {"other.safetensors", "m-2.safetensors"})
    save_checkpoint(nullptr, inside_ + "/" + name, items(), {.format = "safetensors"});
  write_test_file(inside_ + "/m-1.safetensors.index.json",
                  R"({"weight_map":{"w":"other.safetensors"}})");
  const auto plan = plan_keep(inside_, {.last = 1});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_TRUE(is_ok(execute(*plan)));
  EXPECT_TRUE(fs::exists(inside_ + "/other.safetensors")) << plan->to_string();
  EXPECT_FALSE(fs::exists(inside_ + "/m-1.safetensors.index.json")) << plan->to_string();
}

std::vector<std::string> odd_names() {
  return {"-rf",
          "--",
          "--help",
          "a b",
          " ",
          "m[1]",
          "m*",
          "m?",
          "{a,b}",
          "m\\",
          "a\\b",
          "~",
          "$HOME",
          "`id`",
          "$(id)",
          ";id",
          "|id",
          "&",
          "m:0",
          "m=n",
          "=m",
          "m,n",
          "#m",
          "%s%n",
          "%2e%2e%2f",
          "m'",
          "m\"",
          "m<>",
          "é",
          "\xff\xfe",
          "\xe2\x80\xae"
          "gnp",
          "m\nn",
          "m\r",
          "m\tn",
          "\x1b[2J",
          "\x07",
          "\x7f",
          ".m",
          "...",
          "..m",
          "m.",
          "m..",
          "CON",
          "nul.",
          "m.tmp0123456789abcdef",
          "m.index",
          "m.meta",
          "m.data-00000-of-00001",
          "m-00000-of-00001",
          std::string(180, 'n')};
}

// A prefix is bytes: no pattern, no option, no command. Files that a pattern would match stay.
TEST_F(HostilePaths, AnyNameIsAName) {
  for (const std::string& name : odd_names()) {
    fs::remove_all(inside_);
    fs::create_directory(inside_);
    for (const std::string neighbour : {"m1", "mm", "a", "b"}) save(inside_ + "/" + neighbour, 50);
    const auto neighbours = contents_of(inside_);
    const std::string path = inside_ + "/" + name;
    save(path, 3);
    save(path, 4);
    const auto checkpoint = Checkpoint::open(path);
    ASSERT_TRUE(is_ok(checkpoint)) << name;
    EXPECT_EQ(*checkpoint->read("w"), counting_tensor({4}, 4)) << name;
    EXPECT_TRUE(verify(*checkpoint)->is_whole()) << name;
    EXPECT_EQ(find_latest_checkpoint(inside_)->path, path) << name;
    EXPECT_TRUE(diagnose(path)->is_healthy()) << name;
    for (const auto& [file, bytes] : neighbours) {
      if (file.ends_with("/checkpoint")) continue;
      EXPECT_EQ(read_test_file(file), bytes) << name;
    }
  }
  print_figure("E", {{"names of checkpoints", odd_names().size()}});
}

TEST_F(HostilePaths, NamesThatNoFileCanHaveAreRefused) {
  for (const std::string& name :
       {std::string("m\0n", 3), std::string(300, 'n'), std::string(5000, 'n'),
        std::string("no/such/folder/m"), std::string("m/"), std::string()}) {
    const std::string path = name.empty() ? name : inside_ + "/" + name;
    SaveOptions options;
    const auto plan = plan_save(path, items(), options);
    const bool may_be_saved = name.starts_with("no/");  // folders are made
    EXPECT_TRUE(may_be_saved || !plan.ok() || !execute(*plan).ok()) << name.substr(0, 20);
    const auto opened = Checkpoint::open(path);
    ASSERT_FALSE(opened.ok()) << name.substr(0, 20);
    EXPECT_FALSE(opened.error().to_string().empty());
  }
}

// What tensors are called decides no path.
TEST_F(HostilePaths, TensorNamesLeadNowhere) {
  std::vector<std::string> names = odd_names();
  for (const std::string more :
       {"../../outside/notes.txt", "/outside", "..", "a/../../b", "a//b", "/"})
    names.push_back(more);
  names.push_back(std::string("a\0b", 3));
  names.push_back(std::string(65'000, 'n'));
  for (const FormatInfo& format : formats()) {
    for (const std::string& name : names) {
      const std::string path = inside_ + "/" + format.name + format.suffix;
      SaveOptions options;
      options.durability = Durability::kAtomic;
      options.format = format.name;
      const auto plan = plan_save(path, {{name, counting_tensor({2}), {}, {}, 0}}, options);
      if (!plan.ok()) {
        EXPECT_TRUE(fails(plan, Code::kUnsupported)) << format.name << " " << name.substr(0, 30);
        continue;
      }
      ASSERT_TRUE(is_ok(execute(*plan))) << format.name << " " << name.substr(0, 30);
      const auto checkpoint = Checkpoint::open(path);
      ASSERT_TRUE(is_ok(checkpoint)) << format.name << " " << name.substr(0, 30);
      const std::string read = format.name == "npy" ? checkpoint->catalog().begin()->name : name;
      EXPECT_EQ(*checkpoint->read(read), counting_tensor({2}))
          << format.name << " " << name.substr(0, 30);
      for (const auto& entry : fs::directory_iterator(root_.path()))
        EXPECT_TRUE(entry.path() == inside_ || entry.path() == outside_) << entry.path();
    }
  }
  print_figure("E", {{"names of tensors", names.size()}, {"formats", formats().size()}});
}

}  // namespace
}  // namespace holdall
