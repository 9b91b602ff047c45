#include "formats/safetensors/safetensors_layout.h"

#include "base/message.h"
#include "formats/shard_names.h"

namespace holdall::safetensors {
namespace {

constexpr DTypeCode kCodes[] = {
    {"BOOL", 8, DType::kBool},
    {"F4", 4},  // two elements a byte, in an order that nothing states
    {"F6_E2M3", 6},
    {"F6_E3M2", 6},
    {"U8", 8, DType::kU8},
    {"I8", 8, DType::kI8},
    {"F8_E5M2", 8, DType::kF8E5M2},
    {"F8_E4M3", 8, DType::kF8E4M3FN},
    {"F8_E8M0", 8},
    {"F8_E4M3FNUZ", 8, DType::kF8E4M3FNUZ},
    {"F8_E5M2FNUZ", 8, DType::kF8E5M2FNUZ},
    {"I16", 16, DType::kI16},
    {"U16", 16, DType::kU16},
    {"F16", 16, DType::kF16},
    {"BF16", 16, DType::kBF16},
    {"I32", 32, DType::kI32},
    {"U32", 32, DType::kU32},
    {"F32", 32, DType::kF32},
    {"C64", 64, DType::kComplex64},
    {"F64", 64, DType::kF64},
    {"I64", 64, DType::kI64},
    {"U64", 64, DType::kU64},
};

std::string_view stem_of(std::string_view path) {
  if (path.ends_with(kSuffix)) path.remove_suffix(kSuffix.size());
  return path;
}

}  // namespace

std::span<const DTypeCode> dtype_codes() {
  return kCodes;
}

const DTypeCode* find_code(std::string_view code) {
  for (const DTypeCode& row : kCodes) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

const DTypeCode* find_code(DType dtype) {
  for (const DTypeCode& row : kCodes) {
    if (row.dtype == dtype && dtype != DType::kUnknown) return &row;
  }
  return nullptr;
}

std::string shard_path(std::string_view path, uint32_t shard, uint32_t shard_count) {
  return message("{}-{}-of-{}{}", stem_of(path), five_digits(shard + 1), five_digits(shard_count),
                 kSuffix);
}

bool is_shard_path(std::string_view path, std::string_view of) {
  constexpr std::string_view kPattern = "-00000-of-00000";
  const std::string_view stem = stem_of(of);
  if (!path.ends_with(kSuffix) || !path.starts_with(stem)) return false;
  const std::string_view middle = stem_of(path).substr(stem.size());
  if (middle.size() != kPattern.size()) return false;
  for (size_t i = 0; i < middle.size(); ++i) {
    const bool is_digit = middle[i] >= '0' && middle[i] <= '9';
    if (kPattern[i] == '0' ? !is_digit : middle[i] != kPattern[i]) return false;
  }
  return true;
}

std::string index_path(std::string_view path) {
  return std::string(stem_of(path)) + std::string(kIndexSuffix);
}

}  // namespace holdall::safetensors
