#include "codec/table_block_builder.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/proto_wire.h"
#include "codec/sorted_table_layout.h"

namespace holdall {

void TableBlockBuilder::add(std::string_view key, std::span<const std::byte> value) {
  assert(restart_interval_ > 0);
  size_t shared = 0;
  if (entries_since_restart_ == restart_interval_) {
    assert(contents_.size() <= UINT32_MAX);
    restarts_.push_back(static_cast<uint32_t>(contents_.size()));
    entries_since_restart_ = 0;
  } else {
    shared = common_prefix_size(last_key_, key);
  }
  append_varint(contents_, shared);
  append_varint(contents_, key.size() - shared);
  append_varint(contents_, value.size());
  contents_ += key.substr(shared);
  contents_ += text_of(value);
  last_key_ = key;
  ++entries_since_restart_;
}

uint64_t TableBlockBuilder::size_bytes() const {
  return contents_.size() + (restarts_.size() + 1) * sizeof(uint32_t);
}

std::string TableBlockBuilder::finish() {
  for (const uint32_t restart : restarts_) append_fixed(contents_, restart);
  append_fixed(contents_, static_cast<uint32_t>(restarts_.size()));
  last_key_.clear();
  restarts_ = {0};
  entries_since_restart_ = 0;
  return std::exchange(contents_, {});
}

}  // namespace holdall
