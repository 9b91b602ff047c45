// Random values, bit for bit as TensorFlow's CPU kernels give them (docs/random_numbers.md).
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/try.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"
#include "tf1/kernels/kernel.h"
#include "tf1/kernels/philox.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// How far the stream of an operation moves on for each element it was asked for.
constexpr uint64_t kReservedBlocksPerElement = 256;

// Box-Muller takes the logarithm of a uniform value; TensorFlow keeps it off zero by this much.
constexpr float kLeastUniform = 1.0e-7f;

// Truncated normals outside two standard deviations are drawn again.
constexpr float kTruncation = 2.0f;

float uniform_float(uint32_t word) {
  return std::bit_cast<float>(0x3f800000u | (word & 0x7fffffu)) - 1.0f;
}

double uniform_double(uint32_t high_word, uint32_t low_word) {
  const uint64_t mantissa = uint64_t{high_word & 0xfffff} << 32 | low_word;
  return std::bit_cast<double>(uint64_t{1023} << 52 | mantissa) - 1.0;
}

uint16_t uniform_half(uint32_t word) {
  const auto bits = static_cast<uint16_t>(15 << 10 | (word & 0x3ff));
  return float_to_half(half_to_float(bits) - 1.0f);
}

struct FloatPair {
  float first;
  float second;
};
struct DoublePair {
  double first;
  double second;
};

// Two normals from two words. The angle is multiplied in double and then rounded, the rest is
// float.
FloatPair normal_floats(uint32_t x, uint32_t y) {
  const float u = std::max(uniform_float(x), kLeastUniform);
  const auto angle =
      static_cast<float>(2.0 * std::numbers::pi * static_cast<double>(uniform_float(y)));
  const float radius = std::sqrt(-2.0f * std::log(u));
  return {std::sin(angle) * radius, std::cos(angle) * radius};
}

DoublePair normal_doubles(const Philox::Block& words) {
  const double u = std::max(uniform_double(words[0], words[1]), 1.0e-7);
  const double angle = 2.0 * std::numbers::pi * uniform_double(words[2], words[3]);
  const double radius = std::sqrt(-2.0 * std::log(u));
  return {std::sin(angle) * radius, std::cos(angle) * radius};
}

// What the kernels share: the shape input, the stream, and a buffer to fill.
class Drawing {
 public:
  static Result<Drawing> start(KernelContext& context, DType dtype) {
    HOLDALL_ASSIGN(const Tensor dims, context.input(0));
    std::vector<int64_t> sizes;
    if (const auto narrow = dims.view<int32_t>(); narrow.ok()) {
      sizes.assign(narrow->begin(), narrow->end());
    } else if (const auto wide = dims.view<int64_t>(); wide.ok()) {
      sizes.assign(wide->begin(), wide->end());
    } else {
      return invalid_argument("shape must be int32 or int64, got {}", dtype_name(dims.dtype()));
    }
    Drawing drawing;
    drawing.dtype_ = dtype;
    drawing.shape_ = Shape(sizes);
    HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(dtype, drawing.shape_));
    HOLDALL_ASSIGN(drawing.buffer_, Buffer::allocate(size_bytes));
    drawing.count_ = *drawing.shape_.element_count();
    drawing.state_ = context.take_random_blocks(drawing.count_ * kReservedBlocksPerElement);
    return drawing;
  }

  uint64_t count() const { return count_; }

  // The stream, moved on by so many blocks.
  Philox stream(uint64_t skipped_blocks = 0) const {
    Philox philox(state_.seed, state_.seed2);
    philox.skip(state_.position_blocks + skipped_blocks);
    return philox;
  }

  template <class T>
  T* elements() {
    return reinterpret_cast<T*>(buffer_->fill().data());
  }

  KernelResult finish() {
    HOLDALL_ASSIGN(Tensor tensor, TensorFactory::make(dtype_, shape_, buffer_));
    return std::vector<Tensor>{std::move(tensor)};
  }

 private:
  DType dtype_ = DType::kUnknown;
  Shape shape_;
  uint64_t count_ = 0;
  KernelContext::RandomState state_;
  std::shared_ptr<Buffer> buffer_;
};

// Fills the elements with the values that `make(words)` returns for each block; surplus ones are
// lost.
template <class T, class Make>
void fill_from_blocks(Drawing& drawing, Make make) {
  Philox stream = drawing.stream();
  T* out = drawing.elements<T>();
  for (uint64_t i = 0; i < drawing.count();) {
    for (const T value : make(stream.next())) {
      if (i < drawing.count()) out[i++] = value;
    }
  }
}

KernelResult run_random_uniform(KernelContext& context) {
  const DType dtype = context.node().outputs.front().dtype;
  HOLDALL_ASSIGN(Drawing drawing, Drawing::start(context, dtype));
  if (dtype == DType::kF32) {
    fill_from_blocks<float>(drawing, [](const Philox::Block& w) {
      return std::array{uniform_float(w[0]), uniform_float(w[1]), uniform_float(w[2]),
                        uniform_float(w[3])};
    });
  } else if (dtype == DType::kF64) {
    fill_from_blocks<double>(drawing, [](const Philox::Block& w) {
      return std::array{uniform_double(w[0], w[1]), uniform_double(w[2], w[3])};
    });
  } else if (dtype == DType::kF16) {
    fill_from_blocks<uint16_t>(drawing, [](const Philox::Block& w) {
      return std::array{uniform_half(w[0]), uniform_half(w[1]), uniform_half(w[2]),
                        uniform_half(w[3])};
    });
  } else {
    return unsupported("no uniform values of {}", dtype_name(dtype));
  }
  return drawing.finish();
}

KernelResult run_random_normal(KernelContext& context) {
  const DType dtype = context.node().outputs.front().dtype;
  HOLDALL_ASSIGN(Drawing drawing, Drawing::start(context, dtype));
  const auto four = [](const Philox::Block& w) {
    const FloatPair a = normal_floats(w[0], w[1]);
    const FloatPair b = normal_floats(w[2], w[3]);
    return std::array{a.first, a.second, b.first, b.second};
  };
  if (dtype == DType::kF32) {
    fill_from_blocks<float>(drawing, four);
  } else if (dtype == DType::kF64) {
    fill_from_blocks<double>(drawing, [](const Philox::Block& w) {
      const DoublePair pair = normal_doubles(w);
      return std::array{pair.first, pair.second};
    });
  } else if (dtype == DType::kF16) {
    fill_from_blocks<uint16_t>(drawing, [&](const Philox::Block& w) {
      const auto values = four(w);
      return std::array{float_to_half(values[0]), float_to_half(values[1]),
                        float_to_half(values[2]), float_to_half(values[3])};
    });
  } else {
    return unsupported("no normal values of {}", dtype_name(dtype));
  }
  return drawing.finish();
}

// The words of a stream one by one.
class Words {
 public:
  explicit Words(Philox stream) : stream_(stream) {}
  uint32_t next() {
    if (at_ == block_.size()) {
      block_ = stream_.next();
      at_ = 0;
    }
    return block_[at_++];
  }

 private:
  Philox stream_;
  Philox::Block block_ = {};
  size_t at_ = block_.size();
};

// Groups of values, each with a stream of its own, so that how many are thrown away in one group
// does not move the next. `draw(words, put)` puts two candidates.
template <class T, class Draw>
void fill_truncated(Drawing& drawing, uint64_t group_size, Draw draw) {
  // TensorFlow reserves 64 blocks an element here.
  const uint64_t blocks_per_group = 64 * group_size;
  T* out = drawing.elements<T>();
  for (uint64_t start = 0; start < drawing.count(); start += group_size) {
    Words words(drawing.stream(start / group_size * blocks_per_group));
    const uint64_t end = std::min(start + group_size, drawing.count());
    for (uint64_t i = start, kept = 0; kept < group_size;) {
      for (const auto& [value, is_kept] : draw(words)) {
        if (!is_kept || kept == group_size) continue;
        ++kept;
        if (i < end) out[i++] = value;
      }
    }
  }
}

template <class T>
struct Candidate {
  T value;
  bool is_kept;
};

KernelResult run_truncated_normal(KernelContext& context) {
  const DType dtype = context.node().outputs.front().dtype;
  HOLDALL_ASSIGN(Drawing drawing, Drawing::start(context, dtype));
  if (dtype == DType::kF32) {
    fill_truncated<float>(drawing, 4, [](Words& words) {
      const uint32_t x = words.next();
      const FloatPair pair = normal_floats(x, words.next());
      return std::array<Candidate<float>, 2>{{{pair.first, std::abs(pair.first) < kTruncation},
                                              {pair.second, std::abs(pair.second) < kTruncation}}};
    });
  } else if (dtype == DType::kF64) {
    fill_truncated<double>(drawing, 2, [](Words& words) {
      Philox::Block block;
      for (uint32_t& word : block) word = words.next();
      const DoublePair pair = normal_doubles(block);
      return std::array<Candidate<double>, 2>{
          {{pair.first, std::abs(pair.first) < double{kTruncation}},
           {pair.second, std::abs(pair.second) < double{kTruncation}}}};
    });
  } else if (dtype == DType::kF16) {
    fill_truncated<uint16_t>(drawing, 4, [](Words& words) {
      const uint32_t x = words.next();
      const FloatPair pair = normal_floats(x, words.next());
      return std::array<Candidate<uint16_t>, 2>{
          {{float_to_half(pair.first), std::abs(pair.first) < kTruncation},
           {float_to_half(pair.second), std::abs(pair.second) < kTruncation}}};
    });
  } else {
    return unsupported("no truncated normal values of {}", dtype_name(dtype));
  }
  return drawing.finish();
}

template <class T>
Result<std::pair<T, std::make_unsigned_t<T>>> read_range(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor least, context.input(1));
  HOLDALL_ASSIGN(const Tensor most, context.input(2));
  HOLDALL_ASSIGN(const auto low, least.view<T>());
  HOLDALL_ASSIGN(const auto high, most.view<T>());
  if (low.size() != 1 || high.size() != 1)
    return invalid_argument("minval and maxval must be scalars");
  if (low[0] >= high[0]) {
    return invalid_argument("Need minval < maxval, got {} >= {}", low[0], high[0]);
  }
  using Unsigned = std::make_unsigned_t<T>;
  return std::pair<T, Unsigned>{low[0], static_cast<Unsigned>(static_cast<Unsigned>(high[0]) -
                                                              static_cast<Unsigned>(low[0]))};
}

KernelResult run_random_uniform_int(KernelContext& context) {
  const DType dtype = context.node().outputs.front().dtype;
  if (dtype == DType::kI32) {
    HOLDALL_ASSIGN(const auto range, read_range<int32_t>(context));
    HOLDALL_ASSIGN(Drawing drawing, Drawing::start(context, dtype));
    const auto place = [&](uint32_t word) {
      return static_cast<int32_t>(static_cast<uint32_t>(range.first) + word % range.second);
    };
    fill_from_blocks<int32_t>(drawing, [&](const Philox::Block& w) {
      return std::array{place(w[0]), place(w[1]), place(w[2]), place(w[3])};
    });
    return drawing.finish();
  }
  if (dtype == DType::kI64) {
    HOLDALL_ASSIGN(const auto range, read_range<int64_t>(context));
    HOLDALL_ASSIGN(Drawing drawing, Drawing::start(context, dtype));
    const auto place = [&](uint32_t low_word, uint32_t high_word) {
      const uint64_t word = uint64_t{high_word} << 32 | low_word;
      return static_cast<int64_t>(static_cast<uint64_t>(range.first) + word % range.second);
    };
    fill_from_blocks<int64_t>(drawing, [&](const Philox::Block& w) {
      return std::array{place(w[0], w[1]), place(w[2], w[3])};
    });
    return drawing.finish();
  }
  return unsupported("no uniform integers of {}", dtype_name(dtype));
}

Result<StaticShape> fill_rule(const NodeShapes& node) {
  const auto dims = node.integers(0);
  return dims ? StaticShape{true, *dims} : StaticShape::unknown();
}

constexpr KernelRow kRows[] = {
    {"RandomStandardNormal", "dtype", &fill_rule, &run_random_normal},
    {"RandomUniform", "dtype", &fill_rule, &run_random_uniform},
    {"RandomUniformInt", "Tout", &fill_rule, &run_random_uniform_int},
    {"TruncatedNormal", "dtype", &fill_rule, &run_truncated_normal},
};

}  // namespace

std::span<const KernelRow> random_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
