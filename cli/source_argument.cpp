#include "source_argument.h"

#include "holdall/names.h"

namespace holdall::cli {

Result<Source> open_source(const std::string& text, const OpenOptions& options) {
  auto whole = Checkpoint::open(text, options);
  const size_t equals = text.find('=');
  if (whole.ok() || equals == std::string::npos) {
    if (!whole.ok()) return std::move(whole).error();
    return Source{"", std::move(*whole)};
  }
  const std::string scope = text.substr(0, equals);
  if (auto status = check_scope(scope); !status.ok()) return std::move(status).error();
  auto checkpoint = Checkpoint::open(text.substr(equals + 1), options);
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
