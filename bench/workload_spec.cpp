#include "workload_spec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace holdall::bench {
namespace {

constexpr double kMib = 1 << 20;

// What a workload's tensors may be made of.
struct Budget {
  double bytes;
  DType dtype;
  double elements() const { return bytes / (dtype == DType::kBF16 ? 2 : 4); }
};

std::string numbered(const char* form, size_t number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), form, number);
  return text.data();
}

int64_t at_least(int64_t least, double value) {
  return std::max(least, static_cast<int64_t>(std::llround(value)));
}

// A width that keeps rows whole in every cache line.
int64_t width_for(double value) {
  return at_least(1, value / 8) * 8;
}

class TensorList {
 public:
  explicit TensorList(DType dtype) : dtype_(dtype) {}
  void add(std::string name, Shape shape) {
    tensors_.push_back({std::move(name), dtype_, std::move(shape)});
  }
  void add_dense(const std::string& name, int64_t from, int64_t to) {
    add(name + "/kernel", {from, to});
    add(name + "/bias", {to});
  }
  void add_norm(const std::string& name, int64_t width) {
    add(name + "/gamma", {width});
    add(name + "/beta", {width});
  }
  ModelSpec finish(std::string model) {
    std::sort(tensors_.begin(), tensors_.end(),
              [](const TensorSpec& a, const TensorSpec& b) { return a.name < b.name; });
    return {std::move(model), std::move(tensors_)};
  }

 private:
  DType dtype_;
  std::vector<TensorSpec> tensors_;
};

std::vector<ModelSpec> few_large(const Budget& budget) {
  TensorList list(budget.dtype);
  for (size_t i = 0; i < 8; ++i) {
    list.add(numbered("block_%zu/kernel", i), {at_least(1, budget.elements() / 8 / 4096), 4096});
  }
  return {list.finish("model")};
}

// Small BERT models: two layers, whose width shrinks with the size, and an embedding that takes up
// the rest.
ModelSpec bert(const std::string& model, const Budget& budget) {
  TensorList list(budget.dtype);
  const int64_t width = width_for(std::min(128.0, 128 * std::sqrt(budget.bytes / (4 * kMib))));
  const double layers = 2 * 12.0 * static_cast<double>(width * width);
  const double rows = (budget.elements() - layers) / static_cast<double>(width) - 600;
  list.add("bert/embeddings/word_embeddings", {at_least(8, rows), width});
  list.add("bert/embeddings/position_embeddings", {width * 4, width});
  list.add("bert/embeddings/token_type_embeddings", {2, width});
  list.add_norm("bert/embeddings/LayerNorm", width);
  for (size_t i = 0; i < 2; ++i) {
    const std::string layer = numbered("bert/encoder/layer_%zu", i);
    for (const char* part : {"query", "key", "value"}) {
      list.add_dense(layer + "/attention/self/" + part, width, width);
    }
    list.add_dense(layer + "/attention/output/dense", width, width);
    list.add_norm(layer + "/attention/output/LayerNorm", width);
    list.add_dense(layer + "/intermediate/dense", width, 4 * width);
    list.add_dense(layer + "/output/dense", 4 * width, width);
    list.add_norm(layer + "/output/LayerNorm", width);
  }
  list.add_dense("bert/pooler/dense", width, width);
  list.add_dense("cls/predictions/transform/dense", width, width);
  list.add_norm("cls/predictions/transform/LayerNorm", width);
  list.add("cls/predictions/output_bias", {at_least(8, rows)});
  list.add_dense("cls/seq_relationship", width, 2);
  return list.finish(model);
}

std::vector<ModelSpec> many_models(const Budget& budget) {
  constexpr size_t kModels = 64;
  std::vector<ModelSpec> models;
  for (size_t i = 0; i < kModels; ++i) {
    models.push_back(bert(numbered("model_%02zu", i), {budget.bytes / kModels, budget.dtype}));
  }
  return models;
}

std::vector<ModelSpec> many_small(const Budget& budget, int64_t elements) {
  TensorList list(budget.dtype);
  const auto count =
      static_cast<size_t>(at_least(2, budget.elements() / static_cast<double>(elements)));
  for (size_t i = 0; i < count; ++i) {
    const std::string group = numbered("group_%04zu", i / 1000);
    list.add(group + numbered("/part_%03zu/value", i % 1000), {elements});
  }
  return {list.finish("model")};
}

// A transformer decoder of 24 layers, 292 tensors. With a width of 1024 it has 353 million
// elements, from 4 KiB to 200 MiB a tensor; all parts shrink together.
std::vector<ModelSpec> transformer(const Budget& budget) {
  TensorList list(budget.dtype);
  const int64_t width = width_for(std::sqrt(budget.elements() / 338));
  list.add("decoder/wte", {49 * width, width});
  list.add("decoder/wpe", {width, width});
  list.add_norm("decoder/ln_f", width);
  for (size_t i = 0; i < 24; ++i) {
    const std::string layer = numbered("decoder/h%02zu", i);
    list.add_norm(layer + "/ln_1", width);
    list.add_dense(layer + "/attn/qkv", width, 3 * width);
    list.add_dense(layer + "/attn/out", width, width);
    list.add_norm(layer + "/ln_2", width);
    list.add_dense(layer + "/mlp/in", width, 4 * width);
    list.add_dense(layer + "/mlp/out", 4 * width, width);
  }
  return {list.finish("model")};
}

// As many bytes as W1 in 20 groups of eight tensors, of which one group is wanted.
std::vector<ModelSpec> partial(const Budget& budget) {
  TensorList list(budget.dtype);
  const int64_t rows = at_least(1, budget.elements() / 160 / 1024);
  for (size_t i = 0; i < 160; ++i) {
    list.add(numbered("group_%02zu", i / 8) + numbered("/part_%zu/kernel", i % 8), {rows, 1024});
  }
  return {list.finish("model")};
}

// What stands in front has an odd number of bytes, so that in a packed file no float is aligned.
std::vector<ModelSpec> odd_layout(const Budget& budget) {
  std::vector<TensorSpec> tensors = {{"a/mask", DType::kBool, {3}},
                                     {"a/table", DType::kI8, {1021}}};
  const int64_t rows = at_least(1, budget.bytes / 16 / (1024 * 3));
  for (size_t i = 0; i < 16; ++i) {
    tensors.push_back({numbered("b%02zu/half", i), DType::kBF16, {rows, 512}});
    tensors.push_back({numbered("b%02zu/odd", i), DType::kI8, {1 + 2 * static_cast<int64_t>(i)}});
    tensors.push_back({numbered("b%02zu/whole", i), DType::kF32, {rows, 512}});
  }
  return {{"model", std::move(tensors)}};
}

struct Kind {
  const char* name;
  const char* about;
  double mib;
  std::vector<ModelSpec> (*make)(const Budget&);
  const char* select = "";
};

const Kind kKinds[] = {
    {"w1", "few large: 8 tensors", 4096, few_large},
    {"w2", "many models: 64 small BERTs", 1280, many_models},
    {"w3", "many small: tensors of 64 elements", 100000 * 256 / kMib,
     [](const Budget& budget) { return many_small(budget, 64); }},
    {"w4", "a transformer of 292 tensors", 1352, transformer},
    {"w5", "index only: tensors of 4 elements", 1000000 * 16 / kMib,
     [](const Budget& budget) { return many_small(budget, 4); }},
    {"w6", "partial: 8 of 160 tensors by name", 4096, partial, "group_07/**"},
    {"w7", "odd layout: no float is aligned in a packed file", 256, odd_layout},
};

}  // namespace

Result<WorkloadSpec> plan_workload(std::string_view name, const WorkloadSize& size) {
  const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const Kind& candidate) { return candidate.name == name; });
  if (kind == std::end(kKinds)) {
    return Error{.code = Code::kInvalidArgument, .place = {}, .message = "workloads are w1 to w7"};
  }
  const double mib = size.mib > 0 ? size.mib : kind->mib;
  return WorkloadSpec{kind->name, kind->about, kind->make({mib * kMib, size.dtype}), kind->select};
}

}  // namespace holdall::bench
