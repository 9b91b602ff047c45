// Looks at a path as a person would: what is it, does it open, is all of it there, do its bytes
// hold, and what else is there that works.
#include "holdall/doctor.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "holdall/text.h"
#include "saver/checkpoint_access.h"
#include "saver/find_checkpoint.h"
#include "saver/newest_checkpoint.h"
#include "saver/recognize.h"
#include "storage/storage_registry.h"

namespace holdall {
namespace {

bool is_temporary(std::string_view name) {
  const size_t at = name.rfind(".tmp");
  const bool is_ours = at != std::string_view::npos && name.size() == at + 4 + 16 &&
                       name.find_first_not_of("0123456789abcdef", at + 4) == std::string_view::npos;
  return is_ours || name.find(".tempstate") != std::string_view::npos;
}

std::string names_text(const LostRange& range) {
  if (range.after.empty() && range.before.empty()) return "all names";
  if (range.after.empty()) return "names before " + quote(range.before);
  if (range.before.empty()) return "names after " + quote(range.after);
  return message("names after {} and before {}", quote(range.after), quote(range.before));
}

class Examination {
 public:
  Examination(const Storage& storage, std::string path, const DiagnoseOptions& options)
      : storage_(storage), path_(std::move(path)), options_(options) {}

  Result<Diagnosis> run() {
    found_.path = path_;
    auto checkpoint = Checkpoint::open(path_, {options_.storage, NameView::kRaw});
    if (!checkpoint.ok()) {
      HOLDALL_TRY(look_at_what_does_not_open(std::move(checkpoint).error()));
    } else {
      HOLDALL_TRY(look_at(*checkpoint));
    }
    look_around();
    std::stable_sort(found_.findings.begin(), found_.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    if (found_.cause.empty()) found_.cause = say_healthy();
    return std::move(found_);
  }

 private:
  void add(Finding finding) { found_.findings.push_back(std::move(finding)); }

  // ------------------------------------------------------------------ what is no checkpoint at all

  Status look_at_what_does_not_open(Error error) {
    const bool is_there = storage_.is_directory(path_) || storage_.open_reader(path_).ok();
    const bool is_index = error.code == Code::kCorrupt;
    // A path at which nothing is, and trouble with the disk, are no diagnosis of a checkpoint.
    if (error.code == Code::kIo || error.code == Code::kExhausted) return error;
    if (!is_there && !is_index && error.code != Code::kUnsupported) return error;
    const std::string file = error.place.file.empty() ? path_ : error.place.file;
    found_.kind = storage_.is_directory(path_) ? "directory" : "unknown";
    Finding finding{Severity::kError, is_index ? "index" : "not-a-checkpoint", file, "",
                    error.message};
    if (const auto what = recognize_file(storage_, file); what.ok()) {
      found_.kind = std::string(what->kind);
      if (!what->working_path.empty() && what->working_path != path_)
        finding.advice = "open " + quote(what->working_path);
    }
    found_.cause = error.message;
    add(std::move(finding));
    if (is_index) look_for_lost_names();
    return {};
  }

  // What is left of an index in which parts are damaged.
  void look_for_lost_names() {
    const auto sound = open_for_salvage(path_, options_.storage);
    if (!sound.ok()) return;
    const std::vector<LostRange>& lost = CheckpointAccess::lost(*sound);
    if (lost.empty() && sound->notes().empty()) return;
    for (const std::string& note : sound->notes())
      add({Severity::kWarning, "opened", "", "", note});
    for (const LostRange& range : lost)
      add({Severity::kError, "lost-names", range.file, "", names_text(range) + " are lost"});
    found_.findings.back().advice = message(
        "{} {}{} are still listed; salvage writes those that hold (holdall doctor --salvage)",
        sound->catalog().count(), sound->catalog().count() == 1 ? "tensor" : "tensors",
        lost.empty() ? "" : " of other names");
  }

  // -------------------------------------------------------------------------------- a checkpoint

  Status look_at(const Checkpoint& checkpoint) {
    const Catalog& catalog = checkpoint.catalog();
    found_.kind = "checkpoint";
    found_.checkpoint_path = catalog.path();
    found_.format = catalog.format();
    found_.tensor_count = catalog.count();
    for (const std::string& note : checkpoint.notes())
      add({Severity::kWarning, "opened", "", "", note});
    HOLDALL_TRY(look_at_files(catalog));
    look_at_roles(checkpoint);
    if (options_.read_data) return look_at_bytes(checkpoint);
    for (const TensorInfo& info : catalog) {
      if (info.problem == nullptr) continue;
      damaged_.insert(info.name);
      add({Severity::kError, "entry", info.problem->place.file, info.name, info.problem->message});
    }
    conclude(catalog);
    return {};
  }

  // Sizes against what the index says: a copy that was cut off, or a file of another save.
  Status look_at_files(const Catalog& catalog) {
    const std::vector<uint64_t> ends = find_data_ends(catalog);
    for (size_t i = 0; i < ends.size(); ++i) {
      const std::string& path = catalog.files()[i];
      const uint64_t end = ends[i];
      const auto file = storage_.open_reader(path);
      if (!file.ok()) {
        if (file.error().code == Code::kIo) return file.error();
        bad_files_.insert(path);
        missing_files_.insert(path);
        add({Severity::kError, "missing-file", path, "", "its data file is not there",
             "copy it beside the index, from where the checkpoint was made"});
        continue;
      }
      const uint64_t size_bytes = (*file)->size_bytes();
      if (size_bytes < end) {
        bad_files_.insert(path);
        add({Severity::kError, "cut-short", path, "",
             message("it has {} bytes, the index speaks of {}: it was cut short, or is of another "
                     "save",
                     size_bytes, end),
             "copy the file again"});
      } else if (size_bytes > end && catalog.format() == "tf_bundle" && end > 0) {
        HOLDALL_ASSIGN(const bool is_padded, is_padding(**file, end));
        if (!is_padded) longer_files_.insert(path);
      }
      HOLDALL_TRY(look_for_other_content(path));
    }
    return {};
  }

  // Whether the bytes from `offset` on are what a writer that aligns tensors puts behind the last.
  static Result<bool> is_padding(const Reader& reader, uint64_t offset) {
    if (reader.size_bytes() - offset >= tf_bundle::kMaxAlignment) return false;
    std::vector<std::byte> bytes(reader.size_bytes() - offset);
    HOLDALL_TRY(reader.read_exact(offset, bytes));
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; });
  }

  // The `.meta`, as far as the tensors' roles need it.
  void look_at_roles(const Checkpoint& checkpoint) {
    const Status told = CheckpointAccess::role_status(checkpoint);
    if (told.ok()) return;
    const Error& error = told.error();
    add({error.code == Code::kUnsupported ? Severity::kNote : Severity::kWarning, "meta-file",
         error.place.file, "", "roles cannot be told by it: " + error.message,
         "tensors are read without it, and names tell what they are for; take the file away, or "
         "copy it again, if roles come out wrong"});
  }

  // Elements may look like an archive's first bytes; text does not come about so.
  Status look_for_other_content(const std::string& path) {
    const auto what = recognize_file(storage_, path);
    if (!what.ok() || (what->kind != "git-lfs-pointer" && what->kind != "html-page")) return {};
    bad_files_.insert(path);
    add({Severity::kError, "not-a-checkpoint", path, "", what->sentence});
    return {};
  }

  Status look_at_bytes(const Checkpoint& checkpoint) {
    VerifyOptions options;
    options.threads = options_.threads;
    options.progress = options_.progress;
    HOLDALL_ASSIGN(const VerifyReport report, verify(checkpoint, options));
    damaged_.insert(report.damaged.begin(), report.damaged.end());
    std::map<std::string, size_t> checksums;  // of a file: how many do not hold
    for (const VerifyProblem& problem : report.problems) {
      if (problem.error.reason == reason::kChecksum) ++checksums[problem.file];
      // The file itself was told of.
      if (bad_files_.contains(problem.file) && problem.error.reason != reason::kChecksum) continue;
      const bool is_entry = problem.size_bytes == 0;
      add({Severity::kError,
           is_entry                                    ? "entry"
           : problem.error.reason == reason::kCutShort ? "cut-short"
                                                       : "checksum",
           problem.file, problem.tensor, problem.error.message});
    }
    for (const auto& [file, count] : checksums) judge_checksums(checkpoint.catalog(), file, count);
    if (report.bytes_without_checksum > 0) {
      add({Severity::kNote, "no-checksums", "", "",
           message("{} have no checksum in this format: they are there, but nothing tells whether "
                   "they are what was saved",
                   size_text(report.bytes_without_checksum))});
    }
    conclude(checkpoint.catalog());
    return {};
  }

  // When nothing in a file holds, or its size is another, it is not damaged but another's.
  void judge_checksums(const Catalog& catalog, const std::string& file, size_t count) {
    size_t in_file = 0;
    for (const TensorInfo& info : catalog) {
      for (const Piece& piece : info.pieces)
        in_file += catalog.files()[piece.extent.file_index] == file && piece.extent.size_bytes > 0;
    }
    const bool is_all = count == in_file && in_file > 1;
    if (!is_all && !longer_files_.contains(file)) return;
    add({Severity::kError, "other-save", file, "",
         is_all ? "no checksum in it holds: index and data are from different saves"
                : "its size is another than the index speaks of: index and data are from different "
                  "saves",
         "copy index and data together, from where the checkpoint was made"});
  }

  // Of a file that is not there, everything in it is lost.
  void lose_missing(const Catalog& catalog) {
    for (const TensorInfo& info : catalog) {
      for (const Piece& piece : info.pieces) {
        if (missing_files_.contains(catalog.files()[piece.extent.file_index]))
          damaged_.insert(info.name);
      }
    }
  }

  void conclude(const Catalog& catalog) {
    if (!missing_files_.empty()) lose_missing(catalog);
    found_.damaged.assign(damaged_.begin(), damaged_.end());
    found_.sound_count = catalog.count() - damaged_.size();
    const auto grave = [&](std::string_view kind) {
      return std::find_if(found_.findings.begin(), found_.findings.end(), [&](const Finding& each) {
        return each.severity == Severity::kError && each.kind == kind;
      });
    };
    for (const char* kind :
         {"not-a-checkpoint", "other-save", "missing-file", "cut-short", "checksum", "entry"}) {
      const auto finding = grave(kind);
      if (finding == found_.findings.end()) continue;
      found_.cause = (finding->file.empty() ? "" : quote(finding->file) + ": ") +
                     (finding->tensor.empty() ? "" : "tensor " + quote(finding->tensor) + ": ") +
                     finding->message;
      return;
    }
  }

  // --------------------------------------------------------------------------- what lies around it

  void look_around() {
    const std::string directory = storage_.is_directory(path_) ? path_ : directory_of(path_);
    const auto names = storage_.list_directory(directory);
    if (!names.ok()) return;
    for (const std::string& name : *names) {
      const std::string path = join_path(directory, name);
      if (is_temporary(name)) {
        add({Severity::kWarning, "leftover", path, "",
             "it is a file of a save that did not come to its end",
             "remove it, if no save is running"});
      } else if (name.ends_with(tf_bundle::kIndexSuffix) && name != tf_bundle::kIndexSuffix) {
        look_at_neighbour(path.substr(0, path.size() - tf_bundle::kIndexSuffix.size()));
      } else if (name == kStateFileName) {
        look_at_state(directory, path);
      }
    }
    std::stable_sort(found_.others.begin(), found_.others.end(),
                     [](const std::string& a, const std::string& b) {
                       return a.size() != b.size() ? a.size() < b.size() : a < b;
                     });
  }

  void look_at_neighbour(const std::string& prefix) {
    if (prefix == found_.checkpoint_path || prefix == path_) return;
    const auto claim = find_claim(storage_, prefix);
    if (!claim) return;
    const auto gap = find_gap(storage_, *claim);
    if (!gap.ok()) return;
    if (gap->empty()) {
      found_.others.push_back(prefix);
    } else {
      add({Severity::kWarning, "incomplete", prefix, "", "of this checkpoint, " + *gap});
    }
  }

  void look_at_state(const std::string& directory, const std::string& path) {
    const auto state = read_state_file(storage_, path);
    if (!state.ok()) {
      add({Severity::kWarning, "state-file", path, "", state.error().message,
           "the checkpoints themselves open by their own paths"});
      return;
    }
    std::set<std::string> gone;
    std::vector<std::string> recorded = state->all_model_checkpoint_paths;
    recorded.push_back(state->model_checkpoint_path);
    for (const std::string& each : recorded) {
      if (each.empty() || find_claim(storage_, path_of_recorded(directory, each))) continue;
      gone.insert(each);
    }
    for (const std::string& each : gone) {
      const bool is_beside =
          find_claim(storage_, join_path(directory, base_name_of(each))).has_value();
      add({Severity::kWarning, "state-file", path, "",
           message("it names {}, which is not there{}", quote(each),
                   is_beside ? "; a checkpoint of that name lies beside it and is taken" : "")});
    }
  }

  std::string say_healthy() const {
    if (!options_.read_data)
      return "nothing is wrong with its index and the sizes of its files; its data was not read";
    return message("nothing is wrong: all {} {} can be read", found_.tensor_count,
                   found_.tensor_count == 1 ? "tensor" : "tensors");
  }

  const Storage& storage_;
  std::string path_;
  const DiagnoseOptions& options_;
  Diagnosis found_;
  std::set<std::string> damaged_;    // tensors
  std::set<std::string> bad_files_;  // told of as a whole
  std::set<std::string> missing_files_;
  std::set<std::string> longer_files_;  // than the index speaks of
};

}  // namespace

std::string LostRange::to_string() const {
  return message("{}: {} are lost: {}", printable(file), names_text(*this), cause);
}

bool Diagnosis::is_healthy() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::kError; });
}

Result<Diagnosis> diagnose(std::string_view path, const DiagnoseOptions& options) {
  return guarded([&]() -> Result<Diagnosis> {
    HOLDALL_ASSIGN(const Location location, locate(path, options.storage));
    DiagnoseOptions own = options;
    own.storage = location.storage;
    return Examination(*location.storage, location.path, own).run();
  });
}

Result<Salvage> plan_salvage(const Checkpoint& checkpoint, std::string_view path,
                             const CopyOptions& options) {
  return guarded([&]() -> Result<Salvage> {
    VerifyOptions verifying;
    verifying.threads = options.save.threads;
    verifying.window_bytes = options.window_bytes;
    verifying.progress = options.save.progress;
    HOLDALL_ASSIGN(VerifyReport report, verify(checkpoint, verifying));
    const std::vector<LostRange>& lost = CheckpointAccess::lost(checkpoint);
    if (report.damaged.size() == checkpoint.catalog().count()) {
      return not_found("nothing of it can be saved: none of its {} tensors holds",
                       report.damaged.size())
          .in_file(checkpoint.path());
    }
    const CopySource source{checkpoint, {}, report.damaged};
    HOLDALL_ASSIGN(SavePlan plan, plan_copy({&source, 1}, path, options));
    return Salvage{std::move(plan), std::move(report.damaged), std::move(report.problems), lost};
  });
}

}  // namespace holdall
