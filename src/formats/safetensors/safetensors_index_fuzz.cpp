// Opens any bytes as the index of two shards that are sound. Whatever it says, no other file is
// opened.
#include "formats/format_fuzz_testing.h"

namespace holdall {
namespace {

// A storage in memory that ends the process if a path is asked for outside of one directory.
class Fenced : public Storage {
 public:
  std::shared_ptr<Storage> inner = make_memory_storage();

  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    require(path.starts_with("d/") && path.find('/', 2) == std::string::npos);
    require(path != "d/.." && path != "d/.");
    return inner->open_reader(path);
  }
  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override {
    return inner->open_writer(path);
  }
  Status sync_directory(const std::string& directory) override {
    return inner->sync_directory(directory);
  }
  Status make_directories(const std::string& directory) override {
    return inner->make_directories(directory);
  }
  Status remove(const std::string& path) override { return inner->remove(path); }
  bool is_directory(const std::string& path) const override { return inner->is_directory(path); }
  Result<std::vector<std::string>> list_directory(const std::string& directory) const override {
    return inner->list_directory(directory);
  }
};

void put_shard(Storage& storage, const std::string& path, const std::string& name) {
  std::string header = "{\"" + name + R"(":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  std::string file(8, '\0');
  file[0] = static_cast<char>(header.size());
  file += header + "ab";
  put(storage, path, std::as_bytes(std::span(file)));
}

}  // namespace
}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  const auto storage = std::make_shared<Fenced>();
  require(storage->make_directories("d").ok());
  put(*storage, "d/m.safetensors.index.json", std::as_bytes(std::span(bytes, size_bytes)));
  put_shard(*storage, "d/a.safetensors", "a");
  put_shard(*storage, "d/b.safetensors", "b");
  const auto checkpoint = Checkpoint::open("d/m.safetensors.index.json", {storage});
  if (!checkpoint.ok()) {
    check_error(checkpoint.error());
    return 0;
  }
  require(checkpoint->catalog().count() <= 2);
  for (const TensorInfo& info : checkpoint->catalog()) require(checkpoint->read(info.name).ok());
  return 0;
}
