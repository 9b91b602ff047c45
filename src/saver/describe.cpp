#include "holdall/describe.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/guard.h"
#include "base/message.h"
#include "base/try.h"
#include "holdall/text.h"
#include "saver/checkpoint_access.h"
#include "saver/slice_reading.h"
#include "tensor/format_edges.h"
#include "tensor/numbers.h"
#include "tensor/statistics.h"
#include "tensor/tensor_factory.h"

namespace holdall {
namespace {

// Elements that become doubles together.
constexpr uint64_t kBlockElements = 4096;

// Takes a tensor's elements as they come by: counts them, and keeps those that will be shown.
class ElementWatcher {
 public:
  ElementWatcher(DType dtype, const Shape& shape) : dtype_(dtype), shape_(shape) {}

  Status add(std::span<const std::byte> bytes) {
    HOLDALL_TRY(keep(bytes));
    return count(bytes);
  }

  Status count(std::span<const std::byte> bytes) {
    const uint64_t block_bytes = kBlockElements * dtype_size_bytes(dtype_);
    while (doubles_per_element(dtype_) == 1 && !bytes.empty()) {
      const auto block = bytes.first(std::min<uint64_t>(bytes.size(), block_bytes));
      HOLDALL_TRY(to_doubles(dtype_, block, numbers_));
      statistics_.add(numbers_);
      bytes = bytes.subspan(block.size());
    }
    return {};
  }

  std::optional<TensorStatistics> statistics() const {
    if (doubles_per_element(dtype_) != 1) return std::nullopt;
    return statistics_.result();
  }

  Result<std::string> values() {
    if (kept_ == nullptr) return std::string("[]");
    const bool is_part = is_shown_in_part(shape_);
    const Shape kept_shape = is_part ? Shape{static_cast<int64_t>(shown_.size())} : shape_;
    HOLDALL_ASSIGN(const Tensor tensor, TensorFactory::make(dtype_, kept_shape, kept_));
    return is_part ? format_edges(shape_, tensor) : format_values(tensor);
  }

 private:
  Status keep(std::span<const std::byte> bytes) {
    const uint64_t size = dtype_size_bytes(dtype_);
    // Not before there are elements: a damaged shape may promise any number of them.
    if (kept_ == nullptr) {
      shown_ = is_shown_in_part(shape_) ? edge_elements(shape_)
                                        : all_elements(shape_.element_count().value_or(0));
      HOLDALL_ASSIGN(kept_, Buffer::allocate(shown_.size() * size));
    }
    const uint64_t end = done_ + bytes.size() / size;
    for (; next_ < shown_.size() && shown_[next_] < end; ++next_) {
      const auto element = bytes.subspan((shown_[next_] - done_) * size, size);
      std::memcpy(kept_->fill().data() + next_ * size, element.data(), size);
    }
    done_ = end;
    return {};
  }

  static std::vector<uint64_t> all_elements(uint64_t count) {
    std::vector<uint64_t> all(count);
    std::iota(all.begin(), all.end(), uint64_t{0});
    return all;
  }

  const DType dtype_;
  const Shape& shape_;
  StatisticsGatherer statistics_;
  std::vector<double> numbers_;
  std::vector<uint64_t> shown_;  // numbers of elements, ascending
  std::shared_ptr<Buffer> kept_;
  uint64_t done_ = 0;
  size_t next_ = 0;
};

// The whole tensor, or the slice, under the slice's shape.
Result<Tensor> read_values(const Checkpoint& checkpoint, const TensorInfo& info,
                           const DescribeOptions& options, const TensorDescription& description) {
  const ReadOptions read_options{.verify = options.verify, .verify_parts = options.verify_parts};
  if (!description.slice) return checkpoint.read(info.name, read_options);
  const auto& [box, shape] = *description.slice;
  HOLDALL_ASSIGN(Tensor tensor, checkpoint.read_box(info.name, box, read_options));
  return TensorFactory::with_shape(std::move(tensor), shape);
}

Status describe_in_memory(const Checkpoint& checkpoint, const TensorInfo& info,
                          const DescribeOptions& options, TensorDescription& description) {
  HOLDALL_ASSIGN(const Tensor tensor, read_values(checkpoint, info, options, description));
  ElementWatcher watcher(info.dtype, tensor.shape());
  HOLDALL_TRY(watcher.count(tensor.bytes()));
  description.statistics = watcher.statistics();
  description.values =
      format_values(tensor, options.all_values ? ValuesShown::kAll : ValuesShown::kEdges);
  return {};
}

Status describe_stream(const Checkpoint& checkpoint, const TensorInfo& info,
                       const DescribeOptions& options, TensorDescription& description) {
  SliceOptions slice{{}, options.verify, options.verify_parts, options.window_bytes};
  if (description.slice) slice.box = description.slice->box;
  ElementWatcher watcher(info.dtype, description.slice ? description.slice->shape : info.shape);
  ProgressMeter meter(options.progress, slice_size_bytes(info, slice.box));
  HOLDALL_TRY(read_slice(checkpoint, info, slice, meter,
                         [&](std::span<const std::byte> bytes) { return watcher.add(bytes); }));
  description.statistics = watcher.statistics();
  HOLDALL_ASSIGN(description.values, watcher.values());
  return {};
}

}  // namespace

Result<TensorDescription> describe(const Checkpoint& checkpoint, std::string_view name,
                                   const DescribeOptions& options) {
  return guarded([&]() -> Result<TensorDescription> {
    HOLDALL_ASSIGN(const TensorInfo* info, CheckpointAccess::find(checkpoint, name));
    const Catalog& catalog = checkpoint.catalog();
    TensorDescription description;
    description.checkpoint_path = catalog.path();
    description.name = info->name;
    description.dtype = info->dtype;
    description.shape = info->shape;
    description.size_bytes = info->size_bytes;
    description.role = checkpoint.role(*info);
    description.files = catalog.files();
    description.pieces.assign(info->pieces.begin(), info->pieces.end());
    if (!options.slice.empty()) {
      auto slice = parse_slice(options.slice, info->shape);
      if (!slice.ok()) return std::move(slice).error().in_tensor(name);
      description.slice = *std::move(slice);
    }
    const bool is_in_memory = options.all_values || info->dtype == DType::kString;
    const auto describe_values = is_in_memory ? describe_in_memory : describe_stream;
    HOLDALL_TRY(describe_values(checkpoint, *info, options, description));
    return description;
  });
}

}  // namespace holdall
