// Where the variables that a restore wants come from: a session, another checkpoint, a file.
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/json.h"
#include "formats/format.h"
#include "holdall/names.h"
#include "holdall/restore.h"
#include "holdall/session.h"
#include "storage/storage_registry.h"

namespace holdall {
namespace {

RestoreTarget make_target(std::string name, DType dtype, Shape shape) {
  RestoreTarget target;
  target.name = std::move(name);
  target.dtype = dtype;
  target.shape = std::move(shape);
  return target;
}

Result<Shape> parse_shape(const Json& json) {
  std::vector<int64_t> dims;
  if (!json.is_array()) return invalid_argument("its shape is no list of sizes");
  for (const Json& size : json.items()) {
    const auto value = size.as_int64();
    if (!value || *value < 0) return invalid_argument("its shape is no list of sizes");
    dims.push_back(*value);
  }
  return Shape(dims);
}

// {"name": "dna/w", "dtype": "float32", "shape": [2]}; the latter two may be missing.
Result<RestoreTarget> parse_target(const Json& json) {
  RestoreTarget target;
  const Json* name = json.find("name");
  if (name == nullptr || !name->as_string() || name->as_string()->empty())
    return invalid_argument("a variable without a name");
  target.name = *name->as_string();
  const auto in_target = [&](Error error) { return std::move(error).in_tensor(target.name); };
  if (const Json* dtype = json.find("dtype"); dtype != nullptr) {
    target.dtype = find_dtype(dtype->as_string().value_or(""));
    if (!target.dtype) return in_target(invalid_argument("its dtype is not one that is known"));
  }
  if (const Json* shape = json.find("shape"); shape != nullptr) {
    auto parsed = parse_shape(*shape);
    if (!parsed.ok()) return in_target(std::move(parsed).error());
    target.shape = *std::move(parsed);
  }
  return target;
}

// Of one catalog or spec.
Result<std::vector<RestoreTarget>> targets_in(const Json& json) {
  const Json* variables = json.find("variables");
  if (variables == nullptr) variables = json.find("tensors");
  if (variables == nullptr || !variables->is_array()) {
    return invalid_argument(
        "it has no list 'variables'; expected {\"variables\": [{\"name\": ..., \"dtype\": ..., "
        "\"shape\": [...]}]}");
  }
  std::vector<RestoreTarget> targets;
  for (const Json& each : variables->items()) {
    HOLDALL_ASSIGN(RestoreTarget target, parse_target(each));
    targets.push_back(std::move(target));
  }
  return targets;
}

// What `holdall ls --json` prints is several catalogs, each perhaps with a scope.
Result<std::vector<RestoreTarget>> targets_in(std::string_view text) {
  HOLDALL_ASSIGN(const Json json, Json::parse(text));
  const Json* checkpoints = json.find("checkpoints");
  if (checkpoints == nullptr) return targets_in(json);
  std::vector<RestoreTarget> targets;
  for (const Json& each : checkpoints->items()) {
    HOLDALL_ASSIGN(auto own, targets_in(each));
    const Json* scope = each.find("scope");
    for (RestoreTarget& target : own) {
      if (scope != nullptr) target.name = join_scope(scope->as_string().value_or(""), target.name);
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

}  // namespace

std::vector<RestoreTarget> targets_of(const Snapshot& snapshot, std::string_view scope) {
  std::vector<RestoreTarget> targets;
  const ScopeView view = snapshot.scope(scope);
  for (const std::string& name : view.names()) {
    const Tensor value = *view.find(name);
    targets.push_back(make_target(join_scope(view.name(), name), value.dtype(), value.shape()));
  }
  return targets;
}

std::vector<RestoreTarget> targets_of(const Catalog& catalog, std::string_view scope) {
  std::vector<RestoreTarget> targets;
  for (const TensorInfo& info : catalog)
    targets.push_back(make_target(join_scope(scope, info.name), info.dtype, info.shape));
  return targets;
}

Result<std::vector<RestoreTarget>> parse_targets(std::string_view text) {
  return guarded([&] { return targets_in(text); });
}

Result<std::vector<RestoreTarget>> read_targets(std::string_view path) {
  return guarded([&]() -> Result<std::vector<RestoreTarget>> {
    HOLDALL_ASSIGN(const Location location, locate(path, nullptr));
    HOLDALL_ASSIGN(const auto bytes, read_whole_file(*location.storage, location.path));
    auto targets = targets_in({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!targets.ok()) return std::move(targets).error().in_file(path);
    return targets;
  });
}

}  // namespace holdall
