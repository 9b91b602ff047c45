#include "transfer/piece_reading.h"

#include <algorithm>
#include <vector>

#include "base/try.h"
#include "codec/deflate.h"
#include "codec/tf_strings.h"
#include "tensor/box_copy.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"
#include "tensor/transpose.h"
#include "transfer/block_reading.h"
#include "transfer/part_reading.h"
#include "transfer/proto_pieces.h"

namespace holdall {
namespace {

// Large pieces are read in blocks of this size, so that a reader can be told and can stop.
constexpr uint64_t kReadBlockBytes = uint64_t{16} << 20;

// Deflated bytes are read in blocks of this size.
constexpr uint64_t kDeflateBlockBytes = uint64_t{256} * 1024;

// Reads tensors that are not one run of bytes: in several pieces, in part, or to be decoded.
class PieceReader {
 public:
  // Requires: all outlive the reader.
  PieceReader(const ReadTask& task, const ReadOptions& options, ProgressMeter& meter,
              TransferCounters& counters)
      : catalog_(*task.catalog),
        files_(*task.files),
        options_(options),
        meter_(meter),
        counters_(counters),
        arena_(task.arena) {}

  Result<Tensor> read(const TensorRequest& request) {
    const TensorInfo& info = *request.info;
    const Box target = request.box ? *request.box : whole_box(info.shape);
    if (info.dtype == DType::kString) return read_strings(info, target);
    const bool is_one_whole_piece = info.pieces.size() == 1 && target == piece_box(info, 0);
    if (is_one_whole_piece) return read_whole(info, info.pieces[0], Shape(target.lengths));
    return assemble(info, target);
  }

 private:
  Result<std::shared_ptr<Buffer>> allocate(uint64_t size_bytes) const {
    return Buffer::allocate(size_bytes, arena_);
  }

  static Box piece_box(const TensorInfo& info, size_t i) {
    const Piece& piece = info.pieces[i];
    return piece.box.starts.empty() ? whole_box(info.shape) : piece.box;
  }

  const Reader& reader_of(const Piece& piece) const { return *files_[piece.extent.file_index]; }
  const std::string& path_of(const Piece& piece) const {
    return catalog_.files()[piece.extent.file_index];
  }
  bool needs_swap(const TensorInfo& info) const {
    return info.encoding != Encoding::kTensorProto && swapped_group(info, catalog_) > 1;
  }

  Status verify(const Piece& piece, std::span<const std::byte> bytes) {
    if (!options_.verify || !has_checksum(piece)) return {};
    return compare(piece, extend_checksum(piece, checksum_seed(piece), bytes));
  }

  Status compare(const Piece& piece, uint32_t calculated) {
    auto status = check_checksum_there(catalog_, piece, calculated);
    if (!status.ok()) return std::move(status).error().in_file(path_of(piece));
    counters_.bytes_verified += piece.extent.size_bytes;
    return {};
  }

  Status read_bytes(const Piece& piece, std::span<std::byte> into) {
    for (uint64_t at = 0; at < into.size(); at += kReadBlockBytes) {
      const auto block = into.subspan(at, std::min<uint64_t>(kReadBlockBytes, into.size() - at));
      auto status = reader_of(piece).read_exact(piece.extent.offset_in_file + at, block);
      if (!status.ok()) return std::move(status).error().in_file(path_of(piece));
      counters_.bytes_read += block.size();
      HOLDALL_TRY(meter_.add(block.size()));
    }
    return {};
  }

  Status inflate_bytes(const Piece& piece, std::span<std::byte> into) {
    std::vector<std::byte> skipped(piece.skipped_bytes);
    Inflater inflater(skipped, into);
    std::vector<std::byte> block(std::min(piece.extent.size_bytes, kDeflateBlockBytes));
    Status status;
    for (uint64_t at = 0; status.ok() && at < piece.extent.size_bytes; at += block.size()) {
      block.resize(std::min<uint64_t>(block.size(), piece.extent.size_bytes - at));
      status = reader_of(piece).read_exact(piece.extent.offset_in_file + at, block);
      if (status.ok()) status = inflater.append(block);
      counters_.bytes_read += block.size();
      if (status.ok()) status = meter_.add(block.size());
    }
    if (status.ok()) status = inflater.finish();
    if (!status.ok()) return std::move(status).error().in_file(path_of(piece));
    return {};
  }

  // The extent's bytes, verified.
  Result<std::shared_ptr<Buffer>> read_extent(const Piece& piece) {
    HOLDALL_ASSIGN(auto bytes, allocate(piece.extent.size_bytes));
    HOLDALL_TRY(read_bytes(piece, bytes->fill()));
    HOLDALL_TRY(verify(piece, bytes->bytes()));
    return bytes;
  }

  // Elements in this machine's order, unlike read_buffer()'s others.
  Result<std::shared_ptr<Buffer>> read_proto(const TensorInfo& info, const Piece& piece,
                                             const Box& box) {
    HOLDALL_ASSIGN(const auto stored, read_extent(piece));
    HOLDALL_ASSIGN(auto elements, allocate(element_count(box) * dtype_size_bytes(info.dtype)));
    auto status = decode_proto_piece(piece, stored->bytes(), info.dtype, elements->fill());
    if (!status.ok()) return std::move(status).error().in_file(path_of(piece));
    return elements;
  }

  // The elements of a piece that has this box, verified, in row-major order; their bytes are in the
  // file's order.
  Result<std::shared_ptr<Buffer>> read_buffer(const TensorInfo& info, const Piece& piece,
                                              const Box& box) {
    if (info.encoding == Encoding::kTensorProto) return read_proto(info, piece, box);
    const bool is_deflated = info.encoding == Encoding::kDeflate;
    HOLDALL_ASSIGN(auto buffer,
                   allocate(is_deflated ? element_count(box) * dtype_size_bytes(info.dtype)
                                        : piece.extent.size_bytes));
    HOLDALL_TRY(is_deflated ? inflate_bytes(piece, buffer->fill())
                            : read_bytes(piece, buffer->fill()));
    HOLDALL_TRY(verify(piece, buffer->bytes()));
    if (!info.is_column_major || box.lengths.size() < 2) return buffer;
    HOLDALL_ASSIGN(auto row_major, allocate(buffer->bytes().size()));
    to_row_major(buffer->bytes(), row_major->fill(), Shape(box.lengths),
                 dtype_size_bytes(info.dtype));
    return row_major;
  }

  Result<Tensor> read_whole(const TensorInfo& info, const Piece& piece, Shape shape) {
    HOLDALL_ASSIGN(auto buffer, read_buffer(info, piece, whole_box(shape)));
    if (needs_swap(info)) reverse_byte_groups(buffer->fill(), dtype_swap_bytes(info.dtype));
    return TensorFactory::make(info.dtype, std::move(shape), std::move(buffer));
  }

  bool may_read_parts(const TensorInfo& info) const {
    const bool wants_whole = options_.verify && options_.verify_parts.value_or(false);
    return !wants_whole && info.encoding == Encoding::kRaw && !info.is_column_major;
  }

  Result<Tensor> assemble(const TensorInfo& info, const Box& target) {
    HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(info.dtype, Shape(target.lengths)));
    HOLDALL_ASSIGN(auto buffer, allocate(size_bytes));
    for (size_t i = 0; i < info.pieces.size(); ++i) {
      const Box box = piece_box(info, i);
      const auto shared = intersect(box, target);
      if (!shared) continue;
      if (*shared != box && may_read_parts(info)) {
        const PartOfPiece part{info.pieces[i], box, target, dtype_size_bytes(info.dtype)};
        auto count = read_part(reader_of(part.piece), part, buffer->fill());
        if (!count.ok()) return std::move(count).error().in_file(path_of(part.piece));
        counters_.bytes_read += *count;
        HOLDALL_TRY(meter_.add(*count));
        continue;
      }
      HOLDALL_ASSIGN(const auto piece, read_buffer(info, info.pieces[i], box));
      copy_shared(piece->bytes(), box, buffer->fill(), target, dtype_size_bytes(info.dtype));
    }
    if (needs_swap(info)) reverse_byte_groups(buffer->fill(), dtype_swap_bytes(info.dtype));
    return TensorFactory::make(info.dtype, Shape(target.lengths), std::move(buffer));
  }

  // A string tensor's piece, its bytes in `keeper`.
  Result<TfStrings> read_string_piece(const TensorInfo& info, const Piece& piece, uint64_t count,
                                      std::shared_ptr<const Buffer>& keeper) {
    if (info.encoding == Encoding::kTensorProto) {
      HOLDALL_ASSIGN(const auto stored, read_extent(piece));
      auto strings = decode_proto_strings(piece, stored->bytes(), count, keeper);
      if (!strings.ok()) return std::move(strings).error().in_file(path_of(piece));
      return strings;
    }
    HOLDALL_ASSIGN(auto encoded, allocate(piece.extent.size_bytes));
    HOLDALL_TRY(read_bytes(piece, encoded->fill()));
    auto strings = decode_tf_strings(encoded->bytes(), count, catalog_.byte_order());
    if (!strings.ok()) return std::move(strings).error().in_file(path_of(piece));
    if (options_.verify && piece.crc32c) {
      HOLDALL_TRY(compare(piece, strings->crc32c));
    }
    keeper = std::move(encoded);
    return strings;
  }

  Result<Tensor> read_strings(const TensorInfo& info, const Box& target) {
    std::vector<std::string_view> strings;
    std::vector<std::shared_ptr<const Buffer>> keepers;
    for (size_t i = 0; i < info.pieces.size(); ++i) {
      const Piece& piece = info.pieces[i];
      const Box box = piece_box(info, i);
      if (piece.extent.size_bytes == 0 || (info.pieces.size() > 1 && !intersect(box, target)))
        continue;
      std::shared_ptr<const Buffer> keeper;
      HOLDALL_ASSIGN(TfStrings decoded, read_string_piece(info, piece, element_count(box), keeper));
      if (info.pieces.size() == 1 && target == box) {
        return TensorFactory::make_strings(Shape(target.lengths),
                                           Buffer::wrap(decoded.bytes, keeper, Backing::kOwned),
                                           std::move(decoded.ends));
      }
      strings.resize(element_count(target));
      place_strings(decoded, box, target, strings);
      keepers.push_back(std::move(keeper));
    }
    strings.resize(element_count(target));
    return Tensor::of_strings(Shape(target.lengths), strings);
  }

  static void place_strings(const TfStrings& decoded, const Box& box, const Box& target,
                            std::vector<std::string_view>& strings) {
    const auto* characters = reinterpret_cast<const char*>(decoded.bytes.data());
    for_each_shared_run(box, target, [&](uint64_t from, uint64_t to, uint64_t count) {
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t start = from + i == 0 ? 0 : decoded.ends[from + i - 1];
        strings[to + i] = {characters + start, decoded.ends[from + i] - start};
      }
    });
  }

  const Catalog& catalog_;
  const OpenFiles& files_;
  const ReadOptions& options_;
  ProgressMeter& meter_;
  TransferCounters& counters_;
  Arena* const arena_;
};

}  // namespace

Result<Tensor> read_pieces(const ReadTask& task, const TensorRequest& request,
                           const ReadOptions& options, ProgressMeter& meter,
                           TransferCounters& counters) {
  return PieceReader(task, options, meter, counters).read(request);
}

}  // namespace holdall
