// Reads any bytes as a message, every length-delimited field also as a nested message and as packed
// scalars, and checks that what was read and written again reads the same.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fuzz_require_testing.h"
#include "codec/proto_wire.h"

namespace holdall {
namespace {

constexpr int kMaxDepth = 64;

struct Node {
  uint32_t number = 0;
  WireType wire_type = WireType::kVarint;
  uint64_t scalar = 0;
  std::string bytes;
  std::optional<std::vector<Node>> children;  // where `bytes` is itself a message

  bool operator==(const Node&) const = default;
};

std::span<const std::byte> span_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

template <class T>
void check_packed_varints(const ProtoReader& field) {
  ProtoReader reader = field;
  std::vector<T> values;
  reader.append_varints(values);
  if (!reader.status().ok() || values.empty()) return;
  std::string out;
  ProtoWriter(out).add_packed_varints(1, values);
  ProtoReader again(span_of(out));
  std::vector<T> read_again;
  require(again.next());
  again.append_varints(read_again);
  require(values == read_again && !again.next() && again.status().ok());
}

template <class T>
void check_packed_fixed(const ProtoReader& field) {
  ProtoReader reader = field;
  std::vector<T> values;
  reader.append_fixed(values);
  if (!reader.status().ok() || values.empty()) return;
  std::string out;
  ProtoWriter writer(out);
  writer.add_packed_fixed<T>(field.number(), values);
  ProtoReader again(span_of(out));
  require(again.next());
  require(field.wire_type() != WireType::kBytes || reader.as_string() == again.as_string());
}

std::optional<std::vector<Node>> read_message(ProtoReader reader, std::span<const std::byte> whole,
                                              int depth) {
  std::vector<Node> nodes;
  while (reader.next()) {
    check_packed_varints<int32_t>(reader);
    check_packed_varints<uint64_t>(reader);
    check_packed_fixed<uint32_t>(reader);
    check_packed_fixed<uint64_t>(reader);
    Node node{.number = reader.number(),
              .wire_type = reader.wire_type(),
              .scalar = 0,
              .bytes = {},
              .children = {}};
    switch (node.wire_type) {
      case WireType::kVarint: node.scalar = reader.as_uint64(); break;
      case WireType::kFixed32: node.scalar = reader.as_fixed32(); break;
      case WireType::kFixed64: node.scalar = reader.as_fixed64(); break;
      case WireType::kBytes: {
        const auto payload = reader.as_bytes();
        require(payload.data() == whole.data() + reader.payload_offset());
        if (depth < kMaxDepth) node.children = read_message(reader.as_message(), whole, depth + 1);
        if (!node.children) node.bytes = reader.as_string();
        break;
      }
    }
    require(reader.status().ok());
    nodes.push_back(std::move(node));
  }
  if (!reader.status().ok()) return std::nullopt;
  return nodes;
}

std::string encode(const std::vector<Node>& nodes) {
  std::string out;
  ProtoWriter writer(out);
  for (const Node& node : nodes) {
    switch (node.wire_type) {
      case WireType::kVarint: writer.add_uint(node.number, node.scalar); break;
      case WireType::kFixed32:
        writer.add_fixed32(node.number, static_cast<uint32_t>(node.scalar));
        break;
      case WireType::kFixed64: writer.add_fixed64(node.number, node.scalar); break;
      case WireType::kBytes:
        writer.add_bytes(node.number, node.children ? encode(*node.children) : node.bytes);
        break;
    }
  }
  return out;
}

}  // namespace
}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  const auto input = std::as_bytes(std::span(bytes, size_bytes));
  const auto nodes = read_message(ProtoReader(input), input, 0);
  if (!nodes) return 0;
  // The shortest form of every varint: no longer than the input.
  const std::string canonical = encode(*nodes);
  require(canonical.size() <= size_bytes);
  const auto again = read_message(ProtoReader(span_of(canonical)), span_of(canonical), 0);
  require(again.has_value() && *again == *nodes);
  require(encode(*again) == canonical);
  return 0;
}
