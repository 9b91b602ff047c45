// Format: how a checkpoint is laid out. A format tells where bytes are and where they should go; it
// moves none of them. Its calls are const and thread-safe; formats live as long as the process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// A run of a data file that is being laid out: literal bytes, then zeros, then the elements of one
// tensor.
struct LayoutPart {
  std::string literal;
  uint64_t padding_bytes = 0;
  std::optional<size_t> item;   // index of a SaveItem, whose bytes() follow
  uint64_t reversed_group = 1;  // bytes in each such group of the elements change places
  uint32_t crc_seed = 0;        // the item's checksum continues from here
};

struct LayoutFile {
  std::string path;
  std::vector<LayoutPart> parts;
  uint64_t size_bytes = 0;
};

// A file whose bytes are known once all data is written.
struct FinishedFile {
  std::string path;
  std::string bytes;
};

// The files of a checkpoint that is being saved.
class Layout {
 public:
  virtual ~Layout() = default;

  // Data files, to be written and published before anything else.
  virtual const std::vector<LayoutFile>& files() const = 0;

  // The file that makes the data files a checkpoint, published last. `crc32c[i]` is the checksum of
  // item i's bytes as they were written, continued from its part's seed.
  virtual Result<FinishedFile> finish(std::span<const uint32_t> crc32c) const = 0;
};

class Format {
 public:
  virtual ~Format() = default;

  virtual FormatInfo info() const = 0;

  // The path of the checkpoint that `path` spells, if it is one of this format's; none if not.
  // Looks at names and at most at the first bytes of files.
  virtual std::optional<std::string> bid(const Storage& storage, const std::string& path) const = 0;

  // Reads headers and indexes. `path` is what bid() gave. Fails: kNotFound, kCorrupt, kUnsupported,
  // kIo.
  virtual Result<Catalog> read_catalog(const Storage& storage, const std::string& path) const = 0;

  // Fails: kInvalidArgument, kUnsupported (see plan_save). `items` must outlive the layout.
  virtual Result<std::unique_ptr<Layout>> lay_out(const std::string& path,
                                                  std::span<const SaveItem> items,
                                                  const SaveOptions& options) const = 0;
};

// All formats, in the order in which they are asked.
std::span<const Format* const> all_formats();

// The format called `name`, or kUnsupported with the names that there are.
Result<const Format*> find_format(std::string_view name);

// All bytes of a small file (an index, a header). Fails: kNotFound, kIo, kCorrupt, kExhausted.
Result<std::vector<std::byte>> read_whole_file(const Storage& storage, const std::string& path);

}  // namespace holdall
