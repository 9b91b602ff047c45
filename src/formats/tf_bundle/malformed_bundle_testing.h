// For tables of malformed tensor bundles: a good checkpoint `m` of two tensors, the parts of which
// a row replaces. "ok" is sound in every row; "w" is the one that a row is about.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "checksum/crc32c.h"
#include "codec/sorted_table_testing.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/tf_dtypes.h"
#include "support/bundle_files.h"
#include "support/malformed_corpus.h"

namespace holdall::tf_bundle {

// The data file: 16 floats.
inline std::string bundle_data() {
  std::string data;
  for (int i = 0; i < 16; ++i) append_fixed(data, static_cast<uint32_t>(0x3f800000 + 0x1000 * i));
  return data;
}

inline uint32_t masked_crc_of(std::string_view bytes) {
  return crc32c_mask(crc32c(bytes_of(bytes)));
}

// Elements of the data file, as an entry that is right.
inline Entry entry_at(int64_t offset, Shape shape, DType dtype = DType::kF32) {
  Entry entry;
  entry.dtype_code = tf_code_of(dtype);
  entry.size_bytes = static_cast<int64_t>(*shape.element_count() * dtype_size_bytes(dtype));
  entry.offset = offset;
  const std::string data = bundle_data();
  entry.masked_crc32c = masked_crc_of(std::string_view(data).substr(
      static_cast<size_t>(offset), static_cast<size_t>(entry.size_bytes)));
  entry.shape = std::move(shape);
  return entry;
}

inline Entry ok_entry() {
  return entry_at(0, {2});
}
inline Entry w_entry() {
  return entry_at(8, {2});
}

// Two data files would be another checkpoint; the header says one.
inline OwnedEntry header_entry(std::string_view header = kPlainHeader) {
  return {"", std::string(header)};
}

inline MalformedCase bundle_case(std::string name, std::string line, std::string index,
                                 ExpectedVerdict expected, std::string data = bundle_data()) {
  return {"bundle_" + std::move(name),
          std::move(line),
          "m",
          {{"m.index", std::move(index)}, {"m.data-00000-of-00001", std::move(data)}},
          std::move(expected)};
}

// An index with these entries beside the header and "ok".
inline std::string index_with(OwnedEntries entries, std::string_view header = kPlainHeader) {
  entries.push_back(header_entry(header));
  entries.push_back({"ok", encode_entry(ok_entry())});
  std::sort(entries.begin(), entries.end(),
            [](const OwnedEntry& a, const OwnedEntry& b) { return a.key < b.key; });
  return *write_table(entries);
}

inline MalformedCase entry_case(std::string name, std::string line, std::string entry,
                                ExpectedVerdict expected) {
  return bundle_case(std::move(name), std::move(line), index_with({{"w", std::move(entry)}}),
                     std::move(expected));
}

inline MalformedCase entry_case(std::string name, std::string line, const Entry& entry,
                                ExpectedVerdict expected) {
  return entry_case(std::move(name), std::move(line), encode_entry(entry), std::move(expected));
}

}  // namespace holdall::tf_bundle
