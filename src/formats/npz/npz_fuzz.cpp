// Opens any bytes as an .npz archive or an .npy file and reads every tensor; what can be read is
// saved, stored and deflated, and read again. Checksums are compared and, so that more is reached,
// not compared.
#include <string>
#include <vector>

#include "codec/repairing_mutator_testing.h"
#include "codec/zip_repair_testing.h"
#include "formats/format_fuzz_testing.h"

namespace holdall {
namespace {

// An archive may hold a thousand times its own size of zeros; that is no news each time.
constexpr uint64_t kMostElements = uint64_t{1} << 20;

void check_saving(const std::vector<SaveItem>& items, bool compress) {
  const auto storage = make_memory_storage();
  const auto plan =
      plan_save("again", items, {.format = "npz", .storage = storage, .compress = compress});
  if (!plan.ok()) return check_error(plan.error());
  check_read_back(*plan);
}

}  // namespace

void repair_input(std::span<std::byte> input) {
  repair_zip(input);
}

}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  const auto storage = make_memory_storage();
  put(*storage, "m", std::as_bytes(std::span(bytes, size_bytes)));
  const auto checkpoint = Checkpoint::open("m", {storage});
  if (!checkpoint.ok()) {
    check_error(checkpoint.error());
    return 0;
  }
  std::vector<SaveItem> items;
  for (const TensorInfo& info : checkpoint->catalog()) {
    if (info.shape.element_count().value_or(kMostElements) >= kMostElements) continue;
    for (const bool verify : {true, false}) {
      const auto tensor = checkpoint->read(info.name, {.verify = verify, .threads = 1});
      if (!tensor.ok()) {
        check_error(tensor.error());
        continue;
      }
      require(tensor->dtype() == info.dtype && tensor->shape() == info.shape);
      if (!verify && !info.name.empty()) items.push_back({info.name, *tensor, {}, {}, 0});
    }
  }
  if (items.size() <= 64) {
    check_saving(items, false);
    check_saving(items, true);
  }
  return 0;
}
