// Field numbers: tf_bundle.md, "The .meta file".
#include "tf1/meta_graphs/name_fields.h"

#include <algorithm>
#include <span>

#include "base/try.h"
#include "codec/proto_wire.h"
#include "tf1/graph/graph_def_decoding.h"

namespace holdall::tf1 {
namespace {

// Which fields of a kind of message are names, and which are messages that hold some.
struct MessageKind {
  struct Inner {
    uint32_t number;
    const MessageKind* kind;
  };
  std::span<const uint32_t> names;
  std::span<const Inner> messages;
};

extern const MessageKind kNested;

constexpr uint32_t kPairNames[] = {1, 2};
constexpr MessageKind kPair{kPairNames, {}};  // an entry of a map from a name to a name

constexpr uint32_t kValueNames[] = {1};
constexpr MessageKind::Inner kValueMessages[] = {{2, &kPair}};
constexpr MessageKind kValues{kValueNames, kValueMessages};

constexpr uint32_t kCondNames[] = {1, 2, 3};
constexpr MessageKind::Inner kCondMessages[] = {{5, &kValues}, {6, &kNested}};
constexpr MessageKind kCond{kCondNames, kCondMessages};

constexpr uint32_t kWhileNames[] = {1, 5, 6, 7, 8, 10, 11};
constexpr MessageKind::Inner kWhileMessages[] = {{9, &kValues}, {12, &kNested}};
constexpr MessageKind kWhile{kWhileNames, kWhileMessages};

constexpr MessageKind::Inner kNestedMessages[] = {{1, &kCond}, {2, &kWhile}};
constexpr MessageKind kNested{{}, kNestedMessages};

constexpr uint32_t kRunnerNames[] = {1, 2, 3, 4};
constexpr MessageKind kRunner{kRunnerNames, {}};

constexpr struct {
  std::string_view key;
  const MessageKind* kind;
} kCollections[] = {
    {"cond_context", &kCond}, {"while_context", &kWhile}, {"queue_runners", &kRunner}};

const MessageKind* kind_of(std::string_view collection_key) {
  for (const auto& row : kCollections) {
    if (row.key == collection_key) return row.kind;
  }
  return nullptr;
}

void copy_field(ProtoReader& field, ProtoWriter& writer) {
  switch (field.wire_type()) {
    case WireType::kVarint: return writer.add_uint(field.number(), field.as_uint64());
    case WireType::kFixed64: return writer.add_fixed64(field.number(), field.as_fixed64());
    case WireType::kBytes: return writer.add_bytes(field.number(), field.as_string());
    case WireType::kFixed32: return writer.add_fixed32(field.number(), field.as_fixed32());
  }
}

// Nesting ends at ProtoReader's depth.
Result<std::string> change_names(const MessageKind& kind, ProtoReader message,
                                 const NameChange& change) {
  std::string changed;
  ProtoWriter writer(changed);
  while (message.next()) {
    const uint32_t number = message.number();
    const auto inner = std::find_if(kind.messages.begin(), kind.messages.end(),
                                    [&](const auto& each) { return each.number == number; });
    if (inner != kind.messages.end()) {
      HOLDALL_ASSIGN(const std::string part,
                     change_names(*inner->kind, message.as_message(), change));
      writer.add_message(number, part);
    } else if (std::find(kind.names.begin(), kind.names.end(), number) != kind.names.end()) {
      const std::string_view name = message.as_string();
      writer.add_bytes(number, name.empty() ? "" : change(name));
    } else {
      copy_field(message, writer);
    }
  }
  HOLDALL_TRY(message.status());
  return changed;
}

}  // namespace

bool holds_names(std::string_view collection_key) {
  return kind_of(collection_key) != nullptr;
}

Result<std::string> name_in(std::string_view message) {
  std::string name;
  ProtoReader reader(bytes_of(message));
  while (reader.next()) {
    if (reader.number() == 1) name = reader.as_string();
  }
  HOLDALL_TRY(reader.status());
  return name;
}

Result<std::string> with_names_changed(std::string_view collection_key, std::string_view message,
                                       const NameChange& change) {
  const MessageKind* kind = kind_of(collection_key);
  if (kind == nullptr) return std::string(message);
  return change_names(*kind, ProtoReader(bytes_of(message)), change);
}

}  // namespace holdall::tf1
