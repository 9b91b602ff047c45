#include "saver/small_files.h"

#include <vector>

#include "base/try.h"
#include "saver/rereading.h"

namespace holdall {

Result<std::unique_ptr<Writer>> write_closed(Storage& storage, const std::string& path,
                                             std::string_view bytes, Durability durability,
                                             const SmallFileOptions& options) {
  HOLDALL_ASSIGN(auto writer, storage.open_writer(path));
  HOLDALL_TRY(writer->keep_rights_of(options.rights_of.empty() ? path : options.rights_of));
  SummedWriter summed(*writer);
  Writer& summed_if_reread = options.reread ? summed : *writer;
  HOLDALL_TRY(summed_if_reread.append(std::as_bytes(std::span(bytes))));
  HOLDALL_TRY(writer->close(durability));
  if (options.reread) {
    if (auto status = summed.compare(); !status.ok())
      return std::move(status).error().in_file(path);
  }
  return writer;
}

Status sync_names(Storage& storage, const std::string& directory, Durability durability) {
  return durability == Durability::kDurable ? storage.sync_directory(directory) : Status();
}

Status replace_file(Storage& storage, const std::string& path, std::string_view bytes,
                    Durability durability) {
  HOLDALL_ASSIGN(const auto writer, write_closed(storage, path, bytes, durability));
  HOLDALL_TRY(writer->publish());
  return sync_names(storage, directory_of(path), durability);
}

Status make_directories(Storage& storage, const std::string& directory, Durability durability) {
  std::vector<std::string> parents;  // of those that are missing, the innermost first
  for (std::string each = directory; !each.empty() && each != "/" && !storage.is_directory(each);
       each = directory_of(each)) {
    if (each.back() != '/') parents.push_back(directory_of(each));
  }
  HOLDALL_TRY(storage.make_directories(directory));
  for (; !parents.empty(); parents.pop_back())
    HOLDALL_TRY(sync_names(storage, parents.back(), durability));
  return {};
}

}  // namespace holdall
