#include "formats/npz/npz_reader.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/checked_math.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32.h"
#include "codec/deflate.h"
#include "codec/zip_reader.h"
#include "formats/format.h"
#include "formats/npz/npz_layout.h"
#include "tensor/tensor_factory.h"

namespace holdall::npz {
namespace {

// A header is a hundred bytes; one read gives most of them.
constexpr uint64_t kFirstReadBytes = 256;

// A longest header, deflated as badly as an honest compressor would.
constexpr uint64_t kMaxDeflatedHeaderBytes = uint64_t{2} * 65536;

Result<std::vector<std::byte>> read_at(const Reader& file, uint64_t offset, uint64_t size) {
  std::vector<std::byte> bytes(size);
  HOLDALL_TRY(file.read_exact(offset, bytes));
  return bytes;
}

Error too_short(uint64_t size_bytes) {
  return make_error(Code::kCorrupt, reason::kCutShort,
                    "its {} bytes end within the header of the array", size_bytes);
}

// The array's header, of bytes that `read_front(n)` gives the first n of, at most `size_bytes`.
template <class ReadFront>
Result<std::vector<std::byte>> read_header(uint64_t size_bytes, ReadFront read_front) {
  HOLDALL_ASSIGN(auto front, read_front(std::min(size_bytes, kFirstReadBytes)));
  HOLDALL_ASSIGN(const uint64_t header_bytes, npy_header_size(front));
  if (header_bytes > size_bytes) return too_short(size_bytes);
  if (header_bytes > front.size()) {
    HOLDALL_ASSIGN(front, read_front(header_bytes));
  }
  front.resize(header_bytes);
  return front;
}

Result<std::vector<std::byte>> read_stored_header(const Reader& file, uint64_t offset,
                                                  uint64_t size_bytes) {
  return read_header(size_bytes, [&](uint64_t n) { return read_at(file, offset, n); });
}

Result<std::vector<std::byte>> read_deflated_header(const Reader& file, const ZipEntry& entry) {
  return read_header(entry.original_bytes, [&](uint64_t n) -> Result<std::vector<std::byte>> {
    const uint64_t deflated_bytes = std::min(
        entry.stored_bytes, n <= kFirstReadBytes ? 2 * kFirstReadBytes : kMaxDeflatedHeaderBytes);
    HOLDALL_ASSIGN(const auto deflated, read_at(file, entry.data_offset, deflated_bytes));
    std::vector<std::byte> front(n);
    HOLDALL_ASSIGN(const uint64_t count, inflate_front(deflated, front));
    if (count < n) {
      return corrupt("its first {} deflated bytes give {} bytes, its header has {}", deflated_bytes,
                     count, n);
    }
    return front;
  });
}

// Whether dtype and shape ask for the bytes that there are.
Status check_size(const NpyHeader& header, uint64_t stored_bytes) {
  if (header.dtype == DType::kUnknown) return unknown_descr(header.descr);
  const auto expected = tensor_size_bytes(header.dtype, header.shape);
  if (!expected.ok()) {
    return corrupt("the array is too large, its shape is {}", header.shape.to_string());
  }
  if (stored_bytes < *expected) {
    return make_error(Code::kCorrupt, reason::kCutShort,
                      "{} bytes follow the header, {} of shape {} take {}; the file may be cut "
                      "short",
                      stored_bytes, quote(header.descr), header.shape.to_string(), *expected);
  }
  if (stored_bytes > *expected) {
    return unsupported("{} bytes follow the array; only files of one array are read",
                       stored_bytes - *expected);
  }
  return {};
}

void fill(TensorInfo& info, const NpyHeader& header) {
  info.dtype = header.dtype;
  info.shape = header.shape;
  if (header.byte_order == ByteOrder::kBig) info.byte_order = ByteOrder::kBig;
  info.is_column_major = header.is_column_major && header.shape.rank() > 1;
}

Status read_member(const Reader& file, const ZipEntry& entry, TensorInfo& info) {
  if (!entry.name.ends_with(kNpySuffix)) {
    return unsupported("the member does not end in '{}', it is no array", kNpySuffix);
  }
  if (entry.is_deflated && entry.original_bytes / kMaxDeflateExpansion > entry.stored_bytes) {
    return corrupt("{} deflated bytes cannot give the {} that they should", entry.stored_bytes,
                   entry.original_bytes);
  }
  HOLDALL_ASSIGN(const auto bytes, entry.is_deflated ? read_deflated_header(file, entry)
                                                     : read_stored_header(file, entry.data_offset,
                                                                          entry.stored_bytes));
  HOLDALL_ASSIGN(const NpyHeader header, parse_npy_header(bytes));
  fill(info, header);
  HOLDALL_TRY(check_size(header, entry.original_bytes - header.size_bytes));
  Piece piece;
  piece.crc32 = ZipChecksum{entry.crc32, crc32(bytes)};
  piece.extent = {0, entry.data_offset, entry.stored_bytes};
  if (entry.is_deflated) {
    info.encoding = Encoding::kDeflate;
    piece.skipped_bytes = header.size_bytes;
  } else {
    piece.extent.offset_in_file += header.size_bytes;
    piece.extent.size_bytes -= header.size_bytes;
  }
  info.pieces.push_back(std::move(piece));
  return {};
}

std::string tensor_name_of(std::string_view member) {
  if (member.ends_with(kNpySuffix)) member.remove_suffix(kNpySuffix.size());
  return std::string(member);
}

void set_problem(TensorInfo& info, Error error, const std::string& path) {
  info.problem = std::make_shared<const Error>(std::move(error).in_file(path).in_tensor(info.name));
  info.pieces.clear();
}

Result<std::vector<TensorInfo>> read_members(const Reader& file, const std::string& path,
                                             const OpenLimits& limits) {
  HOLDALL_ASSIGN(const auto entries, read_zip_entries(file, limits.index_bytes));
  HOLDALL_TRY(check_tensor_count(entries.size(), limits));
  std::vector<TensorInfo> infos;
  for (const ZipEntry& entry : entries) {
    // Programs that pack folders give each an entry of its own.
    if (entry.name.ends_with('/') && entry.original_bytes == 0) continue;
    TensorInfo info;
    info.name = tensor_name_of(entry.name);
    info.size_bytes = entry.stored_bytes;
    if (auto status = read_member(file, entry, info); !status.ok()) {
      Error error = std::move(status).error();
      if (error.code == Code::kIo) return std::move(error).in_tensor(info.name);
      set_problem(info, std::move(error), path);
    } else {
      info.size_bytes = info.pieces[0].extent.size_bytes;
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

Result<std::vector<TensorInfo>> read_array(const Reader& file, const std::string& path,
                                           const OpenLimits&) {
  TensorInfo info;
  info.name = tensor_name_of(base_name_of(path));
  const uint64_t file_bytes = file.size_bytes();
  HOLDALL_ASSIGN(const auto bytes, read_stored_header(file, 0, file_bytes));
  HOLDALL_ASSIGN(const NpyHeader header, parse_npy_header(bytes));
  fill(info, header);
  info.size_bytes = file_bytes - header.size_bytes;
  if (auto status = check_size(header, info.size_bytes); !status.ok()) {
    set_problem(info, std::move(status).error(), path);
  } else {
    Piece piece;
    piece.extent = {0, header.size_bytes, info.size_bytes};
    info.pieces.push_back(std::move(piece));
  }
  return std::vector<TensorInfo>{std::move(info)};
}

template <class Read>
Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                             const OpenLimits& limits, const char* format, Read read) {
  HOLDALL_ASSIGN(const auto file, storage.open_reader(path));
  auto infos = read(*file, path, limits);
  if (!infos.ok()) return std::move(infos).error().in_file(path);
  auto catalog = Catalog::make(path, format, {path}, ByteOrder::kLittle, *std::move(infos));
  if (!catalog.ok()) return std::move(catalog).error().in_file(path);
  return catalog;
}

bool begins_with(std::span<const std::byte> bytes, std::string_view text) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())
      .starts_with(text);
}

}  // namespace

bool is_npz(const Storage& storage, const std::string& path) {
  const auto head = read_first_bytes(storage, path, kZipLocalBytes);
  // An archive without members is its end alone.
  if (begins_with(head, "PK\x05\x06")) return true;
  if (head.size() < kZipLocalBytes || load_le<uint32_t>(head.data()) != kZipLocalMagic) {
    return false;
  }
  const uint64_t name_bytes = load_le<uint16_t>(head.data() + 26);
  const auto front = read_first_bytes(storage, path, kZipLocalBytes + name_bytes);
  const std::string_view text(reinterpret_cast<const char*>(front.data()), front.size());
  if (text.ends_with(kNpySuffix)) return true;
  const auto file = storage.open_reader(path);
  if (!file.ok()) return false;
  const auto entries = read_zip_entries(**file);
  return entries.ok() && std::all_of(entries->begin(), entries->end(), [](const ZipEntry& entry) {
           return entry.name.ends_with(kNpySuffix) || entry.name.ends_with('/');
         });
}

bool is_npy(const Storage& storage, const std::string& path) {
  return begins_with(read_first_bytes(storage, path, kNpyMagic.size()), kNpyMagic);
}

Result<Catalog> read_npz_catalog(const Storage& storage, const std::string& path,
                                 const OpenLimits& limits) {
  return read_catalog(storage, path, limits, "npz", read_members);
}

Result<Catalog> read_npy_catalog(const Storage& storage, const std::string& path,
                                 const OpenLimits& limits) {
  return read_catalog(storage, path, limits, "npy", read_array);
}

Result<uint64_t> count_header_bytes(const Reader& file, const Catalog& catalog) {
  const auto entries = read_zip_entries(file);
  if (!entries.ok() && entries.error().code == Code::kIo) return entries.error();
  if (!entries.ok()) return uint64_t{0};
  uint64_t sum = 0;
  for (const ZipEntry& entry : *entries) {
    const TensorInfo* info = catalog.find(tensor_name_of(entry.name));
    if (info == nullptr || info->pieces.empty()) continue;
    const uint64_t of_elements = info->pieces[0].extent.size_bytes;
    sum += entry.stored_bytes - std::min(entry.stored_bytes, of_elements);
  }
  return sum;
}

}  // namespace holdall::npz
