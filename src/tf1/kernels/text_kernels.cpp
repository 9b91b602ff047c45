// Strings, and the names of files.
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Result<std::string> string_of(KernelContext& context, size_t input) {
  HOLDALL_ASSIGN(const Tensor text, context.input(input));
  if (text.dtype() != DType::kString || text.element_count() != 1)
    return invalid_argument("a scalar string is expected, got {} of shape {}",
                            dtype_name(text.dtype()), text.shape().to_string());
  return std::string(text.string_at(0));
}

KernelResult scalar_string(const std::string& text) {
  const std::string_view view = text;
  return one_output(Tensor::of_strings({}, {&view, 1}));
}

std::string five_digits(int64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return digits;
}

KernelResult run_join(KernelContext& context) {
  const auto* separator = context.node().find_attr<std::string>("separator");
  std::vector<Tensor> parts;
  Shape shape;
  for (size_t i = 0; i < context.input_count(); ++i) {
    HOLDALL_ASSIGN(Tensor part, context.input(i));
    if (part.dtype() != DType::kString) return invalid_argument("the inputs must be strings");
    if (part.shape().rank() > 0) shape = part.shape();
    parts.push_back(std::move(part));
  }
  std::vector<std::string> joined(shape.element_count().value_or(0));
  for (size_t k = 0; k < parts.size(); ++k) {
    if (parts[k].element_count() != 1 && parts[k].shape() != shape)
      return invalid_argument("Input shapes do not match: {} and {}", shape.to_string(),
                              parts[k].shape().to_string());
    for (uint64_t i = 0; i < joined.size(); ++i) {
      if (k > 0 && separator != nullptr) joined[i] += *separator;
      joined[i] += parts[k].string_at(parts[k].element_count() == 1 ? 0 : i);
    }
  }
  const std::vector<std::string_view> views(joined.begin(), joined.end());
  return one_output(Tensor::of_strings(shape, views));
}

KernelResult run_sharded_filename(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string base, string_of(context, 0));
  HOLDALL_ASSIGN(const auto shard, integers_of(context, 1));
  HOLDALL_ASSIGN(const auto count, integers_of(context, 2));
  if (shard.size() != 1 || count.size() != 1)
    return invalid_argument("shard and num_shards must be scalars");
  return scalar_string(base + '-' + five_digits(shard[0]) + "-of-" + five_digits(count[0]));
}

KernelResult run_sharded_filespec(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string base, string_of(context, 0));
  HOLDALL_ASSIGN(const auto count, integers_of(context, 1));
  if (count.size() != 1) return invalid_argument("num_shards must be a scalar");
  return scalar_string(base + "-\?\?\?\?\?-of-" + five_digits(count[0]));
}

// Whether a text begins with one of the schemes that newer Savers ask for: they keep temporary
// files of such elsewhere.
KernelResult run_full_match(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string text, string_of(context, 0));
  const auto* pattern = context.node().find_attr<std::string>("pattern");
  if (pattern == nullptr || *pattern != "^s3://.*")
    return unsupported("a regular expression ({})", pattern == nullptr ? "" : *pattern);
  return one_output(Tensor::of<bool>({}, {text.starts_with("s3://")}));
}

constexpr KernelRow kRows[] = {
    {"ShardedFilename", "string", &scalar_shape, &run_sharded_filename},
    {"ShardedFilespec", "string", &scalar_shape, &run_sharded_filespec},
    {"StaticRegexFullMatch", "bool", &shape_of_first, &run_full_match},
    {"StringJoin", "string", &shape_of_first, &run_join},
};

}  // namespace

std::span<const KernelRow> text_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
