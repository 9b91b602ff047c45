#include "cmd_ls.h"

#include "command.h"
#include "holdall/holdall.h"
#include "text_table.h"

namespace holdall::cli {
namespace {

struct Source {
  std::string scope;
  Checkpoint checkpoint;
};

// "dna=DNA_default" names a scope and a checkpoint, unless a checkpoint has the whole as its path.
Result<Source> open_source(const std::string& text) {
  auto whole = Checkpoint::open(text);
  const size_t equals = text.find('=');
  if (whole.ok() || equals == std::string::npos) {
    if (!whole.ok()) return std::move(whole).error();
    return Source{"", std::move(*whole)};
  }
  const std::string scope = text.substr(0, equals);
  if (auto status = check_scope(scope); !status.ok()) return std::move(status).error();
  auto checkpoint = Checkpoint::open(text.substr(equals + 1));
  if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(scope);
  return Source{scope, std::move(*checkpoint)};
}

void print_json(const std::vector<Source>& sources) {
  std::string text = "{\"schema\": 1, \"checkpoints\": [";
  for (size_t i = 0; i < sources.size(); ++i) {
    text += (i > 0 ? ",\n" : "\n") + sources[i].checkpoint.catalog().to_json();
  }
  print(text + "\n]}\n");
}

void print_table(const std::vector<Source>& sources) {
  TextTable table({{"name"}, {"dtype"}, {"shape"}, {"bytes", Align::kRight}, {"note"}});
  std::string sums;
  for (const Source& source : sources) {
    const Catalog& catalog = source.checkpoint.catalog();
    for (const TensorInfo& tensor : catalog) {
      std::string note = tensor.problem != nullptr ? tensor.problem->message : "";
      if (tensor.pieces.size() > 1) note = std::to_string(tensor.pieces.size()) + " slices";
      table.add_row({printable(join_scope(source.scope, tensor.name)),
                     std::string(dtype_name(tensor.dtype)), tensor.shape.to_string(),
                     std::to_string(tensor.size_bytes), note});
    }
    sums += std::to_string(catalog.count()) + " tensors · " + size_text(catalog.size_bytes()) +
            " · " + catalog.format() + " · " + printable(catalog.path()) + "\n";
  }
  print(table.to_string(terminal_width()) + sums);
}

}  // namespace

int run_ls(const LsOptions& options) {
  std::vector<Source> sources;
  for (const std::string& text : options.sources) {
    auto source = open_source(text);
    if (!source.ok()) return fail(source.error(), Direction::kReading);
    sources.push_back(std::move(*source));
  }
  options.json ? print_json(sources) : print_table(sources);
  return kDone;
}

int run_formats() {
  TextTable table({{"format"}, {"writes"}, {"what it is"}});
  for (const FormatInfo& format : formats()) {
    table.add_row({format.name, format.can_write ? "yes" : "no", format.about});
  }
  print(table.to_string(0));
  return kDone;
}

}  // namespace holdall::cli
