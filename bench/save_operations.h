// What the operations share, and those that save.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "holdall/session.h"
#include "holdall/status.h"
#include "operations.h"
#include "process_cost.h"
#include "workload_file.h"

namespace holdall::bench {

struct Task {
  RunOptions options;
  MadeWorkload workload;
};

struct Outcome {
  double seconds = 0;  // between start() and stop(), all such stretches together
  uint64_t repeats = 1;
  uint64_t size_bytes = 0;
  uint64_t sum = 0;
  uint64_t expected_sum = 0;
  std::string note = {};
  std::optional<ProcessCost> cost = {};  // since the first start()

  void start() {
    if (!cost) cost.emplace();
    watch = StopWatch();
  }
  // Requires: start() was called.
  void stop() {
    seconds += watch.seconds();
    cost->stop();
  }

  StopWatch watch = {};
};

// Of every byte of every variable.
uint64_t sum_of_session(const Session& session);

// All models, one checkpoint each, from memory into FOLDER/saved, which is gone afterwards.
Status save_cached(const Task& task, Session& session, Outcome& outcome);
Status save_async(const Task& task, Session& session, Outcome& outcome);
Status save_durable(const Task& task, Session& session, Outcome& outcome);

}  // namespace holdall::bench
