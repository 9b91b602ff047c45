// Tensors to files and back, as the nodes of Savers do it.
#include "tf1/files/checkpoint_tensors.h"
#include "tf1/files/slice_spec.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Result<std::vector<std::string>> strings_of(KernelContext& context, size_t input) {
  HOLDALL_ASSIGN(const Tensor tensor, context.input(input));
  if (tensor.dtype() != DType::kString)
    return invalid_argument("strings are expected, got {}", dtype_name(tensor.dtype()));
  std::vector<std::string> strings;
  for (uint64_t i = 0; i < tensor.element_count(); ++i) strings.emplace_back(tensor.string_at(i));
  return strings;
}

Result<std::string> path_of(KernelContext& context, size_t input) {
  HOLDALL_ASSIGN(auto strings, strings_of(context, input));
  if (strings.size() != 1)
    return invalid_argument("one file name is expected, got {}", strings.size());
  return std::move(strings.front());
}

// What stands from input `first` on, under these names.
Result<std::vector<SaveItem>> items_of(KernelContext& context,
                                       const std::vector<std::string>& names,
                                       const std::vector<std::string>& slices, size_t first) {
  if (names.size() != slices.size() || names.size() + first != context.input_count())
    return invalid_argument("{} names, {} slices, {} tensors", names.size(), slices.size(),
                            context.input_count() - first);
  std::vector<SaveItem> items;
  for (size_t i = 0; i < names.size(); ++i) {
    SaveItem item;
    item.name = names[i];
    HOLDALL_ASSIGN(item.tensor, context.input(first + i));
    HOLDALL_ASSIGN(auto slice, parse_slice_spec(slices[i]));
    if (slice) {
      item.box = std::move(slice->box);
      item.whole_shape = std::move(slice->whole);
    }
    items.push_back(std::move(item));
  }
  return items;
}

template <SaverVersion version>
KernelResult run_save(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string path, path_of(context, 0));
  HOLDALL_ASSIGN(const auto names, strings_of(context, 1));
  HOLDALL_ASSIGN(const auto slices, strings_of(context, 2));
  HOLDALL_ASSIGN(auto items, items_of(context, names, slices, 3));
  HOLDALL_TRY(write_tensors(path, std::move(items), version, 1));
  return std::vector<Tensor>();
}

KernelResult run_save_whole(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string path, path_of(context, 0));
  HOLDALL_ASSIGN(const auto names, strings_of(context, 1));
  HOLDALL_ASSIGN(auto items, items_of(context, names, std::vector<std::string>(names.size()), 2));
  HOLDALL_TRY(write_tensors(path, std::move(items), SaverVersion::kV1, 1));
  return std::vector<Tensor>();
}

KernelResult run_restore_v2(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string path, path_of(context, 0));
  HOLDALL_ASSIGN(const auto names, strings_of(context, 1));
  HOLDALL_ASSIGN(const auto slices, strings_of(context, 2));
  const auto& outputs = context.node().outputs;
  if (names.size() != slices.size() || names.size() != outputs.size())
    return invalid_argument("{} names, {} slices, {} types", names.size(), slices.size(),
                            outputs.size());
  std::vector<TensorRequest> requests;
  for (size_t i = 0; i < names.size(); ++i)
    requests.push_back({names[i], slices[i], outputs[i].dtype});
  return read_tensors(path, requests);
}

// Of a V1 checkpoint, one tensor: its file pattern, its name, and perhaps a part of it.
KernelResult run_restore(KernelContext& context) {
  HOLDALL_ASSIGN(const std::string path, path_of(context, 0));
  HOLDALL_ASSIGN(const std::string name, path_of(context, 1));
  TensorRequest request{name, "", context.node().outputs.front().dtype};
  if (context.input_count() > 2) {
    HOLDALL_ASSIGN(request.slice, path_of(context, 2));
  }
  return read_tensors(path, {&request, 1});
}

KernelResult run_merge(KernelContext& context) {
  HOLDALL_ASSIGN(const auto prefixes, strings_of(context, 0));
  HOLDALL_ASSIGN(const std::string path, path_of(context, 1));
  const bool* removes = context.node().find_attr<bool>("delete_old_dirs");
  HOLDALL_TRY(merge_checkpoints(prefixes, path, removes == nullptr || *removes));
  return std::vector<Tensor>();
}

constexpr KernelRow kRows[] = {
    {"MergeV2Checkpoints", "", nullptr, &run_merge},
    {"Restore", "dt", nullptr, &run_restore},
    {"RestoreSlice", "dt", nullptr, &run_restore},
    {"RestoreV2", "dtypes[]", nullptr, &run_restore_v2},
    {"Save", "", nullptr, &run_save_whole},
    {"SaveSlices", "", nullptr, &run_save<SaverVersion::kV1>},
    {"SaveV2", "", nullptr, &run_save<SaverVersion::kV2>},
};

}  // namespace

std::span<const KernelRow> checkpoint_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
