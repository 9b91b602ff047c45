// Variables as TensorFlow's VariableDef message, and back, by the nodes it names.
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "tf1/graph/graph_def_decoding.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

struct VariableDef {
  std::string variable_name;
  std::string initializer_name;
  std::string snapshot_name;
  std::string initial_value_name;
  bool is_resource = false;
  std::optional<bool> trainable;
  std::optional<SliceInfo> slice;
};

Result<SliceInfo> decode_slice_info(ProtoReader reader) {
  SliceInfo slice;
  std::vector<int64_t> full, part;
  while (reader.next()) {
    switch (reader.number()) {
      case 1: slice.full_name = reader.as_string(); break;
      case 2: reader.append_varints(full); break;
      case 3: reader.append_varints(slice.offset); break;
      case 4: reader.append_varints(part); break;
      default: break;
    }
  }
  HOLDALL_TRY(reader.status());
  if (full.size() != part.size() || full.size() != slice.offset.size())
    return corrupt("the slice of {} has ranks that differ", quote(slice.full_name));
  slice.full_shape = Shape(full);
  slice.shape = Shape(part);
  if (!slice.full_shape.element_count() || !slice.shape.element_count())
    return corrupt("the slice of {} has an impossible shape", quote(slice.full_name));
  return slice;
}

Result<VariableDef> decode_variable_def(std::string_view message) {
  VariableDef def;
  ProtoReader reader(bytes_of(message));
  while (reader.next()) {
    switch (reader.number()) {
      case 1: def.variable_name = reader.as_string(); break;
      case 2: def.initializer_name = reader.as_string(); break;
      case 3: def.snapshot_name = reader.as_string(); break;
      case 4: {
        HOLDALL_ASSIGN(def.slice, decode_slice_info(reader.as_message()));
        break;
      }
      case 5: def.is_resource = reader.as_bool(); break;
      case 6: def.initial_value_name = reader.as_string(); break;
      case 7: def.trainable = reader.as_bool(); break;
      default: break;
    }
  }
  HOLDALL_TRY(reader.status());
  return def;
}

std::string encode_slice_info(const SliceInfo& slice) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, slice.full_name);
  writer.add_packed_varints(2, slice.full_shape.dims());
  writer.add_packed_varints(3, slice.offset);
  writer.add_packed_varints(4, slice.shape.dims());
  return message;
}

}  // namespace

std::string SliceInfo::spec() const {
  std::string text;
  for (const int64_t size : full_shape.dims()) text += std::to_string(size) + ' ';
  for (size_t i = 0; i < offset.size(); ++i) {
    text += i > 0 ? ":" : "";
    text += std::to_string(offset[i]) + ',' + std::to_string(shape[i]);
  }
  return text;
}

std::string Variable::to_proto(std::string_view export_scope) const {
  std::string message;
  if (!is_valid()) return message;
  const auto inside = [&](const std::string& name) {
    return name.starts_with(export_scope) ? name.substr(export_scope.size()) : name;
  };
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, inside(name()));
  writer.add_bytes_if_set(2, inside(initializer().name()));
  writer.add_bytes_if_set(3, inside(value().name()));
  if (auto part = slice()) {
    part->full_name = inside(part->full_name);
    writer.add_message(4, encode_slice_info(*part));
  }
  writer.add_bool_if_set(5, is_resource());
  writer.add_bytes_if_set(6, inside(initial_value().name()));
  writer.add_bool_if_set(7, is_trainable());
  return message;
}

Result<Variable> Graph::variable_from_proto(std::string_view message,
                                            std::string_view import_scope) {
  HOLDALL_ASSIGN(const VariableDef def, decode_variable_def(message));
  std::string prefix(import_scope);
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  const std::lock_guard lock(rep_->mutex);
  HOLDALL_ASSIGN(const Output ref, tensor_by_name(prefix + def.variable_name));
  HOLDALL_ASSIGN(const Operation initializer, operation_by_name(prefix + def.initializer_name));
  VariableRep rep;
  rep.variable = GraphRep::node_of(ref.op());
  rep.initializer = GraphRep::node_of(initializer);
  rep.snapshot = rep.variable;
  if (!def.snapshot_name.empty()) {
    HOLDALL_ASSIGN(const Output snapshot, tensor_by_name(prefix + def.snapshot_name));
    rep.snapshot = GraphRep::node_of(snapshot.op());
  }
  if (!def.initial_value_name.empty()) {
    HOLDALL_ASSIGN(const Output value, tensor_by_name(prefix + def.initial_value_name));
    rep.initial_value = GraphRep::node_of(value.op());
    rep.initial_value_index = value.index();
  }
  rep.is_resource = def.is_resource;
  rep.is_trainable = def.trainable.value_or(false);
  rep.slice = def.slice;
  if (rep.slice) rep.slice->full_name = prefix + rep.slice->full_name;
  return rep_->variable(std::make_shared<const VariableRep>(std::move(rep)));
}

void Graph::replace_initial_value(const Variable& variable, const Output& initial_value) {
  const std::lock_guard lock(rep_->mutex);
  const auto& rep = GraphRep::rep_of(variable);
  if (rep == nullptr || !rep_->has(initial_value)) {
    rep_->fail(value_error("initial_value must be specified."));
    return;
  }
  NodeSpec spec;
  spec.type = rep->is_resource ? "AssignVariableOp" : "Assign";
  spec.name = rep->is_resource ? "AssignVariableOp" : "Assign";
  spec.inputs = {variable.ref(), initial_value};
  spec.attrs = {{rep->is_resource ? "dtype" : "T", variable.dtype()}};
  if (!rep->is_resource) {
    spec.attrs["validate_shape"] = true;
    spec.attrs["use_locking"] = true;
    spec.outputs = {{variable.dtype(), variable.shape(), true}};
  }
  const Operation assign = rep_->add(std::move(spec));
  if (!assign.is_valid()) return;
  rep->initializer = GraphRep::node_of(assign);
  rep->initial_value = GraphRep::node_of(initial_value.op());
  rep->initial_value_index = initial_value.index();
}

}  // namespace holdall::tf1
