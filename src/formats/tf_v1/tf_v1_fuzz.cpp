// Opens any bytes as a V1 checkpoint and reads every tensor: as they are, and with the checksums of
// the table's blocks made right, behind which nothing would ever be reached otherwise. What can be
// read is saved and read again.
#include <string>
#include <vector>

#include "codec/repairing_mutator_testing.h"
#include "codec/sorted_table_repair_testing.h"
#include "formats/format_fuzz_testing.h"

namespace holdall {
namespace {

void check_saving(const std::vector<SaveItem>& items) {
  const auto storage = make_memory_storage();
  const auto plan = plan_save("again", items, {.format = "tf_v1", .storage = storage});
  if (!plan.ok()) {
    // What TensorFlow reads, and does not write.
    require(plan.error().code == Code::kUnsupported);
    return;
  }
  check_read_back(*plan);
}

void check_v1_file(const std::string& bytes) {
  const auto storage = make_memory_storage();
  for (const char* path : {"m", "s-00000-of-00002", "s-00001-of-00002"}) {
    put(*storage, path, bytes_of(bytes));
  }
  const auto set = Checkpoint::open("s", {storage});
  if (!set.ok()) check_error(set.error());
  const auto checkpoint = Checkpoint::open("m", {storage});
  if (!checkpoint.ok()) return check_error(checkpoint.error());
  std::vector<SaveItem> items;
  for (const TensorInfo& info : checkpoint->catalog()) {
    for (const bool verify : {false, true}) {
      const auto tensor = checkpoint->read(info.name, {.verify = verify, .threads = 1});
      if (!tensor.ok()) {
        check_error(tensor.error());
        continue;
      }
      require(tensor->dtype() == info.dtype && tensor->shape() == info.shape);
      if (verify && info.dtype != DType::kBool) items.push_back({info.name, *tensor, {}, {}, 0});
    }
  }
  if (items.size() <= 64) check_saving(items);
}

}  // namespace

void repair_input(std::span<std::byte> input) {
  repair_table_bytes(input);
}

}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  std::string input(reinterpret_cast<const char*>(bytes), size_bytes);
  holdall::check_v1_file(input);
  holdall::repair_table(input);
  holdall::check_v1_file(input);
  return 0;
}
