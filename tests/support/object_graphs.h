// Object graphs for tests: made by hand, and those of the checkpoints under testdata/good.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/saver.h"
#include "holdall/storage.h"

namespace holdall {

struct DraftNode {
  std::vector<std::pair<std::string, int64_t>> children;        // name, id
  std::vector<std::pair<std::string, std::string>> attributes;  // full name, name of the tensor
  struct Slot {
    int64_t variable = 0;
    std::string name;
    int64_t node = 0;
  };
  std::vector<Slot> slots;
};

// The message.
std::string draft_object_graph(const std::vector<DraftNode>& nodes);

// The message that a checkpoint of testdata/good holds.
std::string stored_object_graph(std::string_view prefix);

// Saves `m` with a scalar for each name, valued 0, 1, ..., and the object graph.
void save_objects(const std::shared_ptr<Storage>& storage, const std::vector<std::string>& names,
                  const std::string& graph);

}  // namespace holdall
