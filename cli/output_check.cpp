#include "output_check.h"

#include <filesystem>

namespace holdall::cli {
namespace {

Error refusal(const std::string& path, std::string text) {
  Error error;
  error.place.file = path;
  error.message = std::move(text);
  return error;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored);
}

// A prefix is no file itself, so two spellings of one are compared by directory and name.
bool is_same_prefix(const std::string& a, const std::string& b) {
  const auto or_here = [](const std::string& directory) {
    return directory.empty() ? std::string(".") : directory;
  };
  return base_name_of(a) == base_name_of(b) &&
         is_same_file(or_here(directory_of(a)), or_here(directory_of(b)));
}

}  // namespace

Status check_output(const SavePlan& plan, const std::vector<Source>& sources, bool is_forced) {
  std::vector<std::string> written = {plan.path};
  for (const PlannedFile& file : plan.files) written.push_back(file.path);
  for (const Source& source : sources) {
    bool is_read = is_same_prefix(source.checkpoint.path(), plan.path);
    for (const std::string& file : source.checkpoint.catalog().files()) {
      for (const std::string& path : written) is_read = is_read || is_same_file(file, path);
    }
    if (is_read)
      return refusal(plan.path, "it is one of the checkpoints that are read; give another name");
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(plan.path, ignored))
    return refusal(plan.path, "it is a directory; give a name in it");
  if (is_forced) return {};
  if (const auto there = Checkpoint::open(plan.path); there.ok() && there->path() == plan.path)
    return refusal(plan.path, "a checkpoint is there already; --force replaces it");
  for (const std::string& path : written) {
    // Also a link that leads nowhere.
    const auto kind = std::filesystem::symlink_status(path, ignored).type();
    if (kind == std::filesystem::file_type::not_found) continue;
    if (kind == std::filesystem::file_type::none) continue;
    return refusal(path, "a file is there already; --force replaces it");
  }
  return {};
}

}  // namespace holdall::cli
