// Opens any bytes as a safetensors file, and as the index of shards that are such files, and reads
// every tensor; what can be read is saved and read again.
#include <string>
#include <vector>

#include "formats/format_fuzz_testing.h"

namespace holdall {
namespace {

void check_saving(const std::vector<SaveItem>& items) {
  const auto storage = make_memory_storage();
  const auto plan = plan_save("again", items, {.format = "safetensors", .storage = storage});
  require(plan.ok());
  check_read_back(*plan);
}

void check_file(const std::shared_ptr<Storage>& storage, const std::string& path) {
  const auto checkpoint = Checkpoint::open(path, {storage});
  if (!checkpoint.ok()) return check_error(checkpoint.error());
  std::vector<SaveItem> items;
  bool is_empty_name_there = false;
  for (const TensorInfo& info : checkpoint->catalog()) {
    const auto tensor = checkpoint->read(info.name, {.threads = 1});
    if (!tensor.ok()) {
      check_error(tensor.error());
      continue;
    }
    require(tensor->dtype() == info.dtype && tensor->shape() == info.shape);
    is_empty_name_there |= info.name.empty();
    items.push_back({info.name, *tensor, {}, {}, 0});
  }
  if (items.size() <= 64 && !is_empty_name_there) check_saving(items);
}

}  // namespace
}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const auto input = std::as_bytes(std::span(bytes, size_bytes));
  const auto storage = holdall::make_memory_storage();
  holdall::put(*storage, "m.safetensors", input);
  holdall::put(*storage, "model-00001-of-00002.safetensors", input);
  holdall::put(*storage, "i.safetensors.index.json", input);
  holdall::check_file(storage, "m.safetensors");
  holdall::check_file(storage, "i.safetensors.index.json");
  return 0;
}
