// What readers and writers of .npz and .npy share: the array's header and its limits (npz.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::npz {

inline constexpr std::string_view kNpySuffix = ".npy";
inline constexpr std::string_view kNpyMagic = "\x93NUMPY";

// Magic, version, and the length of the rest in at most four bytes.
inline constexpr uint64_t kFrontBytes = 12;

// Headers are a line of text. NumPy's own limit is 10,000 bytes by default, which a reader may
// raise; versions that count in 16 bits hold no more than this.
inline constexpr uint64_t kMaxHeaderBytes = 65535;

// NumPy's arrays have no more dimensions.
inline constexpr size_t kMaxRank = 64;

// Where an array's bytes begin, a multiple of it.
inline constexpr uint64_t kAlignment = 64;

// An array's header.
struct NpyHeader {
  std::string descr;              // of the dtype, as the file has it
  DType dtype = DType::kUnknown;  // kUnknown: Holdall has no such type
  ByteOrder byte_order = ByteOrder::kLittle;
  bool is_column_major = false;
  Shape shape;
  uint64_t size_bytes = 0;  // of the header, with all before it
};

// The header's whole size, from a file's first kFrontBytes bytes (or fewer, if it has no more).
// Fails: kCorrupt, kUnsupported (version).
Result<uint64_t> npy_header_size(std::span<const std::byte> front);

// Requires: as many bytes as npy_header_size() says. Fails: kCorrupt, kUnsupported.
Result<NpyHeader> parse_npy_header(std::span<const std::byte> header);

// Why tensors of that descr cannot be read.
Error unknown_descr(std::string_view descr);

// "<f4"; "" for a dtype that NumPy does not have.
std::string descr_of(DType dtype, ByteOrder order);

// In NumPy's own bytes.
std::string make_npy_header(std::string_view descr, const Shape& shape);

}  // namespace holdall::npz
