#include "saver/name_views.h"

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/names.h"

namespace holdall {

using tf_bundle::kObjectGraphKey;
using tf_bundle::NamedCatalog;

bool has_object_graph(const Catalog& catalog) {
  return catalog.find(kObjectGraphKey) != nullptr;
}

bool is_renaming(NameView view) {
  return view == NameView::kObject || view == NameView::kVariable;
}

namespace {

Result<NamedCatalog> rename(const Catalog& catalog, const Tensor& stored, NameView view) {
  if (stored.dtype() != DType::kString || stored.element_count() != 1) {
    return corrupt("the object graph is {} {}, one string is expected", dtype_name(stored.dtype()),
                   stored.shape().to_string());
  }
  const std::string_view text = stored.string_at(0);
  HOLDALL_ASSIGN(const auto graph, tf_bundle::parse_object_graph(std::as_bytes(std::span(text))));
  return rename_tensors(catalog, graph, view);
}

}  // namespace

Result<NamedCatalog> read_names(const Checkpoint& checkpoint, NameView view) {
  HOLDALL_ASSIGN(const Tensor stored, checkpoint.read(kObjectGraphKey, {.threads = 1}));
  auto names = rename(checkpoint.catalog(), stored, view);
  if (names.ok()) return names;
  Error error = std::move(names).error();
  error.message += "; its names as stored, the view 'raw', do not need it";
  return std::move(error).in_file(checkpoint.path()).in_tensor(kObjectGraphKey);
}

namespace {

// Whether a view that was not asked for has the name; "" if none does.
std::string_view find_view_with(const Checkpoint& checkpoint, std::string_view name) {
  // Other views start from the stored names, which only these two show.
  if (!has_object_graph(checkpoint.catalog())) return {};
  constexpr std::pair<NameView, std::string_view> kViews[] = {{NameView::kVariable, "variable"},
                                                              {NameView::kObject, "object"}};
  for (const auto& [view, text] : kViews) {
    const auto names = read_names(checkpoint, view);
    if (names.ok() && names->catalog.find(name) != nullptr) return text;
  }
  return {};
}

}  // namespace

Error refuse_name(const Checkpoint& checkpoint, std::string_view name) {
  Error error = not_found("Key {} not found in checkpoint", printable(name));
  if (const auto view = find_view_with(checkpoint, name); !view.empty()) {
    error.message += message(
        "; this is an object-based checkpoint (TensorFlow 2), which has it "
        "when it is opened with the names '{}'",
        view);
    return std::move(error).in_file(checkpoint.path());
  }
  std::vector<std::string_view> names;
  const Catalog& catalog = checkpoint.catalog();
  for (size_t i = 0; i < catalog.count(); ++i) names.push_back(catalog.name(i));
  std::string nearest;
  for (const std::string& near : nearest_names(name, names)) {
    nearest += (nearest.empty() ? "; near it are " : ", ") + quote(near);
  }
  error.message += nearest;
  return std::move(error).in_file(checkpoint.path());
}

}  // namespace holdall
