// Any bytes as a `.meta` file come into a graph; what does can go out, come in again, also under a
// scope, and goes out as the same bytes.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fuzz_require_testing.h"
#include "holdall/tf1_files.h"

namespace holdall::tf1 {
namespace {

// TensorFlow raises these for such files, and so do programs that are moved from it.
void check_error(const Error& error) {
  require(!error.message.empty());
  require(error.code != Code::kIo && error.code != Code::kExhausted);
}

// Without what the file says of its Saver, which is checked by itself.
std::string exported(const Graph& graph) {
  auto message = export_meta_graph(graph);
  require(message.ok());
  return *std::move(message);
}

void check_saver(const ImportedMetaGraph& imported) {
  if (!imported.saver) return;
  const std::string message = encode_saver_def(*imported.saver);
  const auto again = decode_saver_def(message);
  require(again.ok() && encode_saver_def(*again) == message);
}

// Bytes that are the same twice may lack the same thing twice.
void check_alike(const Operation& a, const Operation& b) {
  require(a.name() == b.name() && a.type() == b.type() && a.device() == b.device());
  const auto names_of = [](const auto& all) {
    std::vector<std::string> names;
    for (const auto& each : all) names.push_back(each.name());
    return names;
  };
  require(names_of(a.inputs()) == names_of(b.inputs()));
  require(names_of(a.control_inputs()) == names_of(b.control_inputs()));
  const auto outputs = a.outputs();
  const auto others = b.outputs();
  require(outputs.size() == others.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    require(outputs[i].dtype() == others[i].dtype());
    require(outputs[i].shape() == others[i].shape());
  }
}

void check_goes_and_comes(const Graph& graph) {
  const std::string once = exported(graph);
  Graph again;
  require(import_meta_graph(again, once).ok());
  const auto before = graph.operations();
  const auto after = again.operations();
  require(before.size() == after.size());
  // Not all items can be written.
  require(std::ranges::includes(graph.collection_keys(), again.collection_keys()));
  for (size_t i = 0; i < before.size(); ++i) check_alike(before[i], after[i]);
  require(exported(again) == once);
  ImportOptions moved;
  moved.scope = "moved";
  require(import_meta_graph(again, once, moved).ok());
  require(again.node_count() == 2 * before.size());
}

}  // namespace
}  // namespace holdall::tf1

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall::tf1;
  Graph graph;
  const auto imported =
      import_meta_graph(graph, {reinterpret_cast<const char*>(bytes), size_bytes});
  if (!imported.ok()) {
    check_error(imported.error());
    return 0;
  }
  check_saver(*imported);
  check_goes_and_comes(graph);
  return 0;
}
