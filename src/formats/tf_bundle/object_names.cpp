#include "formats/tf_bundle/object_names.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/tf_bundle/object_roles.h"

namespace holdall::tf_bundle {
namespace {

// Components that TensorFlow puts into keys; those of the user never begin with one dot, since
// theirs are doubled.
constexpr std::string_view kAttributesMark = ".ATTRIBUTES";
constexpr std::string_view kSlotMark = ".OPTIMIZER_SLOT";
constexpr std::string_view kVariableValue = "VARIABLE_VALUE";

// Names to show in a note at most.
constexpr size_t kMaxShown = 5;

// Where the "/.ATTRIBUTES/" of the key begins; a key without has none.
std::optional<size_t> find_mark(std::string_view key) {
  const std::string mark = "/" + std::string(kAttributesMark) + "/";
  const size_t at = key.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return at;
}

std::string_view attribute_of(std::string_view key, size_t mark) {
  return key.substr(mark + kAttributesMark.size() + 2);
}

// ".." is a dot and ".S" a slash.
void append_unescaped(std::string& name, std::string_view component) {
  for (size_t i = 0; i < component.size(); ++i) {
    const std::string_view pair = component.substr(i, 2);
    if (pair == "..") {
      name += '.';
      ++i;
    } else if (pair == ".S") {
      name += '/';
      ++i;
    } else {
      name += component[i];
    }
  }
}

bool is_variable(std::string_view key) {
  const auto mark = find_mark(key);
  return mark && attribute_of(key, *mark) == kVariableValue;
}

}  // namespace

std::string object_name(std::string_view key) {
  const auto mark = find_mark(key);
  if (!mark) return std::string(key);
  std::string name;
  std::string_view path = key.substr(0, *mark);
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (component == kSlotMark) continue;
    if (!name.empty()) name += '/';
    append_unescaped(name, component);
  }
  const std::string_view attribute = attribute_of(key, *mark);
  if (!name.empty() && attribute == kVariableValue) return name;
  if (!name.empty() && !attribute.empty()) name += '/';
  name += attribute;
  return name.empty() ? std::string(key) : name;
}

namespace {

class Renamer {
 public:
  Renamer(const Catalog& catalog, const ObjectGraph& graph, NameView view)
      : catalog_(catalog), graph_(graph), view_(view), tensors_(catalog.begin(), catalog.end()) {
    std::erase_if(tensors_, [](const auto& info) { return info.name == kObjectGraphKey; });
  }

  Result<NamedCatalog> rename() && {
    join_graph();
    give_names();
    HOLDALL_ASSIGN(Catalog catalog,
                   Catalog::make(catalog_.path(), catalog_.format(), catalog_.files(),
                                 catalog_.byte_order(), std::move(tensors_)));
    return NamedCatalog{std::move(catalog), make_notes()};
  }

 private:
  // What may be a tensor's name, the best first; the last is the one it is stored under.
  using Candidates = std::array<std::string, 3>;

  // Finds each attribute's tensor. The order of nodes decides who comes first to a name.
  void join_graph() {
    const auto roles = find_roles(graph_);
    candidates_.resize(tensors_.size());
    std::vector<bool> is_joined(tensors_.size(), false);
    for (size_t id = 0; id < graph_.node_count(); ++id) {
      for (const ObjectGraph::Attribute& attribute : graph_.node(id).attributes) {
        const size_t at = find_stored(attribute.key);
        if (at == tensors_.size() || is_joined[at]) continue;
        is_joined[at] = true;
        order_.push_back(at);
        if (!is_variable(attribute.key)) continue;
        tensors_[at].role = roles[id];
        if (view_ == NameView::kVariable) candidates_[at][0] = attribute.full_name;
      }
    }
    for (size_t at = 0; at < tensors_.size(); ++at) {
      if (!is_joined[at]) order_.push_back(at);
      candidates_[at][1] = object_name(tensors_[at].name);
      candidates_[at][2] = tensors_[at].name;
    }
  }

  // The number of that tensor, or of tensors. Requires: none is renamed yet.
  size_t find_stored(std::string_view key) const {
    const auto at = std::lower_bound(
        tensors_.begin(), tensors_.end(), key,
        [](const TensorInfo& info, std::string_view wanted) { return info.name < wanted; });
    if (at == tensors_.end() || at->name != key) return tensors_.size();
    return static_cast<size_t>(at - tensors_.begin());
  }

  // A worse name of one tensor never takes the better one of another.
  void give_names() {
    std::unordered_set<std::string_view> taken;
    std::vector<bool> is_named(tensors_.size(), false);
    for (size_t rank = 0; rank < Candidates().size(); ++rank) {
      for (const size_t at : order_) {
        const std::string& name = candidates_[at][rank];
        if (is_named[at] || name.empty()) continue;
        // A tensor that gets none keeps that under which it is stored; the catalog refuses twins.
        if (!taken.insert(name).second) continue;
        is_named[at] = true;
        if (name != candidates_[at].back()) tensors_[at].stored_name = candidates_[at].back();
        tensors_[at].name = name;
        if (rank > 0 && !candidates_[at][rank - 1].empty()) displaced_.push_back(at);
      }
    }
    for (const size_t at : displaced_) displaced_names_.push_back(tensors_[at].name);
    std::sort(displaced_names_.begin(), displaced_names_.end());
  }

  std::vector<std::string> make_notes() const {
    if (displaced_names_.empty()) return {};
    std::string names;
    for (size_t i = 0; i < std::min(displaced_names_.size(), kMaxShown); ++i) {
      names += (i > 0 ? ", " : "") + quote(displaced_names_[i]);
    }
    if (displaced_names_.size() > kMaxShown) {
      names += message(" and {} more", displaced_names_.size() - kMaxShown);
    }
    return {message("another tensor has the name of these, which keep that of their object: {}",
                    names)};
  }

  const Catalog& catalog_;
  const ObjectGraph& graph_;
  NameView view_;
  std::vector<TensorInfo> tensors_;
  std::vector<Candidates> candidates_;  // by tensor
  std::vector<size_t> order_;           // of tensors: who comes first to a name
  std::vector<size_t> displaced_;
  std::vector<std::string> displaced_names_;
};

}  // namespace

Result<NamedCatalog> rename_tensors(const Catalog& catalog, const ObjectGraph& graph,
                                    NameView view) {
  return Renamer(catalog, graph, view).rename();
}

}  // namespace holdall::tf_bundle
