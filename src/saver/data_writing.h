// The data files of a layout on their way to disk: written, closed, and not yet published.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "formats/format.h"
#include "holdall/saver.h"
#include "transfer/file_writing.h"
#include "transfer/progress_meter.h"

namespace holdall {

class DataWriting {
 public:
  // `plan` must outlive the object.
  explicit DataWriting(const SavePlan& plan)
      : plan_(plan), meter_(plan.options.progress, sum_of(plan.items)) {}

  // Writes and closes all data files, on as many threads as the options say. They are for whom the
  // file at `predecessor` is; if that is empty, for whom those are that have their names. Fails:
  // kIo, kExhausted; what a source fails with; kInvalidArgument if a tensor's bytes change
  // meanwhile.
  Status write_all(const Layout& layout, const std::string& predecessor);

  // In the order of Layout::files().
  std::span<const std::unique_ptr<Writer>> writers() const { return writers_; }
  std::span<const WrittenItem> written() const { return written_; }
  const std::vector<PlannedFile>& files() const { return files_; }  // with the sizes they got

 private:
  static uint64_t sum_of(std::span<const SaveItem> items);
  Runs bytes_of(const LayoutPart& part) const;
  Runs elements_of(const LayoutPart& part) const;
  Status take_in_blocks(std::span<const std::byte> bytes, const Take& take) const;
  unsigned threads_for_measuring() const;
  Status measure_parts(const LayoutFile& file);
  Status write_file(const Layout& layout, size_t file_index);
  Status write_parts(Writer& writer, const Layout& layout, size_t file_index);
  Status write_item(Writer& writer, const LayoutPart& part, uint64_t position);
  Status write_deflated(Writer& writer, const LayoutPart& part);

  const SavePlan& plan_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<WrittenItem> written_;
  mutable ProgressMeter meter_;
  std::vector<PlannedFile> files_;
};

}  // namespace holdall
