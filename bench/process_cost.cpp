#include "process_cost.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>

namespace holdall::bench {
namespace {

// A line "RssAnon:     1234 kB" of the process's status, in bytes.
uint64_t status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(name + ":")) continue;
    const size_t digits = line.find_first_of("0123456789");
    uint64_t kib = 0;
    if (digits != std::string::npos) {
      std::from_chars(line.data() + digits, line.data() + line.size(), kib);
    }
    return kib * 1024;
  }
  return 0;
}

rusage usage() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used;
}

double cpu_seconds_of(const rusage& used) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

ProcessCost::Counts ProcessCost::counts() {
  const rusage used = usage();
  return {.cpu_seconds = cpu_seconds_of(used),
          .minor_faults = static_cast<uint64_t>(used.ru_minflt),
          .major_faults = static_cast<uint64_t>(used.ru_majflt),
          .anonymous_bytes = status_bytes("RssAnon"),
          .mapped_bytes = status_bytes("RssFile"),
          .peak_bytes = status_bytes("VmHWM")};
}

ProcessCost::ProcessCost() {
  std::ofstream("/proc/self/clear_refs") << "5";
  start_ = counts();
}

void ProcessCost::stop() {
  end_ = counts();
}

void ProcessCost::add_to(JsonLine& line) const {
  const uint64_t above_files =
      end_.peak_bytes > end_.mapped_bytes ? end_.peak_bytes - end_.mapped_bytes : 0;
  const uint64_t top = std::max(end_.anonymous_bytes, above_files);
  line.number("cpu_seconds", end_.cpu_seconds - start_.cpu_seconds);
  line.count("minor_faults", end_.minor_faults - start_.minor_faults);
  line.count("major_faults", end_.major_faults - start_.major_faults);
  line.count("anonymous_bytes", end_.anonymous_bytes).count("mapped_bytes", end_.mapped_bytes);
  line.count("peak_bytes", end_.peak_bytes);
  line.count("anonymous_rise_bytes",
             top > start_.anonymous_bytes ? top - start_.anonymous_bytes : 0);
}

}  // namespace holdall::bench
