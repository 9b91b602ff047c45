// Where values of nested objects are stored, and the message that tells TensorFlow 2 whose they
// are.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "holdall/status.h"
#include "holdall/tf1_objects.h"

namespace holdall::tf1 {

// What the counter of saves is called by the root.
inline constexpr std::string_view kSaveCounter = "save_counter";
// Its key.
std::string save_counter_key();

struct KeyedVariable {
  size_t object = 0;
  std::string key;
  Variable variable;
};

// The variables that the root leads to, each by the shortest way and in the order of ways.
// Fails: kInvalidArgument (a child that is not in the list).
Result<std::vector<KeyedVariable>> keyed_variables(std::span<const TrackedObject> objects);

// TensorFlow's TrackableObjectGraph. Requires: children that are in the list.
std::string encode_object_graph(std::span<const TrackedObject> objects,
                                std::span<const KeyedVariable> variables);

}  // namespace holdall::tf1
