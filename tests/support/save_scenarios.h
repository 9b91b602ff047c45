// Ways to save a small checkpoint over another, or to a new path; and which of the two is there.
#pragma once

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "holdall/saver.h"

namespace holdall {

struct SaveScenario {
  std::string label;
  std::string name;  // of the checkpoint, in its directory
  uint32_t shard_count = 1;
  bool exists = true;  // the checkpoint is saved over
  Durability durability = Durability::kDurable;
  std::string format = {};
  bool reread = false;
  uint64_t large_bytes = 0;   // of a third tensor; 0: none
  bool was_one_file = false;  // what is saved over is one file, and the new one several
};

// All that differ in what they ask of the operating system.
std::span<const SaveScenario> save_scenarios();

// For the names of test cases.
inline void PrintTo(const SaveScenario& scenario, std::ostream* out) {
  *out << scenario.label;
}

class ScenarioCheckpoint {
 public:
  static constexpr float kOld = 1;
  static constexpr float kNew = 2;
  static constexpr float kMixed = -1;
  static constexpr float kUnreadable = -2;

  // In a directory of its own in `directory`.
  ScenarioCheckpoint(const SaveScenario& scenario, std::string directory)
      : scenario_(scenario), directory_(join_path(std::move(directory), scenario.label)) {}

  Result<SaveReport> save(float first) const;

  // The same in two steps, of which the second asks for no memory of the test's own.
  struct Prepared {
    std::string path;
    std::vector<SaveItem> items;
    SaveOptions options;
    Result<SaveReport> run();
  };
  Prepared prepare(float first) const;

  // Which of them is in the storage, whole; 0 if nothing is; or one of the two above.
  float what_is_there(const std::shared_ptr<Storage>& storage = make_local_storage()) const;

  // The old one is there, or nothing, as the scenario wants it. The test fails if that cannot be.
  void begin() const;

  // What may be there after a save of kNew.
  bool is_right(float outcome, bool is_saved) const;

  const SaveScenario& scenario() const { return scenario_; }
  const std::string& directory() const { return directory_; }
  std::string path() const { return join_path(directory_, scenario_.name); }
  size_t file_count() const;

 private:
  const SaveScenario& scenario_;
  std::string directory_;
};

}  // namespace holdall
