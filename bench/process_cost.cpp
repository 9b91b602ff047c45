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

ProcessCost::ProcessCost() {
  std::ofstream("/proc/self/clear_refs") << "5";
  const rusage used = usage();
  cpu_seconds_ = cpu_seconds_of(used);
  minor_faults_ = static_cast<uint64_t>(used.ru_minflt);
  major_faults_ = static_cast<uint64_t>(used.ru_majflt);
  anonymous_bytes_ = status_bytes("RssAnon");
}

void ProcessCost::add_to(JsonLine& line) const {
  const rusage used = usage();
  const uint64_t anonymous = status_bytes("RssAnon");
  const uint64_t mapped = status_bytes("RssFile");
  const uint64_t peak = status_bytes("VmHWM");
  const uint64_t top = std::max(anonymous, peak > mapped ? peak - mapped : 0);
  line.number("cpu_seconds", cpu_seconds_of(used) - cpu_seconds_);
  line.count("minor_faults", static_cast<uint64_t>(used.ru_minflt) - minor_faults_);
  line.count("major_faults", static_cast<uint64_t>(used.ru_majflt) - major_faults_);
  line.count("anonymous_bytes", anonymous).count("mapped_bytes", mapped).count("peak_bytes", peak);
  line.count("anonymous_rise_bytes", top > anonymous_bytes_ ? top - anonymous_bytes_ : 0);
}

}  // namespace holdall::bench
