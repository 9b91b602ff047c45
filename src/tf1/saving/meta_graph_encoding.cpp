// Field numbers: tf_bundle.md, "The .meta file". The meta_info_def, which names a TensorFlow
// version and lists definitions of operations, is left out: readers do without it.
#include "tf1/saving/meta_graph_encoding.h"

#include "codec/proto_wire.h"
#include "tf1/graph/graph_def_encoding.h"

namespace holdall::tf1 {
namespace {

constexpr int64_t kSaverVersionV2 = 2;

std::string encode_variable_def(const Variable& variable) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, variable.name());
  writer.add_bytes_if_set(2, variable.initializer().name());
  writer.add_bytes_if_set(3, variable.value().name());
  writer.add_bytes_if_set(6, variable.initial_value().name());
  writer.add_bool_if_set(7, variable.is_trainable());
  return message;
}

std::string encode_saver_def(const SaverDef& saver) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, saver.filename_tensor_name);
  writer.add_bytes_if_set(2, saver.save_tensor_name);
  writer.add_bytes_if_set(3, saver.restore_op_name);
  writer.add_int_if_set(4, saver.max_to_keep);
  writer.add_float_if_set(6, static_cast<float>(saver.keep_checkpoint_every_n_hours));
  writer.add_int_if_set(7, kSaverVersionV2);
  return message;
}

// The field of CollectionDef that an item's kind goes into: the first item decides for all.
enum class ListField : uint32_t { kNone = 0, kNodes = 1, kBytes = 2, kIntegers = 3, kFloats = 4 };

ListField field_of(const CollectionItem& item) {
  if (std::holds_alternative<Variable>(item) || std::holds_alternative<std::string>(item)) {
    return ListField::kBytes;
  }
  if (std::holds_alternative<Output>(item) || std::holds_alternative<Operation>(item)) {
    return ListField::kNodes;
  }
  if (std::holds_alternative<int64_t>(item)) return ListField::kIntegers;
  if (std::holds_alternative<double>(item)) return ListField::kFloats;
  return ListField::kNone;
}

std::string text_of_item(const CollectionItem& item) {
  if (const auto* variable = std::get_if<Variable>(&item)) return encode_variable_def(*variable);
  if (const auto* output = std::get_if<Output>(&item)) return output->name();
  if (const auto* operation = std::get_if<Operation>(&item)) return operation->name();
  return std::get<std::string>(item);
}

// "" if the items cannot be written: of several kinds, or objects of the caller's.
std::string encode_collection(const std::vector<CollectionItem>& items) {
  if (items.empty()) return "";
  const ListField field = field_of(items.front());
  std::string list;
  ProtoWriter writer(list);
  std::vector<int64_t> integers;
  std::vector<float> floats;
  for (const CollectionItem& item : items) {
    if (field == ListField::kNone || field_of(item) != field) return "";
    if (field == ListField::kIntegers) {
      integers.push_back(std::get<int64_t>(item));
    } else if (field == ListField::kFloats) {
      floats.push_back(static_cast<float>(std::get<double>(item)));
    } else {
      writer.add_bytes(1, text_of_item(item));
    }
  }
  writer.add_packed_varints(1, integers);
  writer.add_packed_fixed(1, std::span<const float>(floats));
  std::string message;
  ProtoWriter(message).add_message(static_cast<uint32_t>(field), list);
  return message;
}

}  // namespace

std::string encode_meta_graph(GraphRep& graph, const SaverDef& saver) {
  const std::lock_guard lock(graph.mutex);
  std::string message;
  ProtoWriter writer(message);
  writer.add_message(2, encode_graph_def(graph, InferredShapes::kWrite));
  if (!saver.restore_op_name.empty()) writer.add_message(3, encode_saver_def(saver));
  for (const auto& [key, items] : graph.collections) {
    const std::string collection = encode_collection(items);
    if (collection.empty()) continue;
    std::string pair;
    ProtoWriter pair_writer(pair);
    pair_writer.add_bytes(1, key);
    pair_writer.add_message(2, collection);
    writer.add_message(4, pair);
  }
  return message;
}

}  // namespace holdall::tf1
