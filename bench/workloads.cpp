#include "workloads.h"

#include <memory>
#include <utility>
#include <vector>

#include "bench_json.h"
#include "holdall/names.h"
#include "holdall/saver.h"
#include "normal_values.h"
#include "roof_kernels.h"
#include "workload_file.h"

namespace holdall::bench {
namespace {

uint64_t size_bytes_of(const TensorSpec& spec) {
  const uint64_t width = spec.dtype == DType::kF32 ? 4 : spec.dtype == DType::kBF16 ? 2 : 1;
  return spec.shape.element_count().value_or(0) * width;
}

struct FilledModel {
  MadeModel made;
  std::vector<SaveItem> items;
};

// One tensor: its values, and its share in the model's sums.
Status fill_tensor(const TensorSpec& spec, uint64_t seed, bool is_selected, FilledModel& model) {
  const uint64_t size_bytes = size_bytes_of(spec);
  auto memory = std::make_shared_for_overwrite<std::byte[]>(size_bytes);
  const std::span<std::byte> bytes(memory.get(), size_bytes);
  fill_values(spec.dtype, seed, bytes);
  const uint64_t sum = sum_of(bytes);
  model.made.size_bytes += size_bytes;
  model.made.sum += sum;
  for (const std::string* end : {&model.made.first_name, &model.made.last_name}) {
    if (spec.name != *end) continue;
    model.made.ends_bytes += size_bytes;
    model.made.ends_sum += sum;
  }
  if (is_selected) {
    model.made.selected_bytes += size_bytes;
    model.made.selected_sum += sum;
  }
  auto tensor = Tensor::borrow(spec.dtype, spec.shape, bytes, std::move(memory));
  if (!tensor) return std::move(tensor).error();
  model.items.push_back({.name = spec.name, .tensor = *std::move(tensor)});
  return {};
}

Result<FilledModel> fill_model(const ModelSpec& spec, const std::string& select, uint64_t seed) {
  FilledModel model;
  model.made.name = spec.name;
  model.made.tensor_count = spec.tensors.size();
  model.made.first_name = spec.tensors.front().name;
  model.made.last_name = spec.tensors.back().name;
  // The workloads' globs are a prefix and a star.
  const std::string prefix = select.substr(0, select.find('*'));
  for (size_t i = 0; i < spec.tensors.size(); ++i) {
    const TensorSpec& tensor = spec.tensors[i];
    auto status =
        fill_tensor(tensor, seed_of_part(seed, i), tensor.name.starts_with(prefix), model);
    if (!status.ok()) return std::move(status).error();
  }
  return model;
}

Status save_model(const std::string& path, const FilledModel& model, const SaveOptions& options) {
  auto plan = plan_save(path, model.items, options);
  if (!plan) return std::move(plan).error();
  auto report = execute(*plan);
  if (!report) return std::move(report).error();
  return {};
}

}  // namespace

Result<std::string> make_workload(const MakeOptions& options) {
  auto spec = plan_workload(options.workload, options.size);
  if (!spec) return std::move(spec).error();
  if (auto made = make_local_storage()->make_directories(options.folder); !made.ok()) {
    return std::move(made).error();
  }
  MadeWorkload made{spec->name, spec->about, options.seed, spec->select, {}};
  JsonLine line;
  uint64_t size_bytes = 0;
  uint64_t tensor_count = 0;
  std::string refusal;
  for (size_t i = 0; i < spec->models.size(); ++i) {
    auto model = fill_model(spec->models[i], spec->select, seed_of_part(options.seed, i));
    if (!model) return std::move(model).error();
    const std::string path = join_path(options.folder, model->made.name);
    SaveOptions save{.format = "tf_bundle", .durability = Durability::kNone};
    save.alignment = options.alignment;
    save.update_state = false;
    if (auto saved = save_model(path, *model, save); !saved.ok()) return std::move(saved).error();
    save.format = "safetensors";
    save.alignment = 1;
    if (options.safetensors) {
      // A format that refuses a workload is a result: W5 is made to find its limit.
      auto saved = save_model(path + ".safetensors", *model, save);
      if (!saved.ok()) refusal = saved.error().to_string();
    }
    size_bytes += model->made.size_bytes;
    tensor_count += model->made.tensor_count;
    made.models.push_back(model->made);
  }
  if (auto written = write_workload_file(options.folder, made); !written.ok()) {
    return std::move(written).error();
  }
  line.text("workload", made.name).text("about", made.about).text("folder", options.folder);
  line.count("models", made.models.size())
      .count("tensors", tensor_count)
      .count("bytes", size_bytes);
  line.text("safetensors_refusal", refusal);
  return line.finish();
}

}  // namespace holdall::bench
