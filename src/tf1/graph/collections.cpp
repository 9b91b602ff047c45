// Graph's collections: named lists of variables, nodes and plain values.
#include "holdall/names.h"
#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {
namespace {

std::vector<Variable> variables_of(const std::vector<CollectionItem>& items) {
  std::vector<Variable> variables;
  for (const CollectionItem& item : items) {
    if (const auto* variable = std::get_if<Variable>(&item)) variables.push_back(*variable);
  }
  return variables;
}

}  // namespace

void Graph::add_to_collection(std::string_view key, const CollectionItem& item) {
  const std::lock_guard lock(rep_->mutex);
  rep_->collections[std::string(key)].push_back(rep_->kept(item));
}

std::vector<CollectionItem> Graph::collection(std::string_view key) const {
  const std::lock_guard lock(rep_->mutex);
  std::vector<CollectionItem> items;
  const auto at = rep_->collections.find(std::string(key));
  if (at == rep_->collections.end()) return items;
  for (const CollectionItem& item : at->second) items.push_back(rep_->handed_out(item));
  return items;
}

std::vector<std::string> Graph::collection_keys() const {
  const std::lock_guard lock(rep_->mutex);
  std::vector<std::string> keys;
  for (const auto& [key, items] : rep_->collections) keys.push_back(key);
  return keys;
}

void Graph::clear_collection(std::string_view key) {
  const std::lock_guard lock(rep_->mutex);
  rep_->collections.erase(std::string(key));
}

std::vector<Variable> Graph::global_variables() const {
  return variables_of(collection(kGlobalVariables));
}

std::vector<Variable> Graph::trainable_variables() const {
  return variables_of(collection(kTrainableVariables));
}

std::vector<Variable> Graph::variables_in(std::string_view scope) const {
  std::vector<Variable> variables;
  for (Variable& variable : global_variables()) {
    if (is_in_scope(variable.op_name(), scope)) variables.push_back(std::move(variable));
  }
  return variables;
}

}  // namespace holdall::tf1
