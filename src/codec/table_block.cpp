#include "codec/table_block.h"

#include <algorithm>

#include "base/byte_cursor.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/sorted_table_layout.h"

namespace holdall {
namespace {

constexpr uint64_t kRestartSizeBytes = sizeof(uint32_t);

// Where keys share all that they can, their next bytes differ.
bool is_above(std::string_view suffix, std::string_view tail) {
  if (suffix.empty() || tail.empty() || suffix.front() == tail.front()) return suffix > tail;
  return static_cast<uint8_t>(suffix.front()) > static_cast<uint8_t>(tail.front());
}

}  // namespace

Result<TableBlock> TableBlock::parse(std::span<const std::byte> bytes, uint64_t offset_in_file) {
  if (bytes.size() < kRestartSizeBytes) {
    return corrupt(
        "bad block contents at byte {}: block has {} bytes, its restart count alone has {}",
        offset_in_file, bytes.size(), kRestartSizeBytes);
  }
  const uint64_t room_bytes = bytes.size() - kRestartSizeBytes;
  TableBlock block;
  block.offset_in_file_ = offset_in_file;
  block.restart_count_ = load_le<uint32_t>(bytes.data() + room_bytes);
  if (block.restart_count_ > room_bytes / kRestartSizeBytes) {
    return corrupt("bad block contents at byte {}: restart count is {}, {} bytes have room for {}",
                   offset_in_file, block.restart_count_, room_bytes,
                   room_bytes / kRestartSizeBytes);
  }
  const uint64_t restarts_size_bytes = block.restart_count_ * kRestartSizeBytes;
  block.entries_ = bytes.first(room_bytes - restarts_size_bytes);
  block.restarts_ = bytes.subspan(block.entries_.size(), restarts_size_bytes);
  // TensorFlow takes a block without restarts for empty and would not see such entries.
  if (block.restart_count_ == 0 && !block.entries_.empty()) {
    return corrupt(
        "bad block contents at byte {}: restart count is 0, but there are {} bytes of entries",
        offset_in_file, block.entries_.size());
  }
  if (block.restart_count_ > 0 && block.restart(0) != 0) {
    return corrupt(
        "bad block contents at byte {}: first restart is byte {} of the block, expected byte 0",
        offset_in_file, block.restart(0));
  }
  return block;
}

uint32_t TableBlock::restart(uint32_t index) const {
  return load_le<uint32_t>(restarts_.data() + index * kRestartSizeBytes);
}

// Without a Result: a walk over a large table does little else.
bool TableBlockCursor::read_entry(uint64_t offset_in_block, Entry& entry) const {
  ByteCursor cursor(block_.entries().subspan(offset_in_block));
  const auto shared = cursor.read_varint32();
  const auto suffix_size_bytes = shared ? cursor.read_varint32() : std::nullopt;
  const auto value_size_bytes = suffix_size_bytes ? cursor.read_varint32() : std::nullopt;
  // Taken one after the other: their sum in 32 bits, which LevelDB compares, can wrap.
  const auto suffix = value_size_bytes ? cursor.read_bytes(*suffix_size_bytes) : std::nullopt;
  const auto value = suffix ? cursor.read_bytes(*value_size_bytes) : std::nullopt;
  if (!value) return false;
  entry = {*shared, text_of(*suffix), *value, cursor.position()};
  return true;
}

// Requires: read_entry() is false.
Error TableBlockCursor::bad_entry(uint64_t offset_in_block) const {
  ByteCursor cursor(block_.entries().subspan(offset_in_block));
  const auto shared = cursor.read_varint32();
  const auto suffix_size_bytes = shared ? cursor.read_varint32() : std::nullopt;
  const auto value_size_bytes = suffix_size_bytes ? cursor.read_varint32() : std::nullopt;
  if (!value_size_bytes) {
    return corrupt(
        "bad entry in block at byte {}: entry at byte {} of it does not begin with three sizes",
        block_.offset_in_file(), offset_in_block);
  }
  return corrupt(
      "bad entry in block at byte {}: entry at byte {} of it needs {} bytes of key and {} "
      "of value, {} are left",
      block_.offset_in_file(), offset_in_block, *suffix_size_bytes, *value_size_bytes,
      cursor.remaining_bytes());
}

Status TableBlockCursor::next() {
  if (!has_more()) return leave();
  Entry entry;
  if (!read_entry(next_entry_, entry)) return bad_entry(next_entry_);
  HOLDALL_TRY(check_place_of(entry));
  return enter(entry);
}

// The restarts are checked against the entries as these go by, so that a search, which starts from
// restarts, finds what a walk sees.
Status TableBlockCursor::check_place_of(const Entry& entry) {
  if (next_restart_ < block_.restart_count() && block_.restart(next_restart_) <= next_entry_) {
    if (block_.restart(next_restart_) < next_entry_) return misplaced_restart(next_restart_);
    if (entry.shared != 0) {
      return corrupt(
          "bad entry in block at byte {}: entry at byte {} of it is a restart, but shares {} "
          "bytes with the key before it",
          block_.offset_in_file(), next_entry_, entry.shared);
    }
    ++next_restart_;
  }
  if (entry.shared > key_.size()) {
    return corrupt(
        "bad entry in block at byte {}: entry at byte {} of it shares {} bytes with a key of {}",
        block_.offset_in_file(), next_entry_, entry.shared, key_.size());
  }
  return {};
}

Status TableBlockCursor::enter(const Entry& entry) {
  const auto tail = std::string_view(key_).substr(entry.shared);
  if (has_entry_ && !is_above(entry.suffix, tail)) {
    const std::string key = key_.substr(0, entry.shared).append(entry.suffix);
    return corrupt("bad entry in block at byte {}: key {} does not come after {}",
                   block_.offset_in_file(), quote_front(key), quote_front(key_));
  }
  previous_tail_ = tail;
  has_previous_ = has_entry_;
  shared_ = entry.shared;
  key_.resize(entry.shared);
  key_ += entry.suffix;
  value_ = entry.value;
  next_entry_ += entry.size_bytes;
  has_entry_ = true;
  return {};
}

Status TableBlockCursor::leave() {
  has_entry_ = false;
  // A block without entries, as TensorFlow's metaindex, has one restart all the same.
  if (block_.entries().empty() && block_.restart_count() <= 1) return {};
  if (next_restart_ < block_.restart_count()) return misplaced_restart(next_restart_);
  return {};
}

Error TableBlockCursor::misplaced_restart(uint32_t index) const {
  return corrupt(
      "bad block contents at byte {}: restart {} is byte {} of the block, where no entry begins",
      block_.offset_in_file(), index, block_.restart(index));
}

bool TableBlockCursor::previous_key_is_below(std::string_view key) const {
  if (!has_previous_) return true;
  const int order = std::string_view(key_).substr(0, shared_).compare(key.substr(0, shared_));
  return order < 0 || (order == 0 && previous_tail_ < key.substr(std::min(shared_, key.size())));
}

Result<uint64_t> TableBlockCursor::checked_restart(uint32_t index) const {
  const uint64_t offset_in_block = block_.restart(index);
  if (offset_in_block >= block_.entries().size()) return misplaced_restart(index);
  return offset_in_block;
}

Result<uint32_t> TableBlockCursor::count_restarts_below(std::string_view target) const {
  uint32_t low = 0;
  uint32_t high = block_.entries().empty() ? 0 : block_.restart_count();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    HOLDALL_ASSIGN(const uint64_t offset_in_block, checked_restart(middle));
    Entry entry;
    if (!read_entry(offset_in_block, entry)) return bad_entry(offset_in_block);
    if (entry.suffix < target) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Status TableBlockCursor::seek(std::string_view target) {
  // From the last restart below the target, so that the entry before the one sought is passed too.
  HOLDALL_ASSIGN(const uint32_t below_count, count_restarts_below(target));
  next_restart_ = below_count == 0 ? 0 : below_count - 1;
  next_entry_ = 0;
  if (next_restart_ > 0) {
    HOLDALL_ASSIGN(next_entry_, checked_restart(next_restart_));
  }
  key_.clear();
  has_entry_ = false;
  // How many bytes the target and the key before the current one, which is below it, have in
  // common.
  size_t matched_bytes = 0;
  while (true) {
    HOLDALL_TRY(next());
    if (!has_entry_) return {};
    // A key that shares more has the byte, too, that puts the one before it below the target. Thus
    // no byte is compared twice, as it would be in a long run of keys with one long prefix.
    if (shared_ > matched_bytes) continue;
    const auto suffix = std::string_view(key_).substr(shared_);
    const auto rest = target.substr(shared_);
    if (suffix >= rest) return {};
    matched_bytes = shared_ + common_prefix_size(suffix, rest);
  }
}

}  // namespace holdall
