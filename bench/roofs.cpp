#include "roofs.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "bench_files.h"
#include "bench_json.h"

namespace holdall::bench {
namespace {

bool is_wanted(const RoofOptions& options, const std::string& name) {
  const auto& only = options.only;
  return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
}

void print_roof(const Roof& roof, const RoofSetting& setting) {
  std::vector<double> seconds;
  for (unsigned i = 0; i < setting.options.repeats; ++i) seconds.push_back(roof.measure(setting));
  std::sort(seconds.begin(), seconds.end());
  const uint64_t bytes = roof.in_memory ? setting.options.memory_bytes : setting.file_bytes;
  JsonLine line;
  line.text("roof", roof.name).count("threads", setting.threads).count("bytes", bytes);
  const double median = seconds[seconds.size() / 2];
  line.number("seconds", median).number("best_seconds", seconds.front());
  line.number("gb_per_s", static_cast<double>(bytes) / median / 1e9);
  std::fputs(line.finish().c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

void print_roofs(const RoofOptions& options) {
  std::vector<Roof> roofs = memory_roofs();
  for (const auto& more : {read_roofs(), write_roofs()}) {
    roofs.insert(roofs.end(), more.begin(), more.end());
  }
  for (const std::string& name : options.only) {
    const auto is_it = [&](const Roof& roof) { return roof.name == name; };
    if (std::none_of(roofs.begin(), roofs.end(), is_it)) give_up("there is no roof " + name);
  }
  RoofSetting setting{.options = options};
  for (const std::string& file : checkpoint_files(options.folder, "tf_bundle")) {
    if (file.ends_with(".index")) continue;
    setting.files.push_back(file);
    setting.file_bytes += std::filesystem::file_size(file);
  }
  if (setting.file_bytes == 0) give_up(options.folder + " has no data files");
  for (const Roof& roof : roofs) {
    for (const unsigned threads : options.threads) {
      if (!is_wanted(options, roof.name) || (!roof.is_threaded && threads != 1)) continue;
      setting.threads = threads;
      print_roof(roof, setting);
    }
  }
}

}  // namespace holdall::bench
