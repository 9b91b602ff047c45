// The object graph of an object-based checkpoint: TensorFlow's TrackableObjectGraph message, stored
// as a string tensor (tf_bundle.md, "Object-based checkpoints").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "holdall/status.h"

namespace holdall::tf_bundle {

// The tensor that makes a checkpoint an object-based one.
inline constexpr std::string_view kObjectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

// All texts borrow the message. Node 0 is the root; every id is below nodes().size(). Cycles are
// fine.
struct ObjectGraph {
  struct Child {
    uint32_t node = 0;
    std::string_view name;  // as its parent calls it; not escaped
  };
  struct Attribute {
    std::string_view full_name;  // of the variable; empty for what is none
    std::string_view key;        // of the tensor in the checkpoint
  };
  struct Slot {
    uint32_t variable = 0;  // whose slot it is
    uint32_t node = 0;      // the slot itself
    std::string_view name;  // "m"
  };
  // Of an optimizer, its slots; of the objects of a model, no slots.
  struct Node {
    std::span<const Child> children;
    std::span<const Attribute> attributes;
    std::span<const Slot> slots;
  };

  size_t node_count() const { return ends.size(); }
  Node node(size_t id) const;

  // Of all nodes, in the order of their ids; and where each node's end, so that a node costs a
  // hostile file about as much as it does us.
  struct Ends {
    uint32_t children = 0;
    uint32_t attributes = 0;
    uint32_t slots = 0;
  };
  std::vector<Child> children;
  std::vector<Attribute> attributes;
  std::vector<Slot> slots;
  std::vector<Ends> ends;
};

// Fails: kCorrupt, with the offset in the message.
Result<ObjectGraph> parse_object_graph(std::span<const std::byte> message);

}  // namespace holdall::tf_bundle
