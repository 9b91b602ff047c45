#include "holdall/catalog.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "codec/json.h"
#include "codec/json_object_text.h"
#include "holdall/roles.h"

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

}  // namespace

Result<Catalog> Catalog::make(std::string path, std::string format, std::vector<std::string> files,
                              ByteOrder order, std::vector<TensorInfo> tensors) {
  sort_by_name(tensors);
  const auto twin =
      std::adjacent_find(tensors.begin(), tensors.end(),
                         [](const TensorInfo& a, const TensorInfo& b) { return a.name == b.name; });
  if (twin != tensors.end()) return corrupt("two tensors are called {}", quote(twin->name));
  Catalog catalog;
  catalog.path_ = std::move(path);
  catalog.format_ = std::move(format);
  catalog.files_ = std::move(files);
  catalog.byte_order_ = order;
  catalog.tensors_ = std::move(tensors);
  return catalog;
}

const TensorInfo* Catalog::find(std::string_view name) const {
  const auto at = std::lower_bound(
      tensors_.begin(), tensors_.end(), name,
      [](const TensorInfo& tensor, std::string_view n) { return tensor.name < n; });
  return at != tensors_.end() && at->name == name ? &*at : nullptr;
}

uint64_t Catalog::size_bytes() const {
  uint64_t sum = 0;
  for (const TensorInfo& tensor : tensors_) {
    sum = checked_add(sum, tensor.size_bytes).value_or(UINT64_MAX);
  }
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
  text.add("checkpoint", path_);
  if (!beside.scope.empty()) text.add("scope", beside.scope);
  text.add("format", format_);
  text.add("tensor_count", count());
  text.add("size_bytes", size_bytes());
  text.add("notes", notes);
  text.open_list("tensors");
  for (const TensorInfo& tensor : tensors_) text.push_back(to_json_value(tensor, files_));
  text.close_list();
  return std::move(text).finish();
}

std::string Catalog::to_json_lines(const CatalogJson& beside) const {
  std::string text;
  for (const TensorInfo& tensor : tensors_) {
    Json line = Json::object({{"schema", kJsonSchema}, {"checkpoint", path_}});
    if (!beside.scope.empty()) line.add("scope", beside.scope);
    const Json members = to_json_value(tensor, files_);
    for (const JsonMember& member : members.members()) line.add(member.key, member.value);
    text += line.dump() + '\n';
  }
  return text;
}

}  // namespace holdall
