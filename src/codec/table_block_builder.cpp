#include "codec/table_block_builder.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/proto_wire.h"
#include "codec/sorted_table_layout.h"

namespace holdall {

void TableBlockBuilder::add(std::string_view key, std::span<const std::byte> value_head,
                            uint64_t missing_bytes) {
  assert(restart_interval_ > 0 && missing_bytes_ == 0);
  size_t shared = 0;
  if (entries_since_restart_ == restart_interval_) {
    assert(taken_bytes_ + contents_.size() <= UINT32_MAX);
    restarts_.push_back(static_cast<uint32_t>(taken_bytes_ + contents_.size()));
    entries_since_restart_ = 0;
  } else {
    shared = common_prefix_size(last_key_, key);
  }
  append_varint(contents_, shared);
  append_varint(contents_, key.size() - shared);
  append_varint(contents_, value_head.size() + missing_bytes);
  contents_ += key.substr(shared);
  contents_ += text_of(value_head);
  missing_bytes_ = missing_bytes;
  last_key_ = key;
  ++entries_since_restart_;
}

std::string TableBlockBuilder::take() {
  taken_bytes_ += contents_.size() + std::exchange(missing_bytes_, 0);
  return std::exchange(contents_, {});
}

uint64_t TableBlockBuilder::size_bytes() const {
  return taken_bytes_ + contents_.size() + missing_bytes_ +
         (restarts_.size() + 1) * sizeof(uint32_t);
}

std::string TableBlockBuilder::finish() {
  for (const uint32_t restart : restarts_) append_fixed(contents_, restart);
  append_fixed(contents_, static_cast<uint32_t>(restarts_.size()));
  last_key_.clear();
  restarts_ = {0};
  entries_since_restart_ = 0;
  taken_bytes_ = 0;
  return std::exchange(contents_, {});
}

}  // namespace holdall
