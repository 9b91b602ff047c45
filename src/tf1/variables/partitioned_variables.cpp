// Partitioned variables: one name, one tensor in a checkpoint, several variables in the graph.
#include "base/quote.h"
#include "base/try.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Result<size_t> sliced_axis(const Shape& shape, const std::vector<int64_t>& partitions) {
  if (partitions.size() != shape.rank()) {
    return value_error(
        "Partitioner returned a partition list that does not match the Variable's rank: {} vs. {}",
        partitions.size(), shape.to_string());
  }
  std::optional<size_t> axis;
  for (size_t i = 0; i < partitions.size(); ++i) {
    if (partitions[i] < 1)
      return value_error("Partitioner returned zero partitions for some axes: {}",
                         Shape(partitions).to_string());
    if (partitions[i] == 1) continue;
    if (axis)
      return value_error(
          "Can only slice a variable along one dimension: shape: {}, partitioning: {}",
          shape.to_string(), Shape(partitions).to_string());
    axis = i;
  }
  return axis.value_or(0);
}

std::string joined_name(const VariableScopeRep& scope, std::string_view name) {
  return scope.name.empty() ? std::string(name) : scope.name + '/' + std::string(name);
}

}  // namespace

PartitionedVariable Graph::get_partitioned_variable(std::string_view name,
                                                    const GetVariableOptions& options,
                                                    const std::vector<int64_t>& partitions) {
  const std::lock_guard lock(rep_->mutex);
  const auto refuse = [&](Error error) {
    rep_->fail(std::move(error));
    return PartitionedVariable();
  };
  const VariableScopeRep& scope = *rep_->here().variable_scope;
  const std::string full = joined_name(scope, name);
  if (rep_->variable_store.contains(full)) {
    return refuse(value_error(
        "A partitioner was provided, but an unpartitioned version of the variable was found: {}. "
        "Perhaps a variable of the same name was already created without partitioning?",
        full));
  }
  if (auto known = find_partitioned_variable(full); known) {
    if (scope.reuse == Reuse::kInherit)
      return refuse(value_error(
          "Partitioned variable with name {} already exists. Did you mean to set reuse=True or "
          "reuse=tf.AUTO_REUSE in VarScope?",
          full));
    if (options.shape && *options.shape != known->shape)
      return refuse(value_error(
          "Trying to reuse partitioned variable {}, but specified shape {} and found shape {}.",
          full, tuple_text(*options.shape), tuple_text(known->shape)));
    if (partitions != known->partitions)
      return refuse(value_error(
          "Trying to reuse partitioned variable {}, but specified partitions {} and found "
          "partitions {}.",
          full, tuple_text(Shape(partitions)), tuple_text(Shape(known->partitions))));
    return *known;
  }
  if (scope.reuse == Reuse::kTrue)
    return refuse(value_error(
        "PartitionedVariable {} does not exist, or was not created with tf.get_variable(). Did you "
        "mean to set reuse=False or reuse=tf.AUTO_REUSE in VarScope?",
        full));
  const auto* constant = options.initializer ? std::get_if<Tensor>(&*options.initializer) : nullptr;
  if (!options.shape && constant == nullptr)
    return refuse(
        value_error("Shape of a new partitioned variable ({}) must be fully defined", full));
  const Shape shape = options.shape ? *options.shape : constant->shape();
  const auto axis = sliced_axis(shape, partitions);
  if (!axis.ok()) return refuse(axis.error());
  PartitionedVariable made{full, DType::kF32, shape, partitions, {}};
  const int64_t count = shape.rank() == 0 ? 1 : partitions[*axis];
  const int64_t size = shape.rank() == 0 ? 1 : shape[*axis];
  std::vector<int64_t> offset(shape.rank(), 0);
  for (int64_t i = 0; i < count; ++i) {
    std::vector<int64_t> dims(shape.dims().begin(), shape.dims().end());
    if (shape.rank() > 0) dims[*axis] = size / count + (i < size % count ? 1 : 0);
    GetVariableOptions part_options = options;
    part_options.shape = Shape(dims);
    if (constant != nullptr) {
      auto slice = slice_tensor(*constant, offset, dims);
      if (!slice.ok()) return refuse(std::move(slice).error());
      part_options.initializer = *std::move(slice);
      part_options.shape.reset();
    }
    rep_->here().part = SliceInfo{full, shape, offset, Shape(dims)};
    Variable part = get_variable(std::string(name) + "/part_" + std::to_string(i), part_options);
    rep_->here().part.reset();
    if (!part.is_valid()) return {};
    part.set_slice(SliceInfo{full, shape, offset, Shape(dims)});
    if (shape.rank() > 0) offset[*axis] += dims[*axis];
    made.parts.push_back(std::move(part));
  }
  made.dtype = made.parts.front().dtype();
  GraphRep::Partitioned kept{made.dtype, shape, partitions, {}};
  for (const Variable& part : made.parts) kept.parts.push_back(GraphRep::rep_of(part));
  rep_->partitioned_store[full] = std::move(kept);
  return made;
}

std::optional<PartitionedVariable> Graph::find_partitioned_variable(
    std::string_view full_name) const {
  const std::lock_guard lock(rep_->mutex);
  const auto at = rep_->partitioned_store.find(std::string(full_name));
  if (at == rep_->partitioned_store.end()) return std::nullopt;
  PartitionedVariable found{
      at->first, at->second.dtype, at->second.shape, at->second.partitions, {}};
  for (const auto& part : at->second.parts) found.parts.push_back(rep_->variable(part));
  return found;
}

std::optional<Variable> Graph::find_variable(std::string_view full_name) const {
  const std::lock_guard lock(rep_->mutex);
  const auto at = rep_->variable_store.find(std::string(full_name));
  if (at == rep_->variable_store.end()) return std::nullopt;
  return rep_->variable(at->second);
}

std::optional<SliceInfo> Graph::current_part() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->here().part;
}

std::vector<std::string> Graph::variable_names() const {
  const std::lock_guard lock(rep_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, rep] : rep_->variable_store) names.push_back(name);
  return names;
}

}  // namespace holdall::tf1
