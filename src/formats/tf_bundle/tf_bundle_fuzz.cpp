// Opens any bytes as a tensor bundle and reads every tensor. The input is an index file, up to and
// with the magic number it ends with, and then the bytes of every data file it names. It is tried
// as it is, and with the checksums of its blocks made right: what lies behind them would otherwise
// never be reached.
#include <algorithm>
#include <string>
#include <vector>

#include "codec/json.h"
#include "codec/repairing_mutator_testing.h"
#include "codec/sorted_table_repair_testing.h"
#include "formats/format_fuzz_testing.h"
#include "holdall/doctor.h"
#include "holdall/session.h"

namespace holdall {
namespace {

void check_tensor(const Checkpoint& checkpoint, const TensorInfo& info,
                  std::vector<SaveItem>& items) {
  for (const bool verify : {true, false}) {
    for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
      auto tensor = checkpoint.read(info.name, {io, verify, 1});
      if (!tensor.ok()) {
        check_error(tensor.error());
        continue;
      }
      require(tensor->dtype() == info.dtype && tensor->shape() == info.shape);
      if (io == IoMode::kCopy && !verify) items.push_back({info.name, *tensor, {}, {}, 0});
    }
  }
}

// What could be read is saved, and read again.
void check_saving(std::vector<SaveItem> items) {
  const auto storage = make_memory_storage();
  const auto plan = plan_save("again", items, {.storage = storage});
  require(plan.ok());
  check_read_back(*plan);
}

// What is looked up by itself is what the whole has. In a damaged index it may be there all the
// same, or not be found.
void check_partial(const std::shared_ptr<Storage>& storage, const Checkpoint& whole) {
  OpenOptions options;
  options.storage = storage;
  const Catalog& catalog = whole.catalog();
  for (size_t i = 0; i < catalog.count(); i += 1 + catalog.count() / 8) {
    options.only = {catalog[i].name};
    const auto some = Checkpoint::open("m", options);
    require(some.ok() && some->catalog().count() == 1);
    const TensorInfo& info = some->catalog()[0];
    require(info.dtype == catalog[i].dtype && info.shape == catalog[i].shape);
    require((info.problem == nullptr) == (catalog[i].problem == nullptr));
  }
}

// Of a sound index salvage has the same; of a damaged one what it lists can be looked at.
void check_salvage(const std::shared_ptr<Storage>& storage, const Result<Checkpoint>& whole) {
  const auto sound = open_for_salvage("m", storage);
  if (!sound.ok()) {
    require(!whole.ok());
    return check_error(sound.error());
  }
  if (whole.ok()) require(sound->catalog().to_json() == whole->catalog().to_json());
  if (whole.ok() || sound->catalog().count() > 64) return;
  const auto salvage = plan_salvage(*sound, "kept", {.save = {.storage = storage}});
  if (!salvage.ok()) return check_error(salvage.error());
  require(!salvage->lost.empty() && execute(salvage->plan).ok());
}

void check_bundle(const std::string& index, std::string_view data) {
  const auto storage = make_memory_storage();
  put(*storage, "m.index", bytes_of(index));
  const auto checkpoint = Checkpoint::open("m", {storage});
  check_salvage(storage, checkpoint);
  if (!checkpoint.ok()) {
    const auto value = read_tensor("m", "v", {}, {storage});
    if (!value.ok()) check_error(value.error());
    return check_error(checkpoint.error());
  }
  const Catalog& catalog = checkpoint->catalog();
  require(Json::parse(catalog.to_json()).ok());
  check_partial(storage, *checkpoint);
  for (const std::string& path : catalog.files()) {
    if (&path - catalog.files().data() < 8) put(*storage, path, bytes_of(data));
  }
  for (const NameView view : {NameView::kObject, NameView::kVariable}) {
    const auto renamed = Checkpoint::open("m", {storage, view});
    const size_t graph_count = checkpoint->is_object_based() ? 1 : 0;
    if (!renamed.ok()) {
      check_error(renamed.error());
    } else {
      require(renamed->catalog().count() + graph_count == catalog.count());
    }
  }
  std::vector<SaveItem> items;
  for (const TensorInfo& info : catalog) check_tensor(*checkpoint, info, items);
  if (items.size() <= 64) check_saving(items);
  Session session;
  const auto report = session.load("m", {.scope = "s", .storage = storage, .read = {.threads = 1}});
  require(session.snapshot().count() == (report.ok() ? catalog.count() : 0));
}

// Where the index ends, with its magic number; the whole input if it has none.
size_t end_of_index(std::string_view input) {
  std::string magic;
  append_fixed(magic, kTableMagic);
  const size_t end = input.find(magic);
  return end == std::string_view::npos ? input.size() : end + magic.size();
}

}  // namespace

void repair_input(std::span<std::byte> input) {
  repair_table_bytes(input.first(end_of_index(text_of(input))));
}

}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  std::string input(reinterpret_cast<const char*>(bytes), size_bytes);
  const size_t end = holdall::end_of_index(input);
  std::string data = input.substr(end);
  // An index alone, as the files of TensorFlow are, still gets bytes to find tensors in.
  if (data.empty()) data.resize(4096);
  input.resize(end);
  holdall::check_bundle(input, data);
  holdall::repair_table(input);
  holdall::check_bundle(input, data);
  return 0;
}
