// Catalog: what a checkpoint contains and where its bytes lie, told from its headers and indexes
// alone. An immutable value; any number of threads may read one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/inline_vector.h"
#include "holdall/roles.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

// `size_bytes` bytes from `offset_in_file` on, in file number `file_index` of the catalog's
// files().
struct Extent {
  uint32_t file_index = 0;
  uint64_t offset_in_file = 0;
  uint64_t size_bytes = 0;
};

// How an extent's bytes spell the elements.
enum class Encoding : uint8_t {
  kRaw,          // row-major elements, no padding
  kTfStrings,    // TensorFlow's string tensors: lengths, their checksum, then the strings
  kDeflate,      // one deflate stream (RFC 1951): Piece::skipped_bytes bytes, then what kRaw has
  kTensorProto,  // TensorFlow's TensorProto message. If Piece::skipped_bytes is not 0: a Snappy
                 // block in which, behind that many bytes, a field holds the message
};

enum class ByteOrder : uint8_t { kLittle, kBig };

// The CRC-32 that zip archives store, of a run of bytes that ends with a piece's elements.
struct ZipChecksum {
  uint32_t value = 0;
  uint32_t seed = 0;  // the CRC-32 of the run's bytes before the elements
};

// A part of a tensor that is stored in one run of bytes.
struct Piece {
  Extent extent;
  Box box;  // which elements these are, every length >= 0; of rank 0 if the piece is the whole
            // tensor
  std::optional<uint32_t> crc32c;         // of the bytes (kTfStrings: as that encoding defines it)
  std::optional<ZipChecksum> crc32 = {};  // of the elements (kDeflate: once they are inflated)
  uint64_t skipped_bytes = 0;             // kDeflate, kTensorProto: what is before the elements
};

// One tensor of a checkpoint.
struct TensorInfo {
  std::string name;
  DType dtype = DType::kUnknown;
  Shape shape;
  uint64_t size_bytes = 0;  // stored bytes of all pieces
  Encoding encoding = Encoding::kRaw;
  InlineVector<Piece, 1> pieces;  // one, or several that together make up the tensor
  // Why the tensor cannot be read, though the rest of the checkpoint can; null if nothing is wrong.
  // Its place names the file and the tensor.
  std::shared_ptr<const Error> problem;
  // The name in the file, where `name` is another (see NameView); else empty.
  std::string stored_name = {};
  // What the tensor is for, where the file itself tells.
  std::optional<Role> role = {};
  std::optional<ByteOrder> byte_order = {};  // of its elements, where it is not the catalog's
  bool is_column_major = false;              // the first axis varies fastest in the file (Fortran)
};

// What stands beside a catalog's own members in its JSON.
struct CatalogJson {
  std::string scope = {};  // where its tensors go; "" is left out
  std::vector<std::string> notes = {};
};

class HOLDALL_EXPORT Catalog {
 public:
  Catalog() = default;
  // `tensors` in any order. Fails: kCorrupt if two have one name.
  static Result<Catalog> make(std::string path, std::string format, std::vector<std::string> files,
                              ByteOrder order, std::vector<TensorInfo> tensors);

  const std::string& path() const { return path_; }      // prefix or file it was read from
  const std::string& format() const { return format_; }  // "tf_bundle", ...
  const std::vector<std::string>& files() const { return files_; }  // paths, by Extent::file_index
  ByteOrder byte_order() const { return byte_order_; }              // of elements in the files

  size_t count() const { return tensors_.size(); }
  const TensorInfo* begin() const { return tensors_.data(); }  // in ascending byte order of names
  const TensorInfo* end() const { return tensors_.data() + tensors_.size(); }

  // Null if there is none. Valid as long as the catalog.
  const TensorInfo* find(std::string_view name) const;

  // Stored bytes of all tensors.
  uint64_t size_bytes() const;

  // The catalog as one JSON object (docs/json.md, "catalog").
  std::string to_json(const CatalogJson& beside = {}) const;

  // One tensor a line, each an object (docs/json.md, "lines").
  std::string to_json_lines(const CatalogJson& beside = {}) const;

 private:
  std::string path_;
  std::string format_;
  std::vector<std::string> files_;
  ByteOrder byte_order_ = ByteOrder::kLittle;
  std::vector<TensorInfo> tensors_;
};

}  // namespace holdall
