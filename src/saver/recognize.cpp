#include "saver/recognize.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/byte_cursor.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/sorted_table_layout.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/checkpoint_state.h"
#include "saver/checkpoint_claim.h"

namespace holdall {
namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): it is

// Enough for every signature below, and for the first name in a zip archive.
constexpr uint64_t kHeadBytes = 4096;

// What the rows below look at.
struct FileView {
  std::string_view path;
  uint64_t size_bytes = 0;
  std::string_view head;  // the first bytes
  std::string_view tail;  // the last eight, or all of fewer

  bool has(std::string_view magic, uint64_t offset = 0) const {
    return head.size() >= offset && head.substr(offset).starts_with(magic);
  }
};

constexpr std::string_view kZip = "PK\x03\x04"sv;

// The name of the first file in a zip archive: 30 bytes of header, the name's length at byte 26.
std::string_view first_zip_entry(const FileView& file) {
  if (!file.has(kZip) || file.head.size() < 30) return {};
  const auto* bytes = reinterpret_cast<const std::byte*>(file.head.data());
  return file.head.substr(30, load_le<uint16_t>(bytes + 26));
}

bool is_pytorch_zip(const FileView& file) {
  const auto name = first_zip_entry(file);
  return name.ends_with("/data.pkl") || name.ends_with("/version") ||
         name.ends_with("/.format_version") || name.ends_with("/byteorder");
}

bool is_keras_zip(const FileView& file) {
  const auto name = first_zip_entry(file);
  return name == "metadata.json" || name == "config.json" || name == "model.weights.h5";
}

bool is_npz(const FileView& file) {
  return first_zip_entry(file).ends_with(".npy");
}

bool is_zip(const FileView& file) {
  return file.has(kZip) || file.has("PK\x05\x06"sv);
}

bool is_html(const FileView& file) {
  std::string_view text = file.head;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  std::string front(text.substr(0, 15));
  std::transform(front.begin(), front.end(), front.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return front.starts_with("<!doctype html") || front.starts_with("<html") ||
         front.starts_with("<?xml");
}

// The magic number of torch's old files, as the pickle that they begin with spells it.
bool is_pytorch_pickle(const FileView& file) {
  return file.head.size() > 14 && file.has("\x80"sv) &&
         file.has("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv, 2);
}

bool is_pickle(const FileView& file) {
  return file.has("\x80"sv) && file.head.size() > 2 && file.head[1] >= 2 && file.head[1] <= 5 &&
         file.tail.ends_with('.');
}

// Eight bytes of length, and a JSON object of that length.
bool is_safetensors(const FileView& file) {
  if (file.head.size() < 10 || file.head[8] != '{') return false;
  const auto length = load_le<uint64_t>(reinterpret_cast<const std::byte*>(file.head.data()));
  return length >= 2 && length <= file.size_bytes - 8;
}

// Each record begins with its length and the masked checksum of that.
bool is_tf_records(const FileView& file) {
  if (file.head.size() < 16) return false;
  const auto bytes = std::as_bytes(std::span(file.head));
  return load_le<uint32_t>(bytes.data() + 8) == crc32c_mask(crc32c(bytes.first(8)));
}

// A schema version of 1 and the first graph, as every writer of the message orders them.
bool is_saved_model(const FileView& file) {
  return file.has("\x08\x01\x12"sv) && base_name_of(file.path).starts_with("saved_model");
}

struct Row {
  std::string_view kind;
  Code code;
  bool is_foreign;
  bool (*matches)(const FileView&);
  std::string_view sentence;
};

template <const std::string_view& kMagic, uint64_t kOffset = 0>
bool begins(const FileView& file) {
  return file.has(kMagic, kOffset);
}

constexpr std::string_view kLfs = "version https://git-lfs.github.com/spec"sv;
constexpr std::string_view kGzip = "\x1f\x8b\x08"sv;
constexpr std::string_view kBzip2 = "BZh"sv;
constexpr std::string_view kXz =
    "\xfd"
    "7zXZ\0"sv;
constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd"sv;
constexpr std::string_view kTar = "ustar"sv;
constexpr std::string_view kHdf5 = "\x89HDF\r\n\x1a\n"sv;
constexpr std::string_view kGguf = "GGUF"sv;
constexpr std::string_view kNpy = "\x93NUMPY"sv;

// THE list of signatures, in the order in which they are tried: the narrower before the wider.
constexpr Row kRows[] = {
    {"empty", Code::kCorrupt, true, [](const FileView& f) { return f.size_bytes == 0; },
     "it is an empty file"},
    {"git-lfs-pointer", Code::kCorrupt, true, begins<kLfs>,
     "it is a Git LFS pointer, not the file it stands for; 'git lfs pull' fetches that"},
    {"html-page", Code::kCorrupt, true, is_html,
     "it is an HTML page, such as a server sends in place of a file; fetch the file again"},
    {"pytorch", Code::kUnsupported, true, is_pytorch_zip,
     "it is a PyTorch file (pickles in a zip archive), which this build does not read"},
    {"keras", Code::kUnsupported, true, is_keras_zip,
     "it is a Keras 3 file, which this build does not read"},
    {"npz", Code::kUnsupported, true, is_npz,
     "it is a NumPy archive, which is a file by itself; give it a name of its own"},
    {"zip", Code::kUnsupported, true, is_zip,
     "it is a zip archive; unpack it and open what was in it"},
    {"gzip", Code::kUnsupported, true, begins<kGzip>,
     "it is a gzip archive; unpack it and open what was in it"},
    {"bzip2", Code::kUnsupported, true, begins<kBzip2>,
     "it is a bzip2 archive; unpack it and open what was in it"},
    {"xz", Code::kUnsupported, true, begins<kXz>,
     "it is an xz archive; unpack it and open what was in it"},
    {"zstd", Code::kUnsupported, true, begins<kZstd>,
     "it is a Zstandard archive; unpack it and open what was in it"},
    {"tar", Code::kUnsupported, true, begins<kTar, 257>,
     "it is a tar archive; unpack it and open what was in it"},
    {"hdf5", Code::kUnsupported, true, begins<kHdf5>,
     "it is an HDF5 file (Keras .h5 perhaps), which this build does not read"},
    {"gguf", Code::kUnsupported, true, begins<kGguf>,
     "it is a GGUF file, which this build does not read"},
    {"npy", Code::kUnsupported, true, begins<kNpy>,
     "it is a NumPy array, which is a file by itself; give it a name of its own"},
    {"pytorch-pickle", Code::kUnsupported, true, is_pytorch_pickle,
     "it is a PyTorch file of before version 1.6 (a pickle), which this build does not read"},
    {"pickle", Code::kUnsupported, true, is_pickle,
     "it is a Python pickle, which this build does not read"},
    {"safetensors", Code::kUnsupported, true, is_safetensors,
     "it is a safetensors file, which is a file by itself; give it a name of its own"},
    {"tf-records", Code::kUnsupported, true, is_tf_records,
     "it is a TFRecord file (TensorBoard's events or training data), which holds no checkpoint"},
    {"saved-model", Code::kNotFound, false, is_saved_model,
     "it is the graph of a SavedModel, whose values lie in 'variables/' beside it; none are there"},
};

// "'m.index'" and whether it is there; what a file without its index is good for.
std::string index_sentence(std::string_view what, std::string_view prefix) {
  return message("it is {}; the index {}, without which no tensor can be found in it, is not there",
                 what, quote(std::string(prefix) + std::string(tf_bundle::kIndexSuffix)));
}

// Files of a V2 checkpoint, which have no signature, by their names.
std::optional<Recognized> recognize_by_name(std::string_view path) {
  Recognized found{"tf-data", {}, {}, false, Code::kNotFound};
  if (const auto prefix = tf_bundle::strip_data_suffix(path); !prefix.empty()) {
    found.sentence = index_sentence("a data file of a checkpoint", prefix);
    return found;
  }
  if (path.ends_with(tf_bundle::kMetaSuffix)) {
    path.remove_suffix(tf_bundle::kMetaSuffix.size());
    found.kind = "tf-meta";
    found.sentence = message(
        "it is the graph of a checkpoint (.meta), which holds no values; the index {} is not there",
        quote(std::string(path) + std::string(tf_bundle::kIndexSuffix)));
    return found;
  }
  if (path.find(".tempstate") != std::string_view::npos) {
    found.kind = "tf-unfinished";
    found.sentence = "it is a file of a save that did not come to its end";
    return found;
  }
  return std::nullopt;
}

// Seen where another file is expected; as a checkpoint it is claimed.
Recognized recognize_v1() {
  return {"tf-v1",
          "it is a TensorFlow V1 checkpoint, which is a file by itself; give it a name of its own",
          {},
          true,
          Code::kUnsupported};
}

// What a sorted table holds is told by its first entry, which begins the file: its key is empty in
// all of TensorFlow's, and field 1 of the value is a message in a V1 checkpoint and a number in a
// V2 index.
Recognized recognize_table(const FileView& file) {
  ByteCursor cursor(std::as_bytes(std::span(file.head)));
  const bool has_empty_key = cursor.read_u8() == 0 && cursor.read_u8() == 0;
  const bool has_value = has_empty_key && cursor.read_varint32().value_or(0) > 0;
  const auto tag = has_value ? cursor.read_u8() : std::nullopt;
  if (tag == 0x0a) return recognize_v1();
  if (tag == 0x08) {
    return {"tf-index",
            "it is the index of a TensorFlow checkpoint under another name; give it one that ends "
            "in '.index', beside its '.data-*' files",
            {},
            false,
            Code::kUnsupported};
  }
  return {"sorted-table",
          "it is a sorted table (LevelDB's or an SSTable), but no checkpoint",
          {},
          false,
          Code::kUnsupported};
}

// Magic of a sorted table, the last eight bytes.
bool is_table(const FileView& file) {
  return file.tail.size() == 8 &&
         load_le<uint64_t>(reinterpret_cast<const std::byte*>(file.tail.data())) == kTableMagic;
}

// A state file of whatever name. Its text says so early, unless comments come first.
bool is_state_text(const FileView& file) {
  std::string_view text = file.head;
  if (file.size_bytes > text.size()) text = text.substr(0, text.rfind('\n') + 1);
  return text.find("model_checkpoint_path") != std::string_view::npos &&
         parse_checkpoint_state(text).ok();
}

Result<std::string> read_part(const Reader& reader, uint64_t offset, uint64_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  HOLDALL_TRY(reader.read_exact(offset, std::as_writable_bytes(std::span(bytes))));
  return bytes;
}

Recognized recognize(const FileView& file) {
  for (const Row& row : kRows) {
    if (!row.matches(file)) continue;
    return Recognized{row.kind, std::string(row.sentence), {}, row.is_foreign, row.code};
  }
  if (is_table(file)) return recognize_table(file);
  if (is_state_text(file)) {
    return Recognized{"tf-state",
                      "it is a state file: text that names checkpoints, none of which is there",
                      {},
                      false,
                      Code::kNotFound};
  }
  if (auto found = recognize_by_name(file.path)) return *std::move(found);
  return Recognized{
      "unknown",
      message("it is a file of {} bytes that no format of this build claims", file.size_bytes),
      {},
      false,
      Code::kUnsupported};
}

}  // namespace

Result<Recognized> recognize_file(const Storage& storage, const std::string& path) {
  HOLDALL_ASSIGN(const auto reader, storage.open_reader(path));
  const uint64_t size_bytes = reader->size_bytes();
  HOLDALL_ASSIGN(const std::string head, read_part(*reader, 0, std::min(size_bytes, kHeadBytes)));
  const uint64_t tail_bytes = std::min<uint64_t>(size_bytes, 8);
  HOLDALL_ASSIGN(const std::string tail, read_part(*reader, size_bytes - tail_bytes, tail_bytes));
  Recognized found = recognize({path, size_bytes, head, tail});
  if (const auto claim = find_claim(storage, path)) found.working_path = claim->path;
  return found;
}

}  // namespace holdall
