// Reads any bytes as a `.meta` file, and tells roles by it of a catalog that has the variables.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "codec/bytes_reader_testing.h"
#include "formats/tf_bundle/meta_roles.h"

namespace holdall::tf_bundle {
namespace {

void check_names(const MetaCollection& collection) {
  const auto& names = collection.names;
  require(std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end());
  const auto* const start = collection.bytes ? collection.bytes->data() : nullptr;
  for (const std::string_view name : names) {
    const auto* const at = reinterpret_cast<const std::byte*>(name.data());
    require(name.empty() || (at >= start && at + name.size() <= start + collection.bytes->size()));
  }
}

Catalog catalog_of(const MetaCollections& collections) {
  std::set<std::string> names = {"other", "other/Adam"};
  names.insert(collections.variables.names.begin(), collections.variables.names.end());
  std::vector<TensorInfo> tensors;
  for (const std::string& name : names) {
    tensors.emplace_back();
    tensors.back().name = name;
  }
  auto catalog = Catalog::make("m", "tf_bundle", {}, ByteOrder::kLittle, std::move(tensors));
  require(catalog.ok());
  return *std::move(catalog);
}

void check_roles(const MetaCollections& collections) {
  const Catalog catalog = catalog_of(collections);
  const auto roles = roles_of_collections(catalog, collections);
  require(roles.ok() && (roles->empty() || roles->size() == catalog.count()));
  for (size_t i = 0; i < roles->size(); ++i) {
    const std::string& name = catalog[i].name;
    if (collections.trainable.has(name)) require((*roles)[i] == Role::kWeight);
    if (collections.variables.has(name)) require((*roles)[i].has_value());
  }
}

}  // namespace
}  // namespace holdall::tf_bundle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  using namespace holdall::tf_bundle;
  const BytesReader file(std::as_bytes(std::span(bytes, size_bytes)));
  const auto collections = read_meta_collections(file);
  if (!collections.ok()) {
    require(collections.error().code == holdall::Code::kCorrupt ||
            collections.error().code == holdall::Code::kUnsupported);
    require(!collections.error().message.empty());
    return 0;
  }
  for (const MetaCollection* each :
       {&collections->variables, &collections->trainable, &collections->model,
        &collections->averaged, &collections->steps}) {
    check_names(*each);
  }
  check_roles(*collections);
  return 0;
}
