// Any bytes as a `.meta` file come into a graph; what does can go out, come in again, also under a
// scope, and goes out as the same bytes.
#include <cstdint>
#include <string>
#include <string_view>

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

void check_goes_and_comes(const Graph& graph) {
  const std::string once = exported(graph);
  Graph again;
  require(import_meta_graph(again, once).ok());
  require(again.node_count() == graph.node_count());
  require(exported(again) == once);
  ImportOptions moved;
  moved.scope = "moved";
  require(import_meta_graph(again, once, moved).ok());
  require(again.node_count() == 2 * graph.node_count());
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
