// The collections of variables in a `.meta` file: TensorFlow's MetaGraphDef message, which
// TensorFlow 1's Saver writes beside a bundle (tf_bundle.md, "The .meta file").
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall::tf_bundle {

// Bytes of one collection at most: hundreds of thousands of variables.
inline constexpr uint64_t kMaxCollectionBytes = uint64_t{64} << 20;

// Names as a Saver writes them into a checkpoint: without ":0", and of the parts of a partitioned
// variable the whole's. In ascending order, each once; valid as long as the collection.
struct MetaCollection {
  std::vector<std::string_view> names;
  std::shared_ptr<const std::vector<std::byte>> bytes;  // what the names borrow

  bool has(std::string_view name) const;
};

struct MetaCollections {
  MetaCollection variables;  // all that a Saver saves
  MetaCollection trainable;
  MetaCollection model;
  MetaCollection averaged;  // those that have a moving average somewhere
  MetaCollection steps;
};

// Of the graph, which may take gigabytes, nothing is read. Collections that are not there are
// empty. Fails: kCorrupt, with the offset in the message; kUnsupported (text form, too large); kIo.
Result<MetaCollections> read_meta_collections(const Reader& file);

}  // namespace holdall::tf_bundle
