#include "cmd_ls.h"

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <span>

#include "command.h"
#include "holdall/holdall.h"
#include "ink.h"
#include "source_argument.h"
#include "text_table.h"

namespace holdall::cli {
namespace {

struct LsArguments {
  std::vector<std::string> sources;
  std::vector<std::string> select;
  std::string sort = "name";
  std::string by;
  std::string format = "table";
  bool sum = false;
  bool json = false;
};

// One line of the table.
struct Row {
  const Source* source = nullptr;
  const TensorInfo* info = nullptr;
  Role role = Role::kWeight;

  std::string full_name() const { return join_scope(source->scope, info->name); }

  // Where its first bytes lie, if the checkpoint has several files.
  std::string file() const {
    const std::vector<std::string>& files = source->checkpoint.catalog().files();
    if (files.size() < 2 || info->pieces.empty()) return "";
    return base_name_of(files[info->pieces.front().extent.file_index]);
  }
};

Result<std::vector<Glob>> parse_globs(const std::vector<std::string>& texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    auto glob = Glob::parse(text);
    if (!glob.ok()) return std::move(glob).error();
    globs.push_back(*std::move(glob));
  }
  return globs;
}

std::vector<Row> rows_of(const Source& source, const std::vector<Glob>& select) {
  const Catalog& catalog = source.checkpoint.catalog();
  std::vector<Row> rows;
  if (select.empty()) rows.reserve(catalog.count());
  for (const TensorInfo& tensor : catalog) {
    const bool is_selected =
        select.empty() || std::any_of(select.begin(), select.end(),
                                      [&](const Glob& glob) { return glob.matches(tensor.name); });
    if (!is_selected) continue;
    rows.push_back({&source, &tensor, source.checkpoint.role(tensor)});
  }
  return rows;
}

void sort_rows(std::vector<Row>& rows, const std::string& by) {
  if (by != "size") return;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.info->size_bytes > b.info->size_bytes;
  });
}

// What the rows show of a source, with their roles.
Catalog shown_catalog(const Source& source, const std::vector<Row>& rows) {
  const Catalog& catalog = source.checkpoint.catalog();
  std::vector<TensorInfo> tensors;
  for (const Row& row : rows) {
    tensors.push_back(*row.info);
    tensors.back().role = row.role;
  }
  // Names that are different in a catalog are so in a part of it.
  return *Catalog::make(catalog.path(), catalog.format(), catalog.files(), catalog.byte_order(),
                        std::move(tensors));
}

// Whether there was a tensor to show.
bool print_json(const std::vector<Source>& sources, const std::vector<Glob>& select,
                bool has_lines) {
  bool is_any_shown = false;
  std::string text = has_lines ? "" : "{\"schema\": 1, \"checkpoints\": [";
  for (size_t i = 0; i < sources.size(); ++i) {
    const Source& source = sources[i];
    const std::vector<Row> rows = rows_of(source, select);
    is_any_shown = is_any_shown || !rows.empty();
    const Catalog catalog = shown_catalog(source, rows);
    const CatalogJson beside{source.scope, source.checkpoint.notes()};
    text += has_lines ? catalog.to_json_lines(beside)
                      : (i > 0 ? ",\n" : "\n") + catalog.to_json(beside);
  }
  print(has_lines ? text : text + "\n]}\n");
  return is_any_shown;
}

// The cells of one row after another. They live until the next row.
class RowCells {
 public:
  std::span<const std::string_view> of(const Row& row) {
    const TensorInfo& tensor = *row.info;
    name_ = printable(row.full_name());
    shape_ = tensor.shape.to_string();
    size_ = std::to_string(tensor.size_bytes);
    file_ = printable(row.file());
    note_ = tensor.problem != nullptr ? tensor.problem->message : "";
    if (tensor.pieces.size() > 1) note_ = std::to_string(tensor.pieces.size()) + " slices";
    cells_ = {name_, dtype_name(tensor.dtype), shape_, size_, role_name(row.role), file_, note_};
    return cells_;
  }

 private:
  std::string name_;
  std::string shape_;
  std::string size_;
  std::string file_;
  std::string note_;
  std::array<std::string_view, 7> cells_;
};

// So many rows become text at once; of more, two threads do some each.
constexpr size_t kRowsAtOnce = 16384;

TextTable measured(std::span<const Row> rows) {
  TextTable table(
      {{"name"}, {"dtype"}, {"shape"}, {"bytes", Align::kRight}, {"role"}, {"file"}, {"note"}});
  RowCells cells;
  for (const Row& row : rows) table.measure(cells.of(row));
  return table;
}

std::string text_of(std::span<const Row> rows, const TextTable& table,
                    const std::vector<size_t>& widths) {
  std::string text;
  RowCells cells;
  for (const Row& row : rows) table.append_line(text, cells.of(row), widths);
  return text;
}

// There may be a million rows: they become text twice, for the widths and then to be printed, which
// takes less time than to keep it.
void print_rows(std::span<const Row> rows) {
  // A table that fits a screen does not begin a thread.
  const bool is_short = rows.size() <= kRowsAtOnce;
  const auto how = is_short ? std::launch::deferred : std::launch::async | std::launch::deferred;
  const size_t half = is_short ? rows.size() : rows.size() / 2;
  auto others = std::async(how, measured, rows.subspan(half));
  TextTable table = measured(rows.first(half));
  table.widen(others.get());
  table.drop_empty_columns();
  const std::vector<size_t> widths = table.widths_within(terminal_width());
  std::string titles;
  table.append_titles(titles, widths);
  print(with_heading(titles, stdout));
  while (!rows.empty()) {
    const auto first = rows.first(std::min(rows.size(), kRowsAtOnce));
    rows = rows.subspan(first.size());
    const auto second = rows.first(std::min(rows.size(), kRowsAtOnce));
    rows = rows.subspan(second.size());
    auto text = std::async(how, text_of, second, std::cref(table), std::cref(widths));
    print(text_of(first, table, widths));
    print(text.get());
  }
}

std::string group_of(const Row& row, const std::string& by) {
  if (by == "role") return std::string(role_name(row.role));
  if (by == "dtype") return std::string(dtype_name(row.info->dtype));
  const std::string name = row.full_name();
  const size_t slash = name.find('/');
  return slash == std::string::npos ? "(root)" : name.substr(0, slash);
}

// How many tensors and bytes there are of each scope, role or dtype.
void print_groups(const std::vector<Row>& rows, const std::string& by) {
  struct Sum {
    size_t count = 0;
    uint64_t size_bytes = 0;
  };
  std::map<std::string, Sum> sums;
  for (const Row& row : rows) {
    Sum& sum = sums[group_of(row, by)];
    ++sum.count;
    sum.size_bytes += row.info->size_bytes;
  }
  TextTable table({{by}, {"tensors", Align::kRight}, {"bytes", Align::kRight}});
  for (const auto& [group, sum] : sums)
    table.add_row({printable(group), std::to_string(sum.count), std::to_string(sum.size_bytes)});
  print(with_heading(table.to_string(terminal_width()), stdout));
}

std::string sum_line(const Source& source, const std::vector<Row>& rows) {
  const Catalog& catalog = source.checkpoint.catalog();
  uint64_t size_bytes = 0;
  for (const Row& row : rows) size_bytes += row.info->size_bytes;
  const std::string of_all =
      rows.size() == catalog.count() ? "" : " of " + std::to_string(catalog.count());
  const std::string noun = catalog.count() == 1 ? " tensor · " : " tensors · ";
  return std::to_string(rows.size()) + of_all + noun + size_text(size_bytes) + " · " +
         catalog.format() + " · " + printable(catalog.path()) + "\n";
}

// JSON is in the order of names, and sums are quickly made of it.
bool is_table_only(const LsArguments& arguments) {
  return arguments.sum || !arguments.by.empty() || arguments.sort != "name";
}

int run(const LsArguments& arguments) {
  const bool is_json = arguments.json || arguments.format != "table";
  if (is_json && is_table_only(arguments))
    return fail_usage("ls: --sort, --by and --sum are for tables; leave them out for JSON");
  const auto select = parse_globs(arguments.select);
  if (!select.ok()) return fail(select.error(), Direction::kReading);
  const auto sources = open_sources(arguments.sources);
  if (!sources.ok()) return fail(sources.error(), Direction::kReading);
  if (is_json) {
    const bool is_any_shown = print_json(*sources, *select, arguments.format == "jsonl");
    return is_any_shown || select->empty() ? kDone : kNo;
  }
  std::vector<Row> rows;
  std::string sums;
  for (const Source& source : *sources) {
    std::vector<Row> own = rows_of(source, *select);
    sums += sum_line(source, own);
    if (rows.empty()) {
      rows = std::move(own);
    } else {
      rows.insert(rows.end(), own.begin(), own.end());
    }
  }
  sort_rows(rows, arguments.sort);
  if (!arguments.by.empty()) {
    print_groups(rows, arguments.by);
  } else if (!arguments.sum) {
    print_rows(rows);
  }
  print(sums);
  return rows.empty() && !select->empty() ? kNo : kDone;
}

}  // namespace

Verb ls_verb() {
  const auto arguments = std::make_shared<LsArguments>();
  return {"ls",
          "Show what checkpoints contain",
          {{"CKPT",
            "",
            "A checkpoint's prefix, one of its files or its directory; SCOPE=CKPT shows its names "
            "under a scope",
            &arguments->sources,
            true,
            {},
            Completion::kFiles},
           {"--select", "GLOB", "Only tensors whose name matches", &arguments->select},
           {"--sort",
            "KEY",
            "By name, or the largest first",
            &arguments->sort,
            false,
            {"name", "size"}},
           {"--by",
            "KEY",
            "Sums of each scope, role or dtype",
            &arguments->by,
            false,
            {"scope", "role", "dtype"}},
           {"--sum", "", "Only the closing line", &arguments->sum},
           {"--format",
            "FORM",
            "A table, JSON (docs/json.md), or a JSON object a line for each tensor",
            &arguments->format,
            false,
            {"table", "json", "jsonl"}},
           {"--json", "", "Short for --format json", &arguments->json},
           names_option()},
          [arguments] { return run(*arguments); },
          "  # Two models side by side, each under its scope\n"
          "  holdall ls dna=DNA_default rna=RNA_default --by role\n"};
}

}  // namespace holdall::cli
