// Parses any bytes as an object graph, and names by it the tensors of a catalog that has every
// tensor the graph speaks of.
#include <cstdint>
#include <set>
#include <string>

#include "base/fuzz_require_testing.h"
#include "formats/tf_bundle/object_names.h"
#include "formats/tf_bundle/object_roles.h"

namespace holdall::tf_bundle {
namespace {

void check_ids(const ObjectGraph& graph) {
  for (size_t id = 0; id < graph.node_count(); ++id) {
    const ObjectGraph::Node node = graph.node(id);
    for (const auto& child : node.children) require(child.node < graph.node_count());
    for (const auto& slot : node.slots) {
      require(slot.node < graph.node_count() && slot.variable < graph.node_count());
    }
  }
  require(find_roles(graph).size() == graph.node_count());
}

Catalog catalog_of(const ObjectGraph& graph) {
  std::set<std::string> keys = {std::string(kObjectGraphKey), "other"};
  for (const auto& attribute : graph.attributes) keys.emplace(attribute.key);
  std::vector<TensorInfo> tensors;
  for (const std::string& key : keys) {
    TensorInfo info;
    info.name = key;
    tensors.push_back(std::move(info));
  }
  auto catalog = Catalog::make("m", "tf_bundle", {}, ByteOrder::kLittle, std::move(tensors));
  require(catalog.ok());
  return *std::move(catalog);
}

void check_names(const Catalog& catalog, const ObjectGraph& graph, NameView view) {
  const auto named = rename_tensors(catalog, graph, view);
  if (!named.ok()) return require(named.error().code == Code::kCorrupt);
  require(named->catalog.count() + 1 == catalog.count());
  std::set<std::string> stored;
  for (const TensorInfo& info : named->catalog) {
    require(!info.name.empty() || info.stored_name.empty());
    stored.insert(info.stored_name.empty() ? info.name : info.stored_name);
  }
  // Each tensor is there once, under whatever name.
  require(stored.size() == named->catalog.count());
  for (const std::string& name : stored) require(catalog.find(name) != nullptr);
}

}  // namespace
}  // namespace holdall::tf_bundle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  using namespace holdall::tf_bundle;
  const auto graph = parse_object_graph(std::as_bytes(std::span(bytes, size_bytes)));
  if (!graph.ok()) {
    require(graph.error().code == holdall::Code::kCorrupt && !graph.error().message.empty());
    return 0;
  }
  check_ids(*graph);
  const holdall::Catalog catalog = catalog_of(*graph);
  check_names(catalog, *graph, holdall::NameView::kObject);
  check_names(catalog, *graph, holdall::NameView::kVariable);
  return 0;
}
