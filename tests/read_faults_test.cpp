// Each file call of a load fails in turn, and between any two of them its files vanish, shrink,
// grow or are saved over: an error or the right bytes (docs/reliability.md, F6).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "holdall/session.h"
#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

constexpr IoMode kModes[] = {IoMode::kAuto, IoMode::kMap, IoMode::kMapCopy, IoMode::kCopy,
                             IoMode::kDirect};
constexpr float kWrong = -1;
constexpr float kRefused = -2;

struct Happening {
  std::string name;
  std::function<void(const std::string& file)> happen;
};

const Happening kHappenings[] = {
    {"vanishes", [](const std::string& file) { fs::remove(file); }},
    {"shrinks", [](const std::string& file) { fs::resize_file(file, fs::file_size(file) / 2); }},
    {"grows", [](const std::string& file) { std::ofstream(file, std::ios::app) << "more"; }},
};

class ReadFaults : public testing::TestWithParam<SaveScenario> {
 protected:
  void begin() const {
    FailingCalls quick;
    there_.begin();
  }

  // Which of the two saves came in, whole; or one of the two above.
  float load(IoMode io) const {
    Session session;
    const auto report = session.load(there_.path(), {.read = {.io = io, .threads = 1}});
    if (!report.ok()) {
      const Code code = report.error().code;
      const bool is_told = code == Code::kIo || code == Code::kCorrupt || code == Code::kNotFound ||
                           code == Code::kExhausted || code == Code::kInvalidArgument ||
                           code == Code::kUnsupported;
      EXPECT_TRUE(is_told) << report.error().to_string();
      return kRefused;
    }
    const auto a = session.find("a");
    const auto b = session.find("b");
    if (!a || !b) return kWrong;
    const float first = a->view<float>()->front();
    const bool is_whole =
        *a == counting_tensor({3}, first) && *b == counting_tensor({40, 2}, first + 100);
    return is_whole ? first : kWrong;
  }

  uint64_t count_calls(IoMode io) const {
    FailingCalls calls;
    EXPECT_EQ(load(io), ScenarioCheckpoint::kOld);
    return calls.count();
  }

  void check(float outcome, bool may_be_new) {
    ++points_;
    const bool is_right = outcome == ScenarioCheckpoint::kOld || outcome == kRefused ||
                          (may_be_new && outcome == ScenarioCheckpoint::kNew);
    EXPECT_TRUE(is_right) << outcome;
    violations_ += is_right ? 0u : 1u;
  }

  // Looks at nothing that is mapped of a file that was cut, which would end the process.
  bool loads_without_looking(IoMode io, uint64_t at, const Happening& happening,
                             const std::string& file) const {
    FailingCalls calls;
    calls.run_at(at, false, [&] { happening.happen(file); });
    Session session;
    (void)session.load(there_.path(), {.read = {.io = io, .threads = 1}});
    return true;
  }

  TempDirectory directory_;
  const ScenarioCheckpoint there_{GetParam(), directory_.path()};
  uint64_t points_ = 0;
  uint64_t violations_ = 0;
};

std::vector<SaveScenario> existing_scenarios() {
  std::vector<SaveScenario> existing;
  for (const SaveScenario& each : save_scenarios()) {
    if (each.exists && each.durability == Durability::kDurable && !each.reread)
      existing.push_back(each);
  }
  return existing;
}

INSTANTIATE_TEST_SUITE_P(All, ReadFaults, testing::ValuesIn(existing_scenarios()),
                         [](const auto& param) { return param.param.label; });

TEST_P(ReadFaults, GiveAnErrorOrTheRightBytesWhicheverCallFails) {
  begin();
  for (const IoMode io : kModes) {
    const uint64_t count = count_calls(io);
    for (CallFault fault : {CallFault{CallFault::kErrno, EIO}, CallFault{CallFault::kErrno, EINTR},
                            CallFault{CallFault::kErrno, EMFILE}, CallFault{CallFault::kShort},
                            CallFault{CallFault::kZero}}) {
      for (fault.is_lasting = false;; fault.is_lasting = true) {
        const bool is_interrupt = fault.kind == CallFault::kErrno && fault.number == EINTR;
        // What comes to an end again and again is tried again and again, which takes its time.
        const bool is_endless =
            fault.is_lasting && (is_interrupt || fault.kind == CallFault::kZero);
        for (uint64_t at = 0; at < count && !is_endless; ++at) {
          SCOPED_TRACE(testing::Message()
                       << io_mode_name(io) << ", call " << at << ", fault " << fault.kind << ' '
                       << fault.number << (fault.is_lasting ? ", lasting" : ", once"));
          float outcome = 0;
          {
            FailingCalls calls(at, fault);
            outcome = load(io);
          }
          check(outcome, false);
          // What is only less than was asked for costs nothing.
          if (fault.kind == CallFault::kShort) {
            EXPECT_EQ(outcome, ScenarioCheckpoint::kOld);
          }
          if (HasFailure()) return;
        }
        if (fault.is_lasting) break;
      }
    }
  }
  print_figure("F6", {{"points", points_}, {"violations", violations_}});
}

TEST_P(ReadFaults, GiveAnErrorOrTheRightBytesWhateverBecomesOfAFile) {
  begin();
  const size_t file_count = there_.file_count();
  for (const IoMode io : kModes) {
    begin();
    const uint64_t count = count_calls(io);
    for (size_t number = 0; number < file_count; ++number) {
      for (const Happening& happening : kHappenings) {
        for (uint64_t at = 0; at < count; ++at) {
          begin();
          // Their names change from save to save.
          const auto names = *make_local_storage()->list_directory(there_.directory());
          const std::string file = join_path(there_.directory(), names[number]);
          SCOPED_TRACE(testing::Message() << io_mode_name(io) << ", call " << at << ", "
                                          << names[number] << ' ' << happening.name);
          const bool is_mapped = io == IoMode::kAuto || io == IoMode::kMap;
          if (is_mapped && happening.name == "shrinks") {
            points_ += loads_without_looking(io, at, happening, file);
            continue;
          }
          float outcome = 0;
          {
            FailingCalls calls;
            calls.run_at(at, false, [&] { happening.happen(file); });
            outcome = load(io);
          }
          check(outcome, false);
          if (HasFailure()) return;
        }
      }
    }
  }
  print_figure("F6", {{"points", points_}, {"violations", violations_}});
}

TEST_P(ReadFaults, GiveOneSaveOrTheOtherWhenItIsSavedOver) {
  for (const IoMode io : kModes) {
    begin();
    const uint64_t count = count_calls(io);
    for (uint64_t at = 0; at < count; ++at) {
      SCOPED_TRACE(testing::Message() << io_mode_name(io) << ", call " << at);
      begin();
      FailingCalls calls;
      calls.run_at(at, false, [&] {
        FailingCalls quick;
        EXPECT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
      });
      const float outcome = load(io);
      EXPECT_NE(outcome, kRefused);
      check(outcome, true);
      if (HasFailure()) return;
    }
  }
  print_figure("F6", {{"points", points_}, {"violations", violations_}});
}

}  // namespace
}  // namespace holdall
