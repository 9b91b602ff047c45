// A `.meta` file's graph, collections and saver come into a graph.
#include <functional>
#include <map>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "holdall/tf1_files.h"
#include "tf1/graph/graph_def_decoding.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/meta_graphs/name_fields.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Collections whose items are messages that this library knows: variables.
constexpr std::string_view kVariableCollections[] = {
    "trainable_variables", "variables",        "local_variables",         "model_variables",
    "global_step",         "metric_variables", "moving_average_variables"};

template <class Names>
bool is_among(const Names& names, std::string_view key) {
  return std::find(std::begin(names), std::end(names), key) != std::end(names);
}

struct Collection {
  uint32_t field = 0;  // of CollectionDef
  std::vector<std::string> texts;
  std::vector<int64_t> integers;
  std::vector<float> floats;
};

struct MetaGraph {
  std::string_view graph_def;
  std::optional<SaverDef> saver;
  std::map<std::string, Collection> collections;
};

Result<Collection> decode_collection(ProtoReader message) {
  Collection collection;
  while (message.next()) {
    // It is one list; another kind takes the place of what came before.
    if (message.number() != collection.field) collection = {};
    collection.field = message.number();
    ProtoReader list = message.as_message();
    while (list.next()) {
      if (list.number() != 1) continue;
      if (collection.field == 3) {
        list.append_varints(collection.integers);
      } else if (collection.field == 4) {
        list.append_fixed(collection.floats);
      } else {
        collection.texts.emplace_back(list.as_string());
      }
    }
    HOLDALL_TRY(list.status());
  }
  HOLDALL_TRY(message.status());
  return collection;
}

Result<MetaGraph> decode_meta_graph(std::string_view message) {
  MetaGraph meta;
  ProtoReader reader(bytes_of(message));
  while (reader.next()) {
    if (reader.number() == 2) meta.graph_def = reader.as_string();
    if (reader.number() == 3) {
      HOLDALL_ASSIGN(meta.saver, decode_saver_def(reader.as_string()));
    }
    if (reader.number() != 4) continue;
    std::string key;
    Collection collection;
    ProtoReader entry = reader.as_message();
    while (entry.next()) {
      if (entry.number() == 1) key = entry.as_string();
      if (entry.number() == 2) {
        HOLDALL_ASSIGN(collection, decode_collection(entry.as_message()));
      }
    }
    HOLDALL_TRY(entry.status());
    meta.collections.insert_or_assign(std::move(key), std::move(collection));
  }
  HOLDALL_TRY(reader.status());
  return meta;
}

class CollectionImport {
 public:
  CollectionImport(Graph& graph, std::string prefix) : graph_(graph), prefix_(std::move(prefix)) {}

  Status add(const std::string& key, const Collection& collection) {
    for (const int64_t value : collection.integers) graph_.add_to_collection(key, value);
    for (const float value : collection.floats)
      graph_.add_to_collection(key, static_cast<double>(value));
    for (const std::string& text : collection.texts) {
      HOLDALL_ASSIGN(const CollectionItem item, item_of(key, collection.field, text));
      graph_.add_to_collection(key, item);
    }
    return {};
  }

  std::vector<std::pair<std::string, std::string>> take_texts() { return std::move(texts_); }

  SaverDef here(SaverDef saver) const {
    saver.filename_tensor_name = prefix_ + saver.filename_tensor_name;
    saver.save_tensor_name = prefix_ + saver.save_tensor_name;
    saver.restore_op_name = prefix_ + saver.restore_op_name;
    return saver;
  }

 private:
  Result<CollectionItem> item_of(const std::string& key, uint32_t field, const std::string& text) {
    constexpr uint32_t kNodes = 1;
    constexpr uint32_t kMessages = 5;  // of any kind
    if (field == kMessages) return CollectionItem(AnyMessage{text});
    if (field == kNodes) {
      const std::string name = prefix_ + text;
      if (text.find(':') == std::string::npos) {
        HOLDALL_ASSIGN(const Operation operation, graph_.operation_by_name(name));
        return CollectionItem(operation);
      }
      HOLDALL_ASSIGN(const Output output, graph_.tensor_by_name(name));
      return CollectionItem(output);
    }
    if (is_among(kVariableCollections, key)) return variable_of(text, key == kTrainableVariables);
    if (key == kSavers) {
      HOLDALL_ASSIGN(const SaverDef saver, decode_saver_def(text));
      return CollectionItem(here(saver));
    }
    return text_under_scope(key, text);
  }

  // As TensorFlow does: any other text counts as a name.
  Result<CollectionItem> text_under_scope(const std::string& key, const std::string& text) {
    if (prefix_.empty()) return CollectionItem(text);
    if (!holds_names(key)) {
      texts_.emplace_back(key, with_prefix(prefix_, text));
      return CollectionItem(texts_.back().second);
    }
    HOLDALL_ASSIGN(
        std::string message,
        with_names_changed(key, text, std::bind_front(with_prefix, std::string_view(prefix_))));
    return CollectionItem(std::move(message));
  }

  // A variable that stands in several collections is one. Old writers tell by the collection alone
  // that it is trainable.
  Result<CollectionItem> variable_of(const std::string& text, bool is_trainable) {
    HOLDALL_ASSIGN(Variable variable, graph_.variable_from_proto(text, prefix_));
    if (is_trainable) GraphRep::rep_of(variable)->is_trainable = true;
    const auto [at, is_new] = variables_.try_emplace(variable.name(), variable);
    return CollectionItem(at->second);
  }

  Graph& graph_;
  std::string prefix_;
  std::map<std::string, Variable> variables_;
  std::vector<std::pair<std::string, std::string>> texts_;
};

Status check_unbound(const MetaGraph& meta, const ImportOptions& options) {
  const auto at = meta.collections.find("unbound_inputs");
  if (at == meta.collections.end() || at->second.texts.empty()) return {};
  for (const std::string& name : at->second.texts) {
    const bool is_bound = std::any_of(options.input_map.begin(), options.input_map.end(),
                                      [&](const auto& each) { return each.first == name; });
    if (!is_bound)
      return value_error(
          "Graph contains unbound inputs: {}. Must provide these inputs through "
          "input_map.",
          name);
  }
  return {};
}

}  // namespace

Result<ImportedMetaGraph> import_meta_graph(Graph& graph, std::string_view message,
                                            const ImportOptions& options) {
  return guarded([&]() -> Result<ImportedMetaGraph> {
    HOLDALL_ASSIGN(const MetaGraph meta, decode_meta_graph(message));
    HOLDALL_TRY(check_unbound(meta, options));
    ImportGraphOptions import{options.scope, options.input_map, options.clear_devices};
    HOLDALL_ASSIGN(const std::string prefix, graph.import_graph_def(meta.graph_def, import));
    CollectionImport collections(graph, prefix);
    for (const std::string_view key : kVariableCollections) {
      const auto at = meta.collections.find(std::string(key));
      if (at == meta.collections.end()) continue;
      if (options.wants_collection && !options.wants_collection(key)) continue;
      HOLDALL_TRY(collections.add(at->first, at->second));
    }
    for (const auto& [key, collection] : meta.collections) {
      if (is_among(kVariableCollections, key) || key == "unbound_inputs") continue;
      if (options.wants_collection && !options.wants_collection(key)) continue;
      HOLDALL_TRY(collections.add(key, collection));
    }
    ImportedMetaGraph imported{std::nullopt, prefix, collections.take_texts()};
    if (meta.saver && !meta.saver->restore_op_name.empty())
      imported.saver = collections.here(*meta.saver);
    return imported;
  });
}

std::map<std::string, Variable> variables_inside(const Graph& graph, std::string_view scope) {
  std::string prefix(scope);
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  std::map<std::string, Variable> inside;
  for (const Variable& variable : graph.global_variables()) {
    const std::string name = variable.name();
    if (name.starts_with(prefix)) inside.insert_or_assign(name.substr(prefix.size()), variable);
  }
  return inside;
}

Result<ImportedMetaGraph> copy_scoped_meta_graph(const Graph& from_graph,
                                                 std::string_view from_scope, Graph& to_graph,
                                                 std::string_view to_scope) {
  return guarded([&]() -> Result<ImportedMetaGraph> {
    if (from_scope == to_scope && from_graph == to_graph)
      return value_error(
          "'from_scope' and 'to_scope' need to be different when performing copy in the same "
          "graph: {}",
          from_scope);
    ExportOptions exported;
    exported.scope = from_scope;
    HOLDALL_ASSIGN(const std::string message, export_meta_graph(from_graph, exported));
    ImportOptions options;
    options.scope = to_scope;
    return import_meta_graph(to_graph, message, options);
  });
}

}  // namespace holdall::tf1
