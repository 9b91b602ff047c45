// Opens any bytes under the names that files of checkpoints have, and asks what they are.
#include <cstdint>
#include <memory>
#include <string>

#include "base/fuzz_require_testing.h"
#include "holdall/checkpoint.h"
#include "saver/recognize.h"

namespace holdall {
namespace {

void check_file(std::span<const std::byte> bytes, const std::string& path) {
  const std::shared_ptr<Storage> storage = make_memory_storage();
  auto writer = storage->open_writer(path);
  require(writer.ok() && (*writer)->append(bytes).ok() && (*writer)->publish().ok());
  const auto found = recognize_file(*storage, path);
  require(found.ok() && !found->kind.empty() && found->sentence.starts_with("it is "));
  for (const std::string& spelling : {path, std::string("m"), std::string(".")}) {
    const auto checkpoint = Checkpoint::open(spelling, {storage, NameView::kVariable});
    if (checkpoint.ok()) continue;
    const Error& error = checkpoint.error();
    require(!error.message.empty());
    // Nobody but the writer of the bytes can be at fault.
    require(error.code == Code::kNotFound || error.code == Code::kCorrupt ||
            error.code == Code::kUnsupported || error.code == Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const auto input = std::as_bytes(std::span(bytes, size_bytes));
  for (const char* path : {"m", "m.index", "m.data-00000-of-00001", "m.meta", "checkpoint",
                           "saved_model.pb", "m-00000-of-00001"}) {
    holdall::check_file(input, path);
  }
  return 0;
}
