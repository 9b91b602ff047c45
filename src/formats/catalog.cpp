#include "holdall/catalog.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "codec/json.h"
#include "codec/json_object_text.h"
#include "formats/tensor_rows.h"
#include "holdall/roles.h"
#include "tensor/page_allocator.h"

namespace holdall {
namespace {

// Most formats have names in order already. Where not, places change and the tensors move once.
void sort_by_name(std::vector<TensorInfo>& tensors) {
  const auto is_before = [](const TensorInfo& a, const TensorInfo& b) { return a.name < b.name; };
  if (std::is_sorted(tensors.begin(), tensors.end(), is_before)) return;
  std::vector<TensorInfo*> places;
  places.reserve(tensors.size());
  for (TensorInfo& tensor : tensors) places.push_back(&tensor);
  std::sort(places.begin(), places.end(),
            [&](const TensorInfo* a, const TensorInfo* b) { return is_before(*a, *b); });
  std::vector<TensorInfo> sorted;
  sorted.reserve(tensors.size());
  for (TensorInfo* tensor : places) sorted.push_back(std::move(*tensor));
  tensors = std::move(sorted);
}

// Tensors made of rows, some neighbours at a time when the first of them is looked at. All have
// their place from the start, of memory that nothing touches before.
class MadeTensors {
 public:
  explicit MadeTensors(JoinedRows rows)
      : rows_(std::move(rows)), is_made_((rows_.count() + kTogether - 1) / kTogether) {
    if (rows_.count() > 0) tensors_ = PageAllocator<TensorInfo>().allocate(rows_.count());
    no_memory_.problem = std::make_shared<const Error>(exhausted("out of memory"));
  }
  MadeTensors(const MadeTensors&) = delete;
  MadeTensors& operator=(const MadeTensors&) = delete;
  ~MadeTensors() {
    for (size_t i = 0; i < is_made_.size(); ++i) {
      if (is_made_[i]) std::destroy_n(tensors_ + i * kTogether, size_of(i));
    }
    if (tensors_ != nullptr) PageAllocator<TensorInfo>().deallocate(tensors_, rows_.count());
  }

  const JoinedRows& rows() const { return rows_; }
  const TensorInfo* data() const { return tensors_; }

  const TensorInfo& operator[](size_t index) {
    const size_t group = index / kTogether;
    if (!is_made_[group].load(std::memory_order_acquire) && !make(group)) return no_memory_;
    return tensors_[index];
  }

 private:
  static constexpr size_t kTogether = 64;

  size_t size_of(size_t group) const {
    return std::min(kTogether, rows_.count() - group * kTogether);
  }

  bool make(size_t group) {
    const std::lock_guard lock(making_);
    if (is_made_[group]) return true;
    TensorInfo* const first = tensors_ + group * kTogether;
    size_t count = 0;
    const auto status = guarded([&]() -> Status {
      for (; count < size_of(group); ++count)
        std::construct_at(first + count, rows_.make(group * kTogether + count));
      return {};
    });
    if (!status.ok()) {
      std::destroy_n(first, count);
      return false;
    }
    is_made_[group].store(true, std::memory_order_release);
    return true;
  }

  const JoinedRows rows_;
  TensorInfo* tensors_ = nullptr;
  std::vector<std::atomic<bool>> is_made_;
  std::mutex making_;
  TensorInfo no_memory_;
};

}  // namespace

struct Catalog::Rep {
  std::string path;
  std::string format;
  std::vector<std::string> files;
  ByteOrder byte_order = ByteOrder::kLittle;
  std::vector<TensorInfo> tensors;    // unless they are made of rows
  std::unique_ptr<MadeTensors> made;  // has a lock of its own

  const TensorInfo* data() const { return made ? made->data() : tensors.data(); }
  size_t count() const { return made ? made->rows().count() : tensors.size(); }
};

Catalog::Catalog() {
  static const auto nothing = std::make_shared<const Rep>();
  rep_ = nothing;
}

Result<Catalog> Catalog::make(std::string path, std::string format, std::vector<std::string> files,
                              ByteOrder order, std::vector<TensorInfo> tensors) {
  sort_by_name(tensors);
  const auto twin =
      std::adjacent_find(tensors.begin(), tensors.end(),
                         [](const TensorInfo& a, const TensorInfo& b) { return a.name == b.name; });
  if (twin != tensors.end()) return corrupt("two tensors are called {}", quote(twin->name));
  Rep rep{std::move(path), std::move(format), std::move(files), order, std::move(tensors), nullptr};
  return Catalog(std::make_shared<const Rep>(std::move(rep)));
}

Catalog Catalog::make(std::string path, std::string format, std::vector<std::string> files,
                      ByteOrder order, JoinedRows rows) {
  auto made = std::make_unique<MadeTensors>(std::move(rows));
  Rep rep{std::move(path), std::move(format), std::move(files), order, {}, std::move(made)};
  return Catalog(std::make_shared<const Rep>(std::move(rep)));
}

const std::string& Catalog::path() const {
  return rep_->path;
}
const std::string& Catalog::format() const {
  return rep_->format;
}
const std::vector<std::string>& Catalog::files() const {
  return rep_->files;
}
ByteOrder Catalog::byte_order() const {
  return rep_->byte_order;
}
size_t Catalog::count() const {
  return rep_->count();
}

const TensorInfo& Catalog::operator[](size_t index) const {
  return rep_->made ? (*rep_->made)[index] : rep_->tensors[index];
}

std::string_view Catalog::name(size_t index) const {
  return rep_->made ? rep_->made->rows().name(index) : rep_->tensors[index].name;
}

const TensorInfo* Catalog::find(std::string_view name) const {
  // Among names alone: an algorithm over the tensors would make those that it looks at.
  size_t low = 0;
  size_t high = count();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (this->name(middle) < name) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count() && this->name(low) == name ? &(*this)[low] : nullptr;
}

std::optional<size_t> Catalog::index_of(const TensorInfo& tensor) const {
  const TensorInfo* const first = rep_->data();
  const std::less<const TensorInfo*> is_before;
  if (is_before(&tensor, first) || !is_before(&tensor, first + count())) return std::nullopt;
  return static_cast<size_t>(&tensor - first);
}

uint64_t Catalog::size_bytes() const {
  if (rep_->made) return rep_->made->rows().size_bytes();
  uint64_t sum = 0;
  for (const TensorInfo& tensor : rep_->tensors)
    sum = checked_add(sum, tensor.size_bytes).value_or(UINT64_MAX);
  return sum;
}

namespace {

// docs/json.md says what stands here. A number grows when a reader of the old could be misled.
constexpr int kJsonSchema = 1;

Json to_json_value(const TensorInfo& tensor, const std::vector<std::string>& files) {
  Json shape = Json::array();
  for (const int64_t size : tensor.shape.dims()) shape.push_back(size);
  Json tensor_json = Json::object({{"name", tensor.name},
                                   {"dtype", dtype_name(tensor.dtype)},
                                   {"shape", std::move(shape)},
                                   {"size_bytes", tensor.size_bytes}});
  if (tensor.role) tensor_json.add("role", role_name(*tensor.role));
  if (!tensor.stored_name.empty()) tensor_json.add("stored_name", tensor.stored_name);
  if (tensor.problem != nullptr) {
    tensor_json.add("problem", Json::object({{"code", code_name(tensor.problem->code)},
                                             {"message", tensor.problem->message}}));
    return tensor_json;
  }
  Json pieces = Json::array();
  for (const Piece& piece : tensor.pieces) {
    Json piece_json = Json::object({{"file", files[piece.extent.file_index]},
                                    {"offset_in_file", piece.extent.offset_in_file},
                                    {"size_bytes", piece.extent.size_bytes}});
    if (!piece.box.starts.empty()) piece_json.add("box", piece.box.to_string());
    pieces.push_back(std::move(piece_json));
  }
  tensor_json.add("pieces", std::move(pieces));
  if (tensor.encoding == Encoding::kDeflate) tensor_json.add("encoding", "deflate");
  if (tensor.encoding == Encoding::kTensorProto) tensor_json.add("encoding", "tensor-proto");
  if (tensor.byte_order == ByteOrder::kBig) tensor_json.add("byte_order", "big");
  if (tensor.is_column_major) tensor_json.add("element_order", "column-major");
  return tensor_json;
}

}  // namespace

std::string Catalog::to_json(const CatalogJson& beside) const {
  Json notes = Json::array();
  for (const std::string& note : beside.notes) notes.push_back(note);
  JsonObjectText text;
  text.add("schema", kJsonSchema);
  text.add("checkpoint", path());
  if (!beside.scope.empty()) text.add("scope", beside.scope);
  text.add("format", format());
  text.add("tensor_count", count());
  text.add("size_bytes", size_bytes());
  text.add("notes", notes);
  text.open_list("tensors");
  for (const TensorInfo& tensor : *this) text.push_back(to_json_value(tensor, files()));
  text.close_list();
  return std::move(text).finish();
}

std::string Catalog::to_json_lines(const CatalogJson& beside) const {
  std::string text;
  for (const TensorInfo& tensor : *this) {
    Json line = Json::object({{"schema", kJsonSchema}, {"checkpoint", path()}});
    if (!beside.scope.empty()) line.add("scope", beside.scope);
    const Json members = to_json_value(tensor, files());
    for (const JsonMember& member : members.members()) line.add(member.key, member.value);
    text += line.dump() + '\n';
  }
  return text;
}

}  // namespace holdall
