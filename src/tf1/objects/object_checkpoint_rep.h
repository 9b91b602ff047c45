// The insides of an ObjectCheckpoint.
#pragma once

#include <mutex>
#include <vector>

#include "holdall/tf1_objects.h"

namespace holdall::tf1 {

struct ObjectCheckpoint::Rep {
  // The objects, and the counter of saves where there is one that the root does not call yet.
  std::vector<TrackedObject> all_objects() const;

  // One more than the counter says, which it then says too.
  Result<int64_t> next_number(Session& session);

  Variable counter_in(Graph& graph, bool use_resource);

  mutable std::recursive_mutex mutex;  // guards what follows; held while a number is taken
  std::vector<TrackedObject> objects = std::vector<TrackedObject>(1);
  Variable counter;
};

}  // namespace holdall::tf1
