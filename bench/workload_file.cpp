#include "workload_file.h"

#include <charconv>
#include <fstream>
#include <string_view>

#include "bench_json.h"

namespace holdall::bench {
namespace {

constexpr size_t kModelFields = 11;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

uint64_t parsed(const std::string& text, int base = 10) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

Error error_of(Code code, std::string message) {
  return Error{.code = code, .place = {}, .message = std::move(message)};
}

MadeModel model_of(const std::vector<std::string>& fields) {
  return {.name = fields[1],
          .tensor_count = parsed(fields[2]),
          .size_bytes = parsed(fields[3]),
          .sum = parsed(fields[4], 16),
          .first_name = fields[5],
          .last_name = fields[6],
          .ends_bytes = parsed(fields[7]),
          .ends_sum = parsed(fields[8], 16),
          .selected_bytes = parsed(fields[9]),
          .selected_sum = parsed(fields[10], 16)};
}

}  // namespace

Status write_workload_file(const std::string& folder, const MadeWorkload& workload) {
  std::ofstream out(folder + "/workload.txt");
  out << "workload\t" << workload.name << "\nabout\t" << workload.about << "\nseed\t"
      << workload.seed << "\nselect\t" << workload.select << "\n";
  for (const MadeModel& model : workload.models) {
    out << "model\t" << model.name << '\t' << model.tensor_count << '\t' << model.size_bytes << '\t'
        << sum_text(model.sum) << '\t' << model.first_name << '\t' << model.last_name << '\t'
        << model.ends_bytes << '\t' << sum_text(model.ends_sum) << '\t' << model.selected_bytes
        << '\t' << sum_text(model.selected_sum) << '\n';
  }
  out.close();
  if (!out) return error_of(Code::kIo, "could not be written").in_file(folder + "/workload.txt");
  return {};
}

Result<MadeWorkload> read_workload_file(const std::string& folder) {
  std::ifstream in(folder + "/workload.txt");
  if (!in) {
    return error_of(Code::kIo, "could not be read; `holdall_bench make` writes it")
        .in_file(folder + "/workload.txt");
  }
  MadeWorkload workload;
  for (std::string line; std::getline(in, line);) {
    const auto fields = split(line);
    if (fields[0] == "model" && fields.size() == kModelFields) {
      workload.models.push_back(model_of(fields));
    } else if (fields.size() == 2) {
      if (fields[0] == "workload") workload.name = fields[1];
      if (fields[0] == "about") workload.about = fields[1];
      if (fields[0] == "seed") workload.seed = parsed(fields[1]);
      if (fields[0] == "select") workload.select = fields[1];
    }
  }
  if (workload.name.empty() || workload.models.empty()) {
    return error_of(Code::kCorrupt, "names no workload").in_file(folder + "/workload.txt");
  }
  return workload;
}

}  // namespace holdall::bench
