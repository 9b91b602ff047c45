// The index block and the footer of a sorted table, for its writers (sorted_table_layout.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/sorted_table_layout.h"
#include "codec/table_block_builder.h"

namespace holdall {

class TableIndexBuilder {
 public:
  TableIndexBuilder();

  // A data block was written.
  void add(const TableBlockHandle& block) { unlisted_block_ = block; }

  // Now that the key behind the last one is known, how short a key separates the block from the
  // next. Nothing if the block is listed already.
  void list_before(std::string_view last_key, std::string_view next_key);

  // The index block, with no key to come.
  std::string finish(std::string_view last_key);

 private:
  void list(std::string_view key);

  TableBlockBuilder block_;
  std::optional<TableBlockHandle> unlisted_block_;
};

std::string make_table_footer(const TableBlockHandle& metaindex, const TableBlockHandle& index);

}  // namespace holdall
