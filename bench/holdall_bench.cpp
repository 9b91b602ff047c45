// holdall_bench: makes workloads, and measures roofs and single operations on them. One operation a
// process; bench/bench_driver.py runs it in rounds and compares.
#include <charconv>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "bench_files.h"
#include "bench_json.h"
#include "load_job.h"
#include "operations.h"
#include "roofs.h"
#include "workloads.h"

namespace holdall::bench {
namespace {

constexpr const char* kUsage =
    "usage: holdall_bench make WORKLOAD DIR [--mib N] [--seed N] [--dtype f32|bf16]\n"
    "                          [--alignment N] [--safetensors yes|no]\n"
    "       holdall_bench roofs DIR [--only NAME,...] [--threads N,...] [--repeats N] [--mib N]\n"
    "       holdall_bench run OPERATION DIR [--format tf_bundle|safetensors] [--io map|copy]\n"
    "                          [--verify yes|no] [--threads N] [--shards N] [--alignment N]\n"
    "                          [--ready yes|no]\n"
    "       holdall_bench load PATH SCOPE [PATH SCOPE]...\n"
    "       holdall_bench drop|warm|resident DIR [--format tf_bundle|safetensors]\n";

// Words in order, and the values of options.
struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::string> options;

  std::string text(const std::string& name, const std::string& otherwise) const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
  uint64_t count(const std::string& name, uint64_t otherwise) const {
    const auto found = options.find(name);
    if (found == options.end()) return otherwise;
    const std::string& text = found->second;
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      give_up("--" + name + " takes a number, not '" + text + "'");
    }
    return value;
  }
  // One of two words; whether it is the first.
  bool is_first(const std::string& name, const char* first, const char* second) const {
    const std::string word = text(name, first);
    if (word != first && word != second) {
      give_up("--" + name + " takes " + first + " or " + second + ", not '" + word + "'");
    }
    return word == first;
  }
};

Arguments parse_arguments(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (!word.starts_with("--")) {
      arguments.words.push_back(word);
    } else if (i + 1 < count) {
      arguments.options[word.substr(2)] = words[++i];
    } else {
      give_up(word + " takes a value");
    }
  }
  return arguments;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

unsigned all_threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

int print(const Result<std::string>& line) {
  if (!line) give_up(line.error().to_string());
  std::fputs(line->c_str(), stdout);
  return 0;
}

int make(const Arguments& arguments) {
  MakeOptions options{.workload = arguments.words[1], .folder = arguments.words[2]};
  const bool is_f32 = arguments.is_first("dtype", "f32", "bf16");
  options.size = {static_cast<double>(arguments.count("mib", 0)),
                  is_f32 ? DType::kF32 : DType::kBF16};
  options.seed = arguments.count("seed", 1);
  options.alignment = arguments.count("alignment", 1);
  options.safetensors = arguments.is_first("safetensors", "yes", "no");
  return print(make_workload(options));
}

int roofs(const Arguments& arguments) {
  RoofOptions options{.folder = arguments.words[1]};
  options.only = split_at_commas(arguments.text("only", ""));
  options.threads.clear();
  for (const std::string& number : split_at_commas(arguments.text("threads", "1,2"))) {
    options.threads.push_back(
        static_cast<unsigned>(Arguments{{}, {{"threads", number}}}.count("threads", 1)));
  }
  options.repeats = static_cast<unsigned>(std::max<uint64_t>(1, arguments.count("repeats", 3)));
  options.memory_bytes = std::max<uint64_t>(1, arguments.count("mib", 256)) << 20;
  print_roofs(options);
  return 0;
}

IoMode io_mode(const Arguments& arguments) {
  const auto mode = find_io_mode(arguments.text("io", "map"));
  if (!mode) give_up("--io is auto, copy, map, map-copy or direct");
  return *mode;
}

int run(const Arguments& arguments) {
  RunOptions options{.operation = arguments.words[1], .folder = arguments.words[2]};
  const bool is_tf = arguments.is_first("format", "tf_bundle", "safetensors");
  options.format = is_tf ? "tf_bundle" : "safetensors";
  options.read.io = io_mode(arguments);
  options.read.verify = arguments.is_first("verify", "yes", "no");
  options.is_memory_ready = !arguments.is_first("ready", "no", "yes");
  options.read.threads = static_cast<unsigned>(arguments.count("threads", all_threads()));
  options.shard_count = static_cast<uint32_t>(std::max<uint64_t>(1, arguments.count("shards", 1)));
  options.alignment = arguments.count("alignment", 1);
  return print(run_operation(options));
}

// Says how much is in memory afterwards.
int change_cache(const Arguments& arguments) {
  const auto files = checkpoint_files(
      arguments.words[1],
      arguments.is_first("format", "tf_bundle", "safetensors") ? "tf_bundle" : "safetensors");
  if (arguments.words[0] == "drop") drop_from_cache(files);
  if (arguments.words[0] == "warm") read_into_cache(files);
  return print(JsonLine().number("resident", resident_share(files)).finish());
}

int main_of(const Arguments& arguments) {
  const auto& words = arguments.words;
  const std::string verb = words.empty() ? "" : words[0];
  if (verb == "make" && words.size() == 3) return make(arguments);
  if (verb == "roofs" && words.size() == 2) return roofs(arguments);
  if (verb == "run" && words.size() == 3) return run(arguments);
  if (verb == "load" && words.size() >= 3 && words.size() % 2 == 1)
    return print(load_job(std::span(words).subspan(1)));
  const bool is_cache = verb == "drop" || verb == "warm" || verb == "resident";
  if (is_cache && words.size() == 2) return change_cache(arguments);
  std::fputs(kUsage, stderr);
  std::fprintf(stderr, "operations: %s\n", operation_names().c_str());
  return 2;
}

}  // namespace
}  // namespace holdall::bench

int main(int count, char** words) {
  return holdall::bench::main_of(holdall::bench::parse_arguments(count, words));
}
