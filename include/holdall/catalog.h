// Catalog: what a checkpoint contains and where its bytes lie, told from its headers and indexes
// alone. An immutable value; any number of threads may read one.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

class JoinedRows;

class HOLDALL_EXPORT Catalog {
 public:
  class Iterator;

  Catalog();
  // `tensors` in any order. Fails: kCorrupt if two have one name.
  static Result<Catalog> make(std::string path, std::string format, std::vector<std::string> files,
                              ByteOrder order, std::vector<TensorInfo> tensors);
  // Of tensors that take a few bytes each until somebody looks at them. Requires: names ascend.
  static Catalog make(std::string path, std::string format, std::vector<std::string> files,
                      ByteOrder order, JoinedRows rows);

  const std::string& path() const;                // prefix or file it was read from
  const std::string& format() const;              // "tf_bundle", ...
  const std::vector<std::string>& files() const;  // paths, by Extent::file_index
  ByteOrder byte_order() const;                   // of elements in the files

  size_t count() const;
  // In ascending byte order of names.
  Iterator begin() const;
  Iterator end() const;

  // Tensor number `index` of count(); stays where it is as long as a copy of the catalog lives.
  // Without the memory for it, one whose problem says so.
  const TensorInfo& operator[](size_t index) const;
  // Its name, without looking at the rest of it.
  std::string_view name(size_t index) const;

  // Null if there is none. Valid as long as the catalog, or a copy of it.
  const TensorInfo* find(std::string_view name) const;

  // Its number, if it is one of this catalog's.
  std::optional<size_t> index_of(const TensorInfo& tensor) const;

  // Stored bytes of all tensors.
  uint64_t size_bytes() const;

  // The catalog as one JSON object (docs/json.md, "catalog").
  std::string to_json(const CatalogJson& beside = {}) const;

  // One tensor a line, each an object (docs/json.md, "lines").
  std::string to_json_lines(const CatalogJson& beside = {}) const;

 private:
  struct Rep;
  explicit Catalog(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}

  std::shared_ptr<const Rep> rep_;  // never null: a move is a copy
};

// Goes through a catalog's tensors, as a pointer into an array of them would. Valid as long as the
// catalog stays where it is.
class Catalog::Iterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = TensorInfo;
  using difference_type = std::ptrdiff_t;
  using pointer = const TensorInfo*;
  using reference = const TensorInfo&;

  Iterator() = default;
  reference operator*() const { return (*catalog_)[index_]; }
  pointer operator->() const { return &**this; }
  reference operator[](difference_type n) const { return *(*this + n); }

  Iterator& operator+=(difference_type n) {
    index_ += static_cast<size_t>(n);
    return *this;
  }
  Iterator& operator-=(difference_type n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this -= 1; }
  Iterator operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  Iterator operator--(int) {
    const Iterator before = *this;
    --*this;
    return before;
  }
  friend Iterator operator+(Iterator a, difference_type n) { return a += n; }
  friend Iterator operator+(difference_type n, Iterator a) { return a += n; }
  friend Iterator operator-(Iterator a, difference_type n) { return a -= n; }
  friend difference_type operator-(const Iterator& a, const Iterator& b) {
    return static_cast<difference_type>(a.index_ - b.index_);
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }
  friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.index_ <=> b.index_; }

 private:
  friend class Catalog;
  Iterator(const Catalog* catalog, size_t index) : catalog_(catalog), index_(index) {}

  const Catalog* catalog_ = nullptr;
  size_t index_ = 0;
};

inline Catalog::Iterator Catalog::begin() const {
  return {this, 0};
}
inline Catalog::Iterator Catalog::end() const {
  return {this, count()};
}

}  // namespace holdall
