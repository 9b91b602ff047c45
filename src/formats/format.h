// Format: how a checkpoint is laid out. A format tells where bytes are and where they should go; it
// moves none of them. Its calls are const and thread-safe; formats live as long as the process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "codec/varint_packing.h"
#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/doctor.h"
#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "tensor/page_allocator.h"

namespace holdall {

enum class ChecksumKind : uint8_t { kCrc32c, kCrc32 };

// A run of a data file that is being laid out: literal bytes, then zeros, then the elements of one
// tensor.
struct LayoutPart {
  std::string literal;
  uint64_t padding_bytes = 0;
  std::optional<size_t> item;   // index of a SaveItem, whose bytes() follow
  uint64_t reversed_group = 1;  // bytes in each such group of the elements change places
  uint32_t crc_seed = 0;        // the item's checksum continues from here
  ChecksumKind checksum = ChecksumKind::kCrc32c;
  // The item's checksum is calculated before the file is begun, since a late literal before the
  // elements needs it.
  bool is_measured_first = false;
  bool is_deflated = false;  // all of this part is written as one deflate stream
  // If present, the part is Layout::late_literal() of this number, and nothing else.
  std::optional<size_t> late_literal = {};
  // The elements are written as varints. Their number of bytes depends on the values, so that
  // is_measured_first has to be true.
  std::optional<VarintPacking> packing = {};
};

struct LayoutFile {
  std::string path;
  std::vector<LayoutPart> parts;
  uint64_t size_bytes = 0;  // 0 if that is known only once it is written
};

// What became of an item.
struct WrittenItem {
  uint32_t checksum = 0;        // of its bytes as they were written, continued from the part's seed
  uint64_t deflated_bytes = 0;  // size of the deflated part
  uint64_t packed_bytes = 0;    // size of the elements as varints
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

  // Bytes that depend on what was measured, or written before them. `written[i]` is of item i.
  virtual std::string late_literal(size_t number, std::span<const WrittenItem> written) const {
    (void)number, (void)written;
    return {};
  }

  // The file that makes the data files a checkpoint, published last; none if they are one by
  // themselves.
  virtual Result<std::optional<FinishedFile>> finish(
      std::span<const WrittenItem> written) const = 0;

  // Whether a TensorFlow state file may name the checkpoint.
  virtual bool has_state_file() const { return true; }

  // By which read_catalog() finds the checkpoint once it is saved.
  virtual std::string checkpoint_path() const = 0;

  // The other path at which a checkpoint of this name may lie, which a reader might take for it; ""
  // if there is none.
  virtual std::string superseded_path() const { return {}; }

  // What is there that readers would go on to take for the checkpoint of this name; "" if there is
  // nothing like it. The save is refused then.
  virtual std::string hidden_by(const Storage& storage) const {
    (void)storage;
    return {};
  }

  // Whether the file could be one of a checkpoint of this name, however many data files that has.
  virtual bool owns(const std::string& path) const = 0;

  // Adds the data files that a checkpoint of this name has beside those: where their names tell how
  // many there are, and some hold no tensor, so that the index does not speak of them.
  virtual void add_empty_files(std::set<std::string>& files) const { (void)files; }

  // Where an index makes the data files a checkpoint: gives those other names until none is taken.
  // Before anything is written.
  virtual void avoid_names(const std::function<bool(const std::string& path)>& is_taken) {
    (void)is_taken;
  }
};

// What a damaged index still lists.
struct SoundCatalog {
  Catalog catalog;
  std::vector<LostRange> lost = {};
  std::vector<std::string> notes = {};  // what had to be guessed, a sentence each
};

// The same checkpoint, of which nothing but these tensors is listed, as far as they are there.
// Fails: kExhausted.
Result<Catalog> select_tensors(const Catalog& catalog, std::span<const std::string> names);

// Stored bytes of all tensors in the catalog's file of that path.
uint64_t tensor_bytes_in(const Catalog& catalog, std::string_view path);

class Format {
 public:
  virtual ~Format() = default;

  virtual FormatInfo info() const = 0;

  // The path of the checkpoint that `path` spells, if it is one of this format's; none if not.
  // Looks at names and at most at the first bytes of files.
  virtual std::optional<std::string> bid(const Storage& storage, const std::string& path) const = 0;

  // Whether a file of its own lists the tensors, so that it and the data files can be of different
  // saves.
  virtual bool has_index_file() const { return false; }

  // Whether programs that save this format, ours among them, put new files in the place of old ones
  // rather than write into those that others may have mapped.
  virtual bool replaces_files() const { return true; }

  // Reads headers and indexes. `path` is what bid() gave. Fails: kNotFound, kCorrupt, kUnsupported,
  // kIo, kExhausted (a limit).
  virtual Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                                       const OpenLimits& limits) const = 0;

  // The same, and a sentence for each thing that is odd but not wrong.
  virtual Result<Catalog> read_catalog_and_notes(const Storage& storage, const std::string& path,
                                                 const OpenLimits& limits,
                                                 std::vector<std::string>& notes) const {
    (void)notes;
    return read_catalog(storage, path, limits);
  }

  // The same of those tensors of `names` that are there. Where an index can be searched nothing
  // else is looked at: it takes no longer in a large one, and what is wrong elsewhere is not found.
  virtual Result<Catalog> read_some_of_catalog(const Storage& storage, const std::string& path,
                                               std::span<const std::string> names,
                                               const OpenLimits& limits,
                                               std::vector<std::string>& notes) const;

  // The same, but that damaged parts of an index are left out and told; for salvage alone.
  virtual Result<SoundCatalog> read_sound_catalog(const Storage& storage, const std::string& path,
                                                  const OpenLimits& limits) const;

  // How many bytes of a file of the checkpoint, beside those of its tensors, were compared with a
  // checksum when the catalog was read, or are when tensors are.
  // Fails: kIo.
  virtual Result<uint64_t> checked_bytes(const Reader& file, const Catalog& catalog,
                                         const std::string& path) const {
    (void)file, (void)catalog, (void)path;
    return uint64_t{0};
  }

  // Roles that a file beside the checkpoint tells, one a tensor of `catalog`, none where it does
  // not say; an empty list where there is no such file. Not read before it is asked for, and not
  // needed: names tell roles too. Fails, with the file as the error's place: kNotFound (it speaks
  // of other tensors), kCorrupt, kUnsupported, kIo.
  virtual Result<std::vector<std::optional<Role>>> read_roles(const Storage& storage,
                                                              const Catalog& catalog) const {
    (void)storage, (void)catalog;
    return std::vector<std::optional<Role>>();
  }

  // Fails: kInvalidArgument, kUnsupported (see plan_save). `items` must outlive the layout.
  virtual Result<std::unique_ptr<Layout>> lay_out(const std::string& path,
                                                  std::span<const SaveItem> items,
                                                  const SaveOptions& options) const = 0;
};

// All formats, in the order in which they are asked.
std::span<const Format* const> all_formats();

// The format called `name`, or kUnsupported with the names that there are.
Result<const Format*> find_format(std::string_view name);

// The first bytes of a file, at most `count`; none where it cannot be opened or read.
std::vector<std::byte> read_first_bytes(const Storage& storage, const std::string& path,
                                        uint64_t count);

// All bytes of a small file (an index, a header). Fails: kNotFound, kIo, kCorrupt, kExhausted (also
// if it has more than `max_bytes`).
Result<PageVector<std::byte>> read_whole_file(const Storage& storage, const std::string& path,
                                              uint64_t max_bytes = OpenLimits().index_bytes);

// Fail where a checkpoint asks for more than the limits allow.
Status check_tensor_count(uint64_t count, const OpenLimits& limits);
Status check_index_bytes(uint64_t size_bytes, uint64_t max_bytes);

}  // namespace holdall
