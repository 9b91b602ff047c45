#include "codec/table_index_builder.h"

#include <utility>

#include "codec/proto_wire.h"

namespace holdall {
namespace {

// Entries of the index block share nothing, so that readers search them by halves.
constexpr uint32_t kIndexRestartInterval = 1;

void append_handle(std::string& out, const TableBlockHandle& handle) {
  append_varint(out, handle.offset_in_file);
  append_varint(out, handle.size_bytes);
}

// A short key k with a <= k < b. Requires: a < b.
std::string make_separator(std::string_view a, std::string_view b) {
  const size_t at = common_prefix_size(a, b);
  if (at == a.size()) return std::string(a);
  const auto byte = static_cast<unsigned char>(a[at]);
  if (byte + 1 >= static_cast<unsigned char>(b[at])) return std::string(a);
  std::string separator(a.substr(0, at));
  separator += static_cast<char>(byte + 1);
  return separator;
}

// A short key k with a <= k.
std::string make_successor(std::string_view a) {
  const size_t at = a.find_first_not_of('\xff');
  if (at == std::string_view::npos) return std::string(a);
  std::string successor(a.substr(0, at));
  successor += static_cast<char>(static_cast<unsigned char>(a[at]) + 1);
  return successor;
}

}  // namespace

TableIndexBuilder::TableIndexBuilder() : block_(kIndexRestartInterval) {}

void TableIndexBuilder::list_before(std::string_view last_key, std::string_view next_key) {
  if (unlisted_block_) list(make_separator(last_key, next_key));
}

std::string TableIndexBuilder::finish(std::string_view last_key) {
  if (unlisted_block_) list(make_successor(last_key));
  return block_.finish();
}

void TableIndexBuilder::list(std::string_view key) {
  std::string handle;
  append_handle(handle, *std::exchange(unlisted_block_, std::nullopt));
  block_.add(key, bytes_of(handle));
}

std::string make_table_footer(const TableBlockHandle& metaindex, const TableBlockHandle& index) {
  std::string footer;
  append_handle(footer, metaindex);
  append_handle(footer, index);
  footer.resize(kTableFooterHandlesSizeBytes);
  append_fixed(footer, kTableMagic);
  return footer;
}

}  // namespace holdall
