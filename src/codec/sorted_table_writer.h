// Writes a sorted table (sorted_table_layout.h) as TensorFlow does: equal entries and options give
// equal bytes. It holds one block in memory, hands finished bytes to a sink in the order of the
// file, and belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "codec/sorted_table_layout.h"
#include "codec/table_block_builder.h"
#include "codec/table_index_builder.h"
#include "holdall/status.h"

namespace holdall {

// The defaults are what TensorFlow writes V2 indexes and V1 checkpoints with.
struct TableWriterOptions {
  // A data block ends once it has this many bytes. Requires: at most 2^30, since blocks address
  // their entries in 32 bits.
  uint64_t block_size_bytes = 262144;
  uint32_t restart_interval = 16;  // of data blocks. Requires: not 0
  // Blocks that Snappy does not shrink by more than an eighth are stored as they are.
  TableCompression compression = TableCompression::kNone;
};

// Takes the next bytes of a file. They are the writer's and live as long as the call.
using ByteSink = std::function<Status(std::span<const std::byte>)>;

class SortedTableWriter {
 public:
  explicit SortedTableWriter(ByteSink sink, const TableWriterOptions& options = {});

  // kInvalidArgument, and nothing is added, if `key` is not above all keys before it, key or value
  // have more than 2^32 - 1 bytes, or the table is finished. An error of the sink is returned as it
  // is, by this call and all later ones.
  Status add(std::string_view key, std::span<const std::byte> value);

  // Writes what is left: the last entries, the index block and the footer. Fails like add().
  Status finish();

  uint64_t entry_count() const { return entry_count_; }

 private:
  Status check_open() const;
  Status append(std::string_view key, std::span<const std::byte> value);
  Status write_end();
  // Ends the data block, if it has entries.
  Status flush();
  Result<TableBlockHandle> write_block(const std::string& contents);
  Status write(std::string_view bytes);

  ByteSink sink_;
  TableWriterOptions options_;
  TableBlockBuilder data_block_;
  TableIndexBuilder index_;
  std::string last_key_;
  uint64_t entry_count_ = 0;
  uint64_t offset_in_file_ = 0;
  bool is_finished_ = false;
  Status sink_status_;
};

struct TableEntry {
  std::string_view key;
  std::span<const std::byte> value;
};

// A whole table in memory. Fails like SortedTableWriter::add().
Result<std::string> make_sorted_table(std::span<const TableEntry> entries,
                                      const TableWriterOptions& options = {});

}  // namespace holdall
