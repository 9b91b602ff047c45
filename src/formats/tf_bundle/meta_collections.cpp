#include "formats/tf_bundle/meta_collections.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/byte_cursor.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/proto_file.h"
#include "codec/proto_wire.h"

namespace holdall::tf_bundle {
namespace {

// Field numbers of TensorFlow's messages.
constexpr uint32_t kCollectionField = 4;  // MetaGraphDef
constexpr uint32_t kNodeListField = 1;    // CollectionDef
constexpr uint32_t kBytesListField = 2;
constexpr uint32_t kVariableNameField = 1;  // VariableDef
constexpr uint32_t kSaveSliceField = 4;

struct WantedCollection {
  std::string_view key;
  MetaCollection MetaCollections::*member;
};

constexpr std::array<WantedCollection, 5> kWanted = {{
    {"variables", &MetaCollections::variables},
    {"trainable_variables", &MetaCollections::trainable},
    {"model_variables", &MetaCollections::model},
    {"moving_average_variables", &MetaCollections::averaged},
    {"global_step", &MetaCollections::steps},
}};

const WantedCollection* find_wanted(std::string_view key) {
  const auto found = std::find_if(kWanted.begin(), kWanted.end(),
                                  [&](const WantedCollection& each) { return each.key == key; });
  return found == kWanted.end() ? nullptr : &*found;
}

// As every writer has it, the key comes first: what it says of another collection, which may be
// large, saves reading that. Where it cannot be told so, the collection is read.
bool may_be_wanted(std::span<const std::byte> first_bytes) {
  ByteCursor cursor(first_bytes);
  if (cursor.read_u8() != uint8_t{1 << 3 | 2}) return true;
  const auto size_bytes = cursor.read_varint64();
  if (!size_bytes) return true;
  const auto key = cursor.read_bytes(*size_bytes);
  // A key that does not fit into what was looked at is longer than any that is wanted.
  if (!key) return first_bytes.size() < ProtoFile::kPeekBytes;
  return find_wanted({reinterpret_cast<const char*>(key->data()), key->size()}) != nullptr;
}

// The first output of an operation goes by the operation's name.
std::string_view operation_name(std::string_view name) {
  if (name.ends_with(":0")) name.remove_suffix(2);
  return name;
}

Result<std::string_view> whole_name(ProtoReader slice) {
  std::string_view name;
  while (slice.next()) {
    if (slice.number() == 1) name = slice.as_string();
  }
  HOLDALL_TRY(slice.status());
  return name;
}

// By which name a Saver saves a variable.
Result<std::string_view> variable_name(ProtoReader variable, uint64_t offset) {
  std::string_view name, whole;
  while (variable.next()) {
    if (variable.number() == kVariableNameField) name = operation_name(variable.as_string());
    if (variable.number() != kSaveSliceField) continue;
    HOLDALL_ASSIGN(whole, whole_name(variable.as_message()));
  }
  HOLDALL_TRY(variable.status());
  if (!whole.empty()) return whole;
  if (name.empty()) return corrupt("the variable at byte {} has no name", offset);
  return name;
}

Status add_names(ProtoReader list, bool has_variables, std::vector<std::string_view>& names) {
  while (list.next()) {
    if (list.number() != 1) continue;
    const uint64_t offset = list.payload_offset();
    if (has_variables) {
      HOLDALL_ASSIGN(const std::string_view name, variable_name(list.as_message(), offset));
      names.push_back(name);
    } else {
      names.push_back(operation_name(list.as_string()));
    }
  }
  return list.status();
}

struct ParsedCollection {
  std::string_view key;
  std::vector<std::string_view> names;
};

Status add_lists(ProtoReader value, std::vector<std::string_view>& names) {
  while (value.next()) {
    const bool has_variables = value.number() == kBytesListField;
    if (!has_variables && value.number() != kNodeListField) continue;
    HOLDALL_TRY(add_names(value.as_message(), has_variables, names));
  }
  return value.status();
}

// The entry of a map: the collection's name and itself, of which the last one counts. What another
// collection holds need not be variables.
Result<ParsedCollection> parse_collection(std::span<const std::byte> bytes, uint64_t offset) {
  ParsedCollection parsed;
  std::optional<ProtoReader> value;
  ProtoReader entry(bytes, offset);
  while (entry.next()) {
    if (entry.number() == 1) parsed.key = entry.as_string();
    if (entry.number() == 2) value = entry.as_message();
  }
  HOLDALL_TRY(entry.status());
  if (!value || find_wanted(parsed.key) == nullptr) return parsed;
  auto status = add_lists(*value, parsed.names);
  if (!status.ok()) {
    Error error = std::move(status).error();
    error.message = message("in collection {}, ", quote(parsed.key)) + error.message;
    return error;
  }
  std::sort(parsed.names.begin(), parsed.names.end());
  parsed.names.erase(std::unique(parsed.names.begin(), parsed.names.end()), parsed.names.end());
  return parsed;
}

// TensorFlow also reads the message in protobuf's text form.
Status refuse_text(const Reader& file) {
  std::array<std::byte, 32> bytes;
  const auto start = std::span(bytes).first(std::min<uint64_t>(bytes.size(), file.size_bytes()));
  HOLDALL_TRY(file.read_exact(0, start));
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  for (const char* field : {"meta_info_def", "graph_def", "saver_def", "collection_def"}) {
    if (text.starts_with(field)) {
      return unsupported(
          "it is in protobuf's text form (export_meta_graph with as_text), whose collections are "
          "not read");
    }
  }
  return {};
}

}  // namespace

bool MetaCollection::has(std::string_view name) const {
  return std::binary_search(names.begin(), names.end(), name);
}

Result<MetaCollections> read_meta_collections(const Reader& file) {
  HOLDALL_TRY(refuse_text(file));
  MetaCollections collections;
  ProtoFile fields(file);
  while (true) {
    HOLDALL_ASSIGN(const auto field, fields.next());
    if (!field) return collections;
    if (field->number != kCollectionField) continue;
    if (field->wire_type != WireType::kBytes)
      return corrupt("the collection at byte {} is a number", field->offset);
    HOLDALL_ASSIGN(const auto first_bytes, fields.peek(*field));
    if (!may_be_wanted(first_bytes)) continue;
    HOLDALL_ASSIGN(auto read, fields.read(*field, kMaxCollectionBytes));
    const auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(read));
    HOLDALL_ASSIGN(auto parsed, parse_collection(*bytes, field->offset));
    const WantedCollection* wanted = find_wanted(parsed.key);
    if (wanted != nullptr) collections.*wanted->member = {std::move(parsed.names), bytes};
  }
}

}  // namespace holdall::tf_bundle
