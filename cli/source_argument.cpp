#include "source_argument.h"

#include "command.h"
#include "holdall/names.h"
#include "holdall/text.h"

namespace holdall::cli {
namespace {

void tell_of(const Checkpoint& checkpoint) {
  const Catalog& catalog = checkpoint.catalog();
  for (const std::string& text : checkpoint.notes())
    note(printable(checkpoint.path()) + ": " + text);
  tell(1, "opened " + printable(checkpoint.path()) + ": " + catalog.format() + ", " +
              std::to_string(catalog.count()) + " tensors, " + size_text(catalog.size_bytes()));
  for (const std::string& file : catalog.files()) tell(2, "its data: " + printable(file));
}

}  // namespace

Result<Checkpoint> open_checkpoint(const std::string& path, const OpenOptions& options) {
  auto checkpoint = Checkpoint::open(path, options);
  if (checkpoint.ok()) tell_of(*checkpoint);
  return checkpoint;
}

Result<Source> open_source(const std::string& text, const OpenOptions& options) {
  auto whole = open_checkpoint(text, options);
  const size_t equals = text.find('=');
  if (whole.ok() || equals == std::string::npos) {
    if (!whole.ok()) return std::move(whole).error();
    return Source{"", std::move(*whole)};
  }
  const std::string scope = text.substr(0, equals);
  if (auto status = check_scope(scope); !status.ok()) return std::move(status).error();
  auto checkpoint = open_checkpoint(text.substr(equals + 1), options);
  if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(scope);
  return Source{scope, std::move(*checkpoint)};
}

Result<std::vector<Source>> open_sources(const std::vector<std::string>& texts,
                                         const OpenOptions& options) {
  std::vector<Source> sources;
  for (const std::string& text : texts) {
    auto source = open_source(text, options);
    if (!source.ok()) return std::move(source).error();
    sources.push_back(std::move(*source));
  }
  return sources;
}

}  // namespace holdall::cli
