// Where a V1 file has the values of its slices. Each slice is an entry of a sorted table, and its
// values lie, varints or plain elements, in a message within the entry.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codec/table_file.h"
#include "holdall/dtype.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "holdall/tensor.h"

namespace holdall::tf_v1 {

struct FileRun {
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint32_t crc32c = 0;
};

// The values of a slice.
struct StoredValues {
  FileRun message;             // the message; or the Snappy block it is in
  uint64_t skipped_bytes = 0;  // of that block's original, before the field with the message
  uint64_t message_bytes = 0;
  std::optional<FileRun> elements;  // those alone, where they are plain little-endian ones
};

// A slice that is looked for.
struct SoughtSlice {
  Box slice;  // as it is spelled
  std::optional<StoredValues> found = {};
  Status status = {};  // what is wrong with what was found
};

// The slices of each tensor. A name is kept once, however many slices a file says it has.
class SoughtSlices {
 public:
  // The name must outlive the object.
  void add(std::string_view name, DType dtype, std::span<const Box> slices);

  // Null if it is not looked for.
  SoughtSlice* find(std::string_view name, const Box& slice);
  DType dtype_of(std::string_view name) const { return tensors_.at(name).dtype; }

  // Fails with what `use` fails with.
  Status for_each(const std::function<Status(std::string_view name, SoughtSlice&)>& use);

 private:
  struct Sought {
    DType dtype = DType::kUnknown;
    std::map<std::string, SoughtSlice> slices;  // by their keys, of a tensor without a name
  };
  std::map<std::string_view, Sought> tensors_;
};

// The value of the entry under the empty key, which is the first. Fails: kCorrupt, kIo, kExhausted
// (also: its block has more than `max_bytes`).
Result<std::string> read_saved_meta(const TableFile& table, uint64_t max_bytes);

// Fills in every slice: what is damaged or missing is told by its status. Blocks that hold several
// slices are read and checked; of a large block that holds one, only what is around its values.
// Fails: kCorrupt (the table), kIo, kExhausted.
Status find_slices(const Reader& file, const TableFile& table, SoughtSlices& slices);

}  // namespace holdall::tf_v1
