// What lies beside or in a sound bundle and tells of names and roles: the object graph of
// TensorFlow 2 and the `.meta` of TensorFlow 1. A `.meta` never keeps tensors from being read.
#include "codec/proto_wire.h"
#include "codec/tf_strings.h"
#include "formats/tf_bundle/malformed_bundle_testing.h"
#include "formats/tf_bundle/object_graph.h"
#include "support/meta_files.h"
#include "support/object_graphs.h"

namespace holdall::tf_bundle {
namespace {

// The bundle with this object graph, whose names are asked for.
MalformedCase graph_case(std::string name, std::string line, const std::string& graph,
                         ExpectedVerdict expected) {
  const TfStringsHead head =
      encode_tf_strings_head(std::vector<uint64_t>{graph.size()}, ByteOrder::kLittle);
  const std::string stored = head.bytes + graph;
  Entry entry;
  entry.dtype_code = tf_code_of(DType::kString);
  entry.offset = 64;
  entry.size_bytes = static_cast<int64_t>(stored.size());
  entry.masked_crc32c = crc32c_mask(crc32c_extend(head.crc32c, bytes_of(graph)));
  MalformedCase one = bundle_case("graph_" + std::move(name), std::move(line),
                                  index_with({{std::string(kObjectGraphKey), encode_entry(entry)}}),
                                  std::move(expected), bundle_data() + stored);
  one.names = NameView::kVariable;
  return one;
}

std::string field(uint32_t number, std::string_view bytes) {
  std::string out;
  ProtoWriter(out).add_bytes(number, bytes);
  return out;
}

// A node with one child of that id.
std::string graph_with_child(int64_t id) {
  std::string child;
  ProtoWriter(child).add_int(1, id);
  return field(1, field(1, child));
}

std::string graph_with_slot(int64_t id) {
  std::string slot;
  ProtoWriter(slot).add_int(1, id);
  return field(1, field(3, slot));
}

MalformedCases graph_cases() {
  const std::string proto = "protobuf", protos = "graph-protos";
  std::string deep;
  for (int i = 0; i < 200; ++i) deep = field(1, deep);
  return {
      graph_case("sound", protos, draft_object_graph({{{}, {{"w", "ok"}}, {}}}),
                 accepted("nothing is wrong")),
      graph_case("empty", protos, "", not_opened("the object graph has no nodes, not even a root")),
      graph_case("of_garbage", proto, "\xff\xff\xff", not_opened("is cut short")),
      graph_case("of_text", proto, "nodes { }",
                 not_opened("; its names as stored, the view 'raw'")),
      graph_case("of_a_group", proto, "\x0b\x0c", not_opened("is a group")),
      graph_case("of_a_number", proto, {"\x08\x01", 2}, not_opened("has wire type 0, expected 2")),
      graph_case("past_its_end", proto, "\x0a\x7f", not_opened("takes 127 bytes")),
      graph_case("of_2_63_bytes", proto, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                 not_opened("takes 9223372036854775807 bytes")),
      graph_case("of_a_child_that_is_not_there", protos, graph_with_child(1),
                 not_opened("names node 1 at byte")),
      graph_case("of_child_minus_1", protos, graph_with_child(-1),
                 not_opened("names node -1 at byte")),
      graph_case("of_child_2_31_less_1", protos, graph_with_child(INT32_MAX),
                 not_opened("names node 2147483647 at byte")),
      graph_case("of_child_2_40", protos, graph_with_child(int64_t{1} << 40),
                 not_opened("ids go from 0 to")),
      graph_case("of_a_slot_that_is_not_there", protos, graph_with_slot(7),
                 not_opened("names node 7 at byte")),
      graph_case("of_slot_minus_1", protos, graph_with_slot(-1),
                 not_opened("names node -1 at byte")),
      graph_case("that_is_its_own_child", protos, graph_with_child(0),
                 accepted("nobody walks along the children")),
      graph_case("nested_deeply", proto, deep, not_opened("has wire type 2, expected 0")),
      graph_case("of_a_tensor_that_is_not_there", protos,
                 draft_object_graph({{{}, {{"w", "none"}}, {}}}),
                 accepted("a name without a tensor names nothing")),
  };
}

// An object graph that is no scalar string.
MalformedCases graph_tensor_cases() {
  MalformedCase floats =
      bundle_case("graph_of_floats", "graph-protos",
                  index_with({{std::string(kObjectGraphKey), encode_entry(w_entry())}}),
                  not_opened("the object graph is float32 [2], one string is expected"));
  floats.names = NameView::kVariable;
  return {floats};
}

MalformedCase meta_case(std::string name, std::string line, std::string meta,
                        std::string diagnosis) {
  MalformedCase one = bundle_case("meta_" + std::move(name), std::move(line),
                                  index_with({{"w", encode_entry(w_entry())}}),
                                  accepted("roles come from names then", std::move(diagnosis)));
  one.files.push_back({"m.meta", std::move(meta)});
  return one;
}

std::string collection_of(std::string_view value) {
  return field(4, field(1, "variables") + field(2, value));
}

MalformedCases meta_cases() {
  const std::string line = "meta-file", protos = "graph-protos";
  const std::string roles = "roles cannot be told by it: ";
  return {
      meta_case("sound", line, draft_meta_of({{"variables", {"w", "ok"}}}), "nothing is wrong"),
      meta_case("empty", line, "", "nothing is wrong"),
      meta_case("of_garbage", line, "\xff\xff\xff\xff", roles),
      meta_case("of_zeros", line, std::string(100, '\0'), roles),
      meta_case("of_text", line, "graph_def { }", roles + "it is in protobuf's text form"),
      meta_case("of_a_graph_past_the_end", line, "\x12\x7f",
                roles + "field 2 at byte 0 has 127 bytes, 0 are left"),
      meta_case("of_a_graph_of_2_63_bytes", line, "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                roles),
      meta_case("of_a_group", protos, "\x0b\x0c", roles),
      meta_case("of_a_collection_number", protos, {"\x20\x01", 2},
                roles + "the collection at byte 1 is a number"),
      meta_case("of_a_variable_without_name", protos, collection_of(field(2, field(1, ""))),
                roles + "in collection 'variables', the variable at byte"),
      meta_case("of_a_variable_of_garbage", protos, collection_of(field(2, field(1, "\xff"))),
                roles + "in collection 'variables'"),
      meta_case("of_a_list_past_its_end", protos, field(4, field(1, "variables") + "\x12\x7f"),
                roles),
      meta_case("of_another_collection_of_garbage", protos,
                field(4, field(1, "losses") + "\xff\xff\xff"), "nothing is wrong"),
      meta_case("of_a_graph_of_garbage", protos, field(2, std::string(5000, '\xff')),
                "nothing is wrong"),
      meta_case(
          "of_many_fields", line,
          [] {
            std::string fields;
            for (int i = 0; i < 100'000; ++i) fields += std::string("\x2a\x00", 2);
            return fields;
          }(),
          ""),
  };
}

MalformedCases all_graph_cases() {
  return join_cases({graph_cases(), graph_tensor_cases(), meta_cases()});
}

}  // namespace
}  // namespace holdall::tf_bundle

namespace holdall {

MalformedCases bundle_graph_cases() {
  return tf_bundle::all_graph_cases();
}

INSTANTIATE_TEST_SUITE_P(BundleGraphs, MalformedCorpus, testing::ValuesIn(bundle_graph_cases()),
                         malformed_case_name);

}  // namespace holdall
