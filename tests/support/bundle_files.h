// For tests of tensor bundles: a checkpoint's parts as items to save, the files that a layout makes
// of them, and indexes put together by hand.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/sorted_table_writer.h"
#include "formats/format.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"

namespace holdall {

// All tensors, the parts of partitioned ones apart, in the order in which their bytes lie in the
// files; with their data files.
std::vector<SaveItem> items_of(const Checkpoint& checkpoint);

// The file's number and the count of files, of the name of a data file.
struct ShardName {
  uint32_t shard = 0;
  uint32_t shard_count = 1;
};
ShardName shard_name_of(std::string_view data_path);

// Path and bytes of each file that saving the items as `prefix` writes. The test fails if it cannot
// be laid out.
std::map<std::string, std::string> lay_out_bundle(const std::string& prefix,
                                                  std::span<const SaveItem> items,
                                                  const SaveOptions& options,
                                                  const TableWriterOptions& table_options);

// Saves the items into the storage as `path`, making its directory. The test fails if that does.
void save_checkpoint(const std::shared_ptr<Storage>& storage, const std::string& path,
                     std::vector<SaveItem> items, SaveOptions options = {});

// The same, and opened again.
Checkpoint save_and_open(const std::shared_ptr<Storage>& storage, const std::string& path,
                         std::vector<SaveItem> items, SaveOptions options = {});

// The header of one little-endian data file, as messages have it.
inline constexpr std::string_view kPlainHeader{"\x08\x01\x1a\x02\x08\x01", 6};

// An index file: these entries (key, value), in their order, which must ascend.
std::string draft_index(const std::vector<std::pair<std::string, std::string>>& entries);

}  // namespace holdall
