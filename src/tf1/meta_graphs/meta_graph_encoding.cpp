// Field numbers: tf_bundle.md, "The .meta file". Of the meta_info_def the definitions of operations
// are left out: readers do without them.
#include <algorithm>
#include <functional>

#include "base/guard.h"
#include "codec/proto_wire.h"
#include "holdall/tf1_files.h"
#include "tf1/graph/graph_def_encoding.h"
#include "tf1/meta_graphs/name_fields.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// The field of CollectionDef that an item's kind goes into: the first item decides for all.
enum class ListField : uint32_t {
  kNone = 0,
  kNodes = 1,
  kBytes = 2,
  kIntegers = 3,
  kFloats = 4,
  kMessages = 5
};

ListField field_of(const CollectionItem& item) {
  if (std::holds_alternative<Variable>(item) || std::holds_alternative<std::string>(item) ||
      std::holds_alternative<SaverDef>(item)) {
    return ListField::kBytes;
  }
  if (std::holds_alternative<Output>(item) || std::holds_alternative<Operation>(item)) {
    return ListField::kNodes;
  }
  if (std::holds_alternative<AnyMessage>(item)) return ListField::kMessages;
  if (std::holds_alternative<int64_t>(item)) return ListField::kIntegers;
  if (std::holds_alternative<double>(item)) return ListField::kFloats;
  return ListField::kNone;
}

// What an item is called, with what is in front of names in the scope taken away; none for one that
// is outside it.
class ScopedItems {
 public:
  explicit ScopedItems(std::string scope) : scope_(std::move(scope)) {}

  bool has(const std::string& key, const CollectionItem& item) const {
    if (scope_.empty()) return true;
    if (const auto* text = std::get_if<std::string>(&item); text != nullptr && holds_names(key)) {
      const auto name = name_in(*text);
      return name.ok() && name->starts_with(scope_);
    }
    if (const auto* variable = std::get_if<Variable>(&item))
      return variable->name().starts_with(scope_);
    if (const auto* output = std::get_if<Output>(&item)) return output->name().starts_with(scope_);
    if (const auto* op = std::get_if<Operation>(&item)) return op->name().starts_with(scope_);
    if (const auto* saver = std::get_if<SaverDef>(&item))
      return saver->save_tensor_name.starts_with(scope_);
    return true;
  }

  std::string text_of(const std::string& key, const CollectionItem& item) const {
    if (const auto* variable = std::get_if<Variable>(&item)) return variable->to_proto(scope_);
    if (const auto* output = std::get_if<Output>(&item)) return inside(output->name());
    if (const auto* operation = std::get_if<Operation>(&item)) return inside(operation->name());
    if (const auto* saver = std::get_if<SaverDef>(&item)) return encode_saver_def(inside(*saver));
    if (const auto* any = std::get_if<AnyMessage>(&item)) return any->message;
    const auto& text = std::get<std::string>(item);
    if (scope_.empty()) return text;
    // What a program put there under that key, and is no such message, stays as it is.
    const auto leave_scope = std::bind_front(without_prefix, std::string_view(scope_));
    const auto message = with_names_changed(key, text, leave_scope);
    return message.ok() ? *message : text;
  }

  std::string inside(const std::string& name) const { return without_prefix(scope_, name); }

  SaverDef inside(SaverDef saver) const {
    saver.filename_tensor_name = inside(saver.filename_tensor_name);
    saver.save_tensor_name = inside(saver.save_tensor_name);
    saver.restore_op_name = inside(saver.restore_op_name);
    return saver;
  }

 private:
  std::string scope_;
};

// "" if the items cannot be written: of several kinds, or objects of the caller's.
std::string encode_collection(const std::string& key, const std::vector<CollectionItem>& items,
                              const ScopedItems& scoped) {
  std::string list;
  ProtoWriter writer(list);
  ListField field = ListField::kNone;
  std::vector<int64_t> integers;
  std::vector<float> floats;
  for (const CollectionItem& item : items) {
    if (!scoped.has(key, item)) continue;
    if (field == ListField::kNone) field = field_of(item);
    if (field == ListField::kNone || field_of(item) != field) return "";
    if (field == ListField::kIntegers) {
      integers.push_back(std::get<int64_t>(item));
    } else if (field == ListField::kFloats) {
      floats.push_back(static_cast<float>(std::get<double>(item)));
    } else {
      writer.add_bytes(1, scoped.text_of(key, item));
    }
  }
  if (field == ListField::kNone) return "";
  writer.add_packed_varints(1, integers);
  writer.add_packed_fixed(1, std::span<const float>(floats));
  std::string message;
  ProtoWriter(message).add_message(static_cast<uint32_t>(field), list);
  return message;
}

// Whose conventions the message follows.
constexpr std::string_view kTensorFlowVersion = "1.15.5";

std::string encode_meta_info(const ExportOptions& options) {
  std::string info;
  ProtoWriter writer(info);
  writer.add_bytes(5, kTensorFlowVersion);
  writer.add_bool_if_set(7, options.strip_default_attrs);
  return info;
}

// Scopes of the nodes of other Savers than `kept`, as the collection of Savers knows them.
std::vector<std::string> scopes_of_others(const std::vector<CollectionItem>& savers,
                                          const std::optional<SaverDef>& kept) {
  const auto scope_of = [](const SaverDef& saver) {
    return saver.restore_op_name.substr(0, saver.restore_op_name.rfind('/') + 1);
  };
  std::vector<std::string> scopes;
  for (const CollectionItem& item : savers) {
    const auto* saver = std::get_if<SaverDef>(&item);
    if (saver == nullptr || scope_of(*saver).empty()) continue;
    if (!kept || scope_of(*kept) != scope_of(*saver)) scopes.push_back(scope_of(*saver));
  }
  return scopes;
}

// Writes the collections that are wanted.
struct CollectionWriter {
  const ExportOptions& options;
  const ScopedItems& scoped;
  ProtoWriter& writer;

  bool wants(const std::string& key) const {
    if (key == kSavers && options.clear_extraneous_savers) return false;
    return !options.collections ||
           std::find(options.collections->begin(), options.collections->end(), key) !=
               options.collections->end();
  }

  void add(const std::string& key, const std::vector<CollectionItem>& items) {
    const std::string collection = encode_collection(key, items, scoped);
    if (collection.empty()) return;
    std::string pair;
    ProtoWriter pair_writer(pair);
    pair_writer.add_bytes(1, key);
    pair_writer.add_message(2, collection);
    writer.add_message(4, pair);
  }
};

}  // namespace

Result<std::string> export_meta_graph(const Graph& graph, const ExportOptions& options) {
  return guarded([&]() -> Result<std::string> {
    GraphRep& rep = *GraphRep::of(graph);
    const std::lock_guard lock(rep.mutex);
    std::vector<std::string> unbound;
    EncodingOptions encoding{InferredShapes::kWrite,
                             options.scope,
                             options.clear_devices,
                             options.strip_default_attrs,
                             {},
                             &unbound};
    if (!encoding.scope.empty() && !encoding.scope.ends_with('/')) encoding.scope += '/';
    const ScopedItems scoped(encoding.scope);
    if (options.clear_extraneous_savers)
      encoding.excluded = scopes_of_others(rep.collections[std::string(kSavers)], options.saver);
    std::string message;
    ProtoWriter writer(message);
    writer.add_message(1, encode_meta_info(options));
    writer.add_message(2, encode_graph_def(rep, encoding));
    if (options.saver && !options.saver->restore_op_name.empty())
      writer.add_message(3, encode_saver_def(scoped.inside(*options.saver)));
    CollectionWriter collections{options, scoped, writer};
    for (const auto& [key, items] : rep.collections) {
      if (collections.wants(key)) collections.add(key, items);
    }
    if (!unbound.empty()) collections.add("unbound_inputs", {unbound.begin(), unbound.end()});
    constexpr size_t kMostBytes = (size_t{1} << 31) - 1;
    if (message.size() > kMostBytes)
      return value_error(
          "Cannot serialize protocol buffer of type MetaGraphDef as the serialized "
          "size ({} bytes) would be larger than the limit (2147483647 bytes)",
          message.size());
    return message;
  });
}

}  // namespace holdall::tf1
