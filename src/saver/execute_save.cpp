// The order of a save (docs/reliability.md): data files under names that the checkpoint which has
// the path does not use, closed and durable; their names; the index, whose name makes them the
// checkpoint; the state file; and last the old data files go. Whatever fails before the index has
// its name leaves what was there as it was.
#include <algorithm>
#include <chrono>
#include <set>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/tf_common/checkpoint_state.h"
#include "holdall/saver.h"
#include "holdall/text.h"
#include "saver/data_writing.h"
#include "saver/save_plan_layout.h"
#include "saver/small_files.h"

namespace holdall {
namespace {

// The checkpoint that a save replaces.
struct LiveFiles {
  std::set<std::string> data;  // what its index speaks of
  bool is_unknown = false;     // there is one, and its index cannot be read

  bool has(const Storage& storage, const std::string& path) const {
    // Of what the index says nothing is known then: nothing that is there may be touched.
    return is_unknown ? storage.open_reader(path).ok() : data.contains(path);
  }
};

// Fails: kExhausted.
Result<LiveFiles> find_live(const Storage& storage, const Format& format, const std::string& path) {
  if (path.empty()) return LiveFiles();
  const auto catalog = format.read_catalog(storage, path, {});
  if (catalog.ok()) return LiveFiles{{catalog->files().begin(), catalog->files().end()}};
  if (catalog.error().code == Code::kExhausted) return catalog.error();
  return LiveFiles{{}, catalog.error().reason != reason::kMissingFile};
}

class Saving {
 public:
  explicit Saving(const SavePlan& plan)
      : plan_(plan),
        storage_(*plan.options.storage),
        directory_(directory_of(plan.path)),
        data_(plan) {}

  Saving(const Saving&) = delete;
  Saving& operator=(const Saving&) = delete;
  // Also where memory ran out on the way.
  ~Saving() {
    if (is_committed_) return;
    (void)guarded([&] {
      withdraw();
      return Status();
    });
  }

  Result<SaveReport> run() {
    HOLDALL_ASSIGN(layout_, lay_out_plan(plan_));
    HOLDALL_TRY(make_directories(storage_, directory_, plan_.options.durability));
    HOLDALL_TRY(refuse_what_hides());
    HOLDALL_ASSIGN(const auto lock, prepare());
    HOLDALL_ASSIGN(superseded_, find_superseded());
    HOLDALL_TRY(data_.write_all(*layout_, predecessor()));
    HOLDALL_ASSIGN(index_, layout_->finish(data_.written()));
    HOLDALL_TRY(commit());
    is_committed_ = true;
    // The checkpoint is there; whether the state file says so does not change what is old.
    const Status state = guarded([&] { return write_state(); });
    HOLDALL_TRY(guarded([&] { return remove_replaced(); }));
    HOLDALL_TRY(state);
    return make_report();
  }

 private:
  bool is_safe() const { return plan_.options.durability != Durability::kNone; }

  Status refuse_what_hides() const {
    const std::string hiding = layout_->hidden_by(storage_);
    if (hiding.empty()) return {};
    return invalid_argument(
               "whoever opens this path would be given another checkpoint, by {}; remove that "
               "first, or save to another path",
               quote(hiding))
        .in_file(plan_.path);
  }

  // Nobody else saves to the path meanwhile, and nothing that is in use gets overwritten.
  Result<std::unique_ptr<StorageLock>> prepare() {
    if (!is_safe()) return std::unique_ptr<StorageLock>();
    HOLDALL_ASSIGN(auto lock, storage_.lock(plan_.path));
    // What cannot be cleaned up is in nobody's way.
    (void)storage_.remove_leftovers(directory_, [&](const std::string& path) {
      return layout_->owns(path) || path == state_path();
    });
    HOLDALL_ASSIGN(const Format* format, find_format(plan_.options.format));
    // One file that is a checkpoint by itself is replaced in one step.
    const bool is_one_file = layout_->files().front().path == layout_->checkpoint_path();
    if (!is_one_file) {
      HOLDALL_ASSIGN(live_, find_live(storage_, *format, layout_->checkpoint_path()));
    }
    layout_->add_empty_files(live_.data);
    layout_->avoid_names([&](const std::string& path) { return live_.has(storage_, path); });
    return lock;
  }

  Status commit() {
    std::unique_ptr<Writer> index_writer;
    if (index_) {
      HOLDALL_ASSIGN(index_writer,
                     write_closed(storage_, index_->path, index_->bytes, plan_.options.durability,
                                  {superseded_, plan_.options.reread}));
    }
    for (const auto& writer : data_.writers()) {
      HOLDALL_TRY(writer->publish());
      ++published_count_;
    }
    HOLDALL_TRY(sync());
    if (index_writer == nullptr) return {};
    is_index_tried_ = true;
    HOLDALL_TRY(index_writer->publish());
    HOLDALL_TRY(sync());
    if (superseded_.empty()) return {};
    // As long as it is there, it is found before the new one: so it has to go for certain.
    HOLDALL_TRY(storage_.remove(superseded_));
    return sync();
  }

  // One file that is there in place of the several that are written.
  Result<std::string> find_superseded() const {
    std::string path = layout_->superseded_path();
    if (path.empty()) return path;
    const auto reader = storage_.open_reader(path);
    if (reader.ok()) return path;
    const bool is_none = reader.error().reason == reason::kMissingFile ||
                         reader.error().code == Code::kInvalidArgument;
    return is_none ? Result<std::string>(std::string()) : reader.error();
  }

  // For whom the new files are, where none of their own names is there: who may read that one.
  std::string predecessor() const { return live_.data.empty() ? superseded_ : *live_.data.begin(); }

  // Data files of a save that failed, unless they are part of a checkpoint after all.
  void withdraw() {
    if (!index_ || !is_safe()) return;
    if (is_index_tried_) {
      const auto bytes = read_whole_file(storage_, index_->path);
      const bool is_certain = bytes.ok() || bytes.error().reason == reason::kMissingFile;
      if (!is_certain || (bytes.ok() && text_is(*bytes, index_->bytes))) return;
    }
    for (size_t i = 0; i < published_count_; ++i) (void)storage_.remove(data_.files()[i].path);
  }

  static bool text_is(std::span<const std::byte> bytes, std::string_view text) {
    return std::ranges::equal(bytes, std::as_bytes(std::span(text)));
  }

  bool is_new(const std::string& path) const {
    return std::ranges::any_of(data_.files(),
                               [&](const PlannedFile& file) { return file.path == path; });
  }

  Status sync() { return sync_names(storage_, directory_, plan_.options.durability); }

  std::string state_path() const { return join_path(directory_, kStateFileName); }

  Status write_state() {
    if (!plan_.options.update_state || !layout_->has_state_file()) return {};
    CheckpointState state;
    state.model_checkpoint_path =
        path_in_state(directory_, layout_->checkpoint_path(), StatePaths::kAsGiven);
    state.all_model_checkpoint_paths = {state.model_checkpoint_path};
    return replace_file(storage_, state_path(), format_checkpoint_state(state),
                        plan_.options.durability);
  }

  // Only files that an index which was read here speaks of, and none that the new one does.
  Status remove_replaced() {
    if (!index_) return {};
    for (const std::string& path : live_.data) {
      if (is_new(path) || directory_of(path) != directory_) continue;
      if (auto status = storage_.remove(path); !status.ok())
        notes_.push_back("an old data file is left: " + status.error().to_string());
    }
    return {};
  }

  SaveReport make_report() {
    SaveReport report;
    report.path = plan_.path;
    report.files = data_.files();
    if (index_) report.files.push_back({index_->path, index_->bytes.size()});
    report.tensor_count = plan_.items.size();
    for (const PlannedFile& file : report.files) report.bytes_written += file.size_bytes;
    report.notes = std::move(notes_);
    return report;
  }

  const SavePlan& plan_;
  Storage& storage_;
  std::string directory_;
  std::unique_ptr<Layout> layout_;
  LiveFiles live_;
  std::string superseded_;
  DataWriting data_;
  std::optional<FinishedFile> index_;
  size_t published_count_ = 0;
  bool is_index_tried_ = false;
  bool is_committed_ = false;
  std::vector<std::string> notes_;
};

}  // namespace

Result<SaveReport> execute(const SavePlan& plan) {
  return guarded([&]() -> Result<SaveReport> {
    const auto start = std::chrono::steady_clock::now();
    HOLDALL_TRY(check_space(plan));
    HOLDALL_ASSIGN(SaveReport report, Saving(plan).run());
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  });
}

std::string SaveReport::summary() const {
  return message("{} {} saved to {} · {} in {} {}", tensor_count,
                 tensor_count == 1 ? "tensor" : "tensors", printable(path),
                 size_text(bytes_written), files.size(), files.size() == 1 ? "file" : "files");
}

}  // namespace holdall
