#include "saver/save_plan_layout.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "formats/tf_common/checkpoint_state.h"
#include "holdall/saver.h"
#include "holdall/text.h"
#include "saver/json_text.h"
#include "storage/storage_registry.h"

namespace holdall {

Result<std::unique_ptr<Layout>> lay_out_plan(const SavePlan& plan) {
  HOLDALL_ASSIGN(const Format* format, find_format(plan.options.format));
  if (!format->info().can_write) {
    return unsupported("format {} can be read, not written", format->info().name);
  }
  return format->lay_out(plan.path, plan.items, plan.options);
}

void spread_over_shards(std::span<SaveItem> items, uint32_t shard_count) {
  uint64_t size_bytes = 0;
  for (const SaveItem& item : items) size_bytes += item.size_bytes();
  const uint64_t count = std::max<uint32_t>(1, shard_count);
  const uint64_t share = size_bytes / count + (size_bytes % count > 0 || size_bytes == 0 ? 1 : 0);
  uint64_t done_bytes = 0;
  for (SaveItem& item : items) {
    item.shard = static_cast<uint32_t>(std::min(done_bytes / share, count - 1));
    done_bytes += item.size_bytes();
  }
}

Result<SavePlan> plan_save(std::string_view path, std::vector<SaveItem> items,
                           const SaveOptions& options) {
  return guarded([&]() -> Result<SavePlan> {
    HOLDALL_ASSIGN(Location location, locate(path, options.storage));
    const std::string name = base_name_of(location.path);
    if (name.empty()) {
      return invalid_argument("{} names no file: a path that ends in a name is expected",
                              quote(path));
    }
    if (options.update_state && name == kStateFileName) {
      return invalid_argument("{} is the name of the state file; give the checkpoint another",
                              quote(name));
    }
    SavePlan plan{std::move(location.path), options, std::move(items), {}};
    plan.options.storage = std::move(location.storage);
    if (plan.options.format.empty()) plan.options.format = format_for_path(plan.path);
    auto layout = lay_out_plan(plan);
    if (!layout.ok()) return std::move(layout).error().in_file(path);
    for (const LayoutFile& file : (*layout)->files())
      plan.files.push_back({file.path, file.size_bytes});
    return plan;
  });
}

uint64_t SavePlan::size_bytes() const {
  uint64_t sum = 0;
  for (const PlannedFile& file : files) sum += file.size_bytes;
  return sum;
}

Status check_space(const SavePlan& plan) {
  uint64_t needed = 0;
  for (const PlannedFile& file : plan.files)
    needed = checked_add(needed, file.size_bytes).value_or(UINT64_MAX);
  const std::string directory = directory_of(plan.path);
  const auto available = plan.options.storage->free_bytes(directory);
  if (!available || needed <= *available) return {};
  return make_error(Code::kExhausted, reason::kNone,
                    "no space: the files need {} ({} bytes), {} ({} bytes) are available",
                    size_text(needed), needed, size_text(*available), *available)
      .in_file(plan.path);
}

std::string SavePlan::to_string() const {
  std::string text;
  for (const SaveItem& item : items) {
    text += message("{} {} {}, {} bytes\n", printable(item.name), dtype_name(item.dtype()),
                    item.shape().to_string(), item.size_bytes());
  }
  for (const PlannedFile& file : files) {
    text += message("{}, {} bytes\n", printable(file.path), file.size_bytes);
  }
  return text;
}

namespace {

Json item_json(const SaveItem& item) {
  Json json = Json::object({{"name", item.name},
                            {"dtype", dtype_name(item.dtype())},
                            {"shape", shape_json(item.shape())},
                            {"size_bytes", item.size_bytes()},
                            {"shard", item.shard}});
  if (item.box) json.add("box", item.box->to_string());
  if (item.whole_shape) json.add("whole_shape", shape_json(*item.whole_shape));
  return json;
}

Json files_json(std::span<const PlannedFile> files) {
  Json array = Json::array();
  for (const PlannedFile& file : files)
    array.push_back(Json::object({{"path", file.path}, {"size_bytes", file.size_bytes}}));
  return array;
}

}  // namespace

std::string SaveReport::to_json() const {
  return Json::object({{"schema", 1},
                       {"checkpoint", path},
                       {"tensor_count", tensor_count},
                       {"files", files_json(files)},
                       {"bytes_written", bytes_written},
                       {"seconds", seconds},
                       {"notes", names_json(notes)}})
      .dump(2);
}

std::string SavePlan::to_json() const {
  Json tensors = Json::array();
  for (const SaveItem& item : items) tensors.push_back(item_json(item));
  return Json::object({{"schema", 1},
                       {"checkpoint", path},
                       {"format", options.format},
                       {"tensors", std::move(tensors)},
                       {"files", files_json(files)},
                       {"size_bytes", size_bytes()}})
      .dump(2);
}

}  // namespace holdall
