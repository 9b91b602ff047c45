#include "saver/checkpoint_source.h"

#include "base/try.h"
#include "saver/tensor_windows.h"
#include "tensor/box_copy.h"
#include "tensor/cast.h"
#include "tensor/tensor_factory.h"

namespace holdall {
namespace {

class CheckpointSource : public TensorSource {
 public:
  CheckpointSource(const Checkpoint& checkpoint, const TensorInfo& info,
                   const CheckpointSourceOptions& options)
      : checkpoint_(checkpoint),
        info_(info),
        options_(options),
        shape_(options.box ? Shape(options.box->lengths) : info.shape) {}

  DType dtype() const override { return options_.dtype.value_or(info_.dtype); }
  const Shape& shape() const override { return shape_; }

  Status read(const Take& take) const override {
    HOLDALL_ASSIGN(auto windows, TensorWindows::open(checkpoint_, info_,
                                                     {.box = options_.box,
                                                      .window_bytes = options_.window_bytes,
                                                      .verify = options_.verify}));
    for (;;) {
      HOLDALL_ASSIGN(const auto window, windows.next());
      if (!window) return {};
      HOLDALL_TRY(pass_on(*window, take));
    }
  }

 private:
  Status pass_on(const TensorWindow& window, const Take& take) const {
    if (!options_.box) return pass_on(window.box, window.bytes, take);
    const auto shared = intersect(window.box, *options_.box);
    if (!shared) return {};
    if (*shared == window.box) return pass_on(window.box, window.bytes, take);
    const uint64_t element_size = dtype_size_bytes(info_.dtype);
    HOLDALL_ASSIGN(const auto cut, Buffer::allocate(element_count(*shared) * element_size));
    copy_shared(window.bytes, window.box, cut->fill(), *shared, element_size);
    return pass_on(*shared, cut->bytes(), take);
  }

  Status pass_on(const Box& box, std::span<const std::byte> bytes, const Take& take) const {
    if (dtype() == info_.dtype) return take(bytes);
    HOLDALL_ASSIGN(const Tensor elements,
                   Tensor::borrow(info_.dtype, Shape(box.lengths), bytes, nullptr));
    HOLDALL_ASSIGN(const Tensor converted, cast(elements, dtype()));
    return take(converted.bytes());
  }

  Checkpoint checkpoint_;
  const TensorInfo& info_;
  CheckpointSourceOptions options_;
  Shape shape_;
};

}  // namespace

std::shared_ptr<const TensorSource> make_checkpoint_source(const Checkpoint& checkpoint,
                                                           const TensorInfo& info,
                                                           const CheckpointSourceOptions& options) {
  return std::make_shared<CheckpointSource>(checkpoint, info, options);
}

}  // namespace holdall
