#include "saver/checkpoint_files.h"

#include <algorithm>
#include <set>

#include "base/try.h"
#include "formats/format.h"
#include "formats/tf_bundle/tf_bundle_format.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/checkpoint_state.h"
#include "formats/tf_v1/tf_v1_format.h"
#include "saver/listed_checkpoints.h"
#include "saver/newest_checkpoint.h"

namespace holdall {
namespace {

Result<bool> is_there(const Storage& storage, const std::string& path) {
  const auto file = storage.open_reader(path);
  if (!file.ok() && file.error().code == Code::kIo) return file.error();
  return file.ok();
}

// Whether it names a checkpoint of that name, and no other. Where several are named it is the
// directory's, and changes with each save.
Result<bool> is_state_of(const Storage& storage, const std::string& path, std::string_view name) {
  const auto state = read_state_file(storage, path);
  if (!state.ok() && state.error().code == Code::kIo) return state.error();
  if (!state.ok()) return false;
  std::vector<std::string> named = state->all_model_checkpoint_paths;
  named.push_back(state->model_checkpoint_path);
  return std::all_of(named.begin(), named.end(),
                     [&](const std::string& each) { return base_name_of(each) == name; });
}

// What TensorFlow writes beside the files that hold tensors.
Status add_files_beside(const Storage& storage, const Claim& claim, std::set<std::string>& files) {
  for (const std::string& path :
       {claim.path + std::string(tf_bundle::kIndexSuffix), meta_path_of(claim)}) {
    HOLDALL_ASSIGN(const bool is_file, is_there(storage, path));
    if (is_file) files.insert(path);
  }
  const std::string state = join_path(directory_of(claim.path), kStateFileName);
  HOLDALL_ASSIGN(const bool is_own_state, is_state_of(storage, state, name_of(claim)));
  if (is_own_state) files.insert(state);
  return {};
}

}  // namespace

Result<std::vector<std::string>> list_checkpoint_files(const Storage& storage,
                                                       const Catalog& catalog) {
  std::set<std::string> files(catalog.files().begin(), catalog.files().end());
  HOLDALL_ASSIGN(const bool is_file, is_there(storage, catalog.path()));
  if (is_file) files.insert(catalog.path());
  const auto format = find_format(catalog.format());
  if (format.ok() && (*format == &tf_bundle_format() || *format == &tf_v1_format()))
    HOLDALL_TRY(add_files_beside(storage, {*format, catalog.path()}, files));
  return std::vector<std::string>(files.begin(), files.end());
}

}  // namespace holdall
