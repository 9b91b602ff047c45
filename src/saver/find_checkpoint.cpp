#include "saver/find_checkpoint.h"

#include <algorithm>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "saver/recognize.h"

namespace holdall {
namespace {

constexpr std::string_view kSavedModelNames[] = {"saved_model.pb", "saved_model.pbtxt",
                                                 "saved_model.cpb"};

bool is_saved_model(const Storage& storage, const std::string& directory) {
  return std::any_of(std::begin(kSavedModelNames), std::end(kSavedModelNames), [&](auto name) {
    return storage.open_reader(join_path(directory, name)).ok();
  });
}

Result<FoundCheckpoint> find_in_saved_model(const Storage& storage, const std::string& directory) {
  const std::string prefix = saved_variables_in(directory);
  if (auto claim = find_claim(storage, prefix)) return FoundCheckpoint{*std::move(claim), {}, {}};
  return make_error(Code::kNotFound, reason::kMissingFile,
                    "it is a SavedModel without variables: '{}.index' was looked for",
                    printable(prefix))
      .in_file(directory);
}

Error refuse_file(const Storage& storage, const std::string& path, const Recognized& found) {
  Error error = make_error(found.code, reason::kNone, "{}", found.sentence);
  if (found.code == Code::kNotFound) error.reason = reason::kMissingFile;
  if (!found.is_foreign) error.message += "; " + what_is_there(storage, path);
  return std::move(error).in_file(path);
}

// What a file without a claim is. A state file, under whatever name, stands for its newest.
Result<FoundCheckpoint> find_by_content(const Storage& storage, const std::string& path,
                                        bool is_confined) {
  HOLDALL_ASSIGN(const Recognized found, recognize_file(storage, path));
  if (base_name_of(path) == kStateFileName || found.kind == "tf-state") {
    auto newest = find_newest_in_state(storage, path, is_confined);
    if (!newest.ok()) return explain_index_error(storage, "", std::move(newest).error());
    if (*newest) return **std::move(newest);
    return not_found("it is a state file that names no checkpoint; {}",
                     what_is_there(storage, path))
        .in_file(path);
  }
  const std::string name = base_name_of(path);
  if (std::find(std::begin(kSavedModelNames), std::end(kSavedModelNames), name) !=
      std::end(kSavedModelNames)) {
    return find_in_saved_model(storage, directory_of(path));
  }
  return refuse_file(storage, path, found);
}

Error refuse(const Storage& storage, const std::string& path) {
  // What is there and cannot be opened is not missing.
  const auto index = storage.open_reader(path + ".index");
  if (!index.ok() && index.error().code != Code::kNotFound) return index.error();
  const auto shards = recognize_file(storage, path);
  if (shards.ok()) return refuse_file(storage, path, *shards);
  return make_error(Code::kNotFound, reason::kMissingFile,
                    "no checkpoint is there: '{}.index' was looked for; {}", printable(path),
                    what_is_there(storage, path))
      .in_file(path);
}

bool is_telling(const Error& error) {
  return error.code == Code::kCorrupt && !error.place.file.empty();
}

// Whether a file of the kind is what the format reads: "tf-v1" and "tf_v1".
bool is_kind_of(std::string_view kind, std::string_view format) {
  return std::equal(kind.begin(), kind.end(), format.begin(), format.end(),
                    [](char a, char b) { return a == b || (a == '-' && b == '_'); });
}

// The newest checkpoint of a directory.
Result<FoundCheckpoint> find_newest(const Storage& storage, const std::string& directory,
                                    bool is_confined) {
  const std::string state_path = join_path(directory, kStateFileName);
  auto in_state = find_newest_in_state(storage, state_path, is_confined);
  if (in_state.ok() && *in_state) return **std::move(in_state);
  const bool has_none = in_state.ok() || in_state.error().reason == reason::kMissingFile;
  if (!has_none) return explain_index_error(storage, "", std::move(in_state).error());
  if (is_saved_model(storage, directory)) return find_in_saved_model(storage, directory);
  auto by_name = find_newest_by_name(storage, directory);
  if (by_name.ok() || by_name.error().code != Code::kNotFound) return by_name;
  // A SavedModel whose graph was left behind still has its variables.
  const std::string prefix = saved_variables_in(directory);
  if (auto claim = find_claim(storage, prefix)) return FoundCheckpoint{*std::move(claim), {}, {}};
  return by_name;
}

}  // namespace

std::string saved_variables_in(const std::string& directory) {
  return join_path(directory, "variables/variables");
}

Result<FoundCheckpoint> find_checkpoint(const Storage& storage, std::string path,
                                        bool is_confined) {
  if (path.empty()) return invalid_argument("the path of a checkpoint is empty");
  if (auto claim = find_claim(storage, path)) return FoundCheckpoint{*std::move(claim), {}, {}};
  if (storage.is_directory(path)) return find_newest(storage, path, is_confined);
  while (path.size() > 1 && path.ends_with('/')) {
    path.pop_back();
    if (auto claim = find_claim(storage, path)) return FoundCheckpoint{*std::move(claim), {}, {}};
  }
  if (storage.open_reader(path).ok()) return find_by_content(storage, path, is_confined);
  return refuse(storage, path);
}

Error explain_index_error(const Storage& storage, std::string_view format, Error error) {
  if (!is_telling(error)) return error;
  const auto found = recognize_file(storage, error.place.file);
  if (found.ok() && found->is_foreign && !is_kind_of(found->kind, format))
    error.message += "; " + found->sentence;
  return error;
}

Error explain_data_error(const Storage& storage, const Catalog& catalog, Error error) {
  const bool is_by_bytes = error.reason == reason::kChecksum || error.reason == reason::kCutShort;
  const auto& files = catalog.files();
  const auto at = std::find(files.begin(), files.end(), error.place.file);
  if (!is_by_bytes || at == files.end()) return error;
  const auto found = recognize_file(storage, *at);
  // Elements may look like an archive's first bytes; text does not come about so.
  if (found.ok() && (found->kind == "git-lfs-pointer" || found->kind == "html-page")) {
    error.message += "; " + found->sentence;
    return error;
  }
  const auto format = find_format(catalog.format());
  const bool has_index = format.ok() && (*format)->has_index_file();
  if (error.reason != reason::kChecksum || !has_index) return error;
  const uint64_t end = find_data_ends(catalog)[static_cast<size_t>(at - files.begin())];
  const auto file = storage.open_reader(*at);
  if (file.ok() && (*file)->size_bytes() != end) {
    error.message += message(
        "; the file has {} bytes and the index speaks of {}: index and data "
        "are from different saves",
        (*file)->size_bytes(), end);
  }
  return error;
}

}  // namespace holdall
