// Roofs: how fast this machine does the plain work that a restore or a save cannot do without. Each
// is measured a few times over as many bytes as the workload has, with nothing of Holdall in it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace holdall::bench {

struct RoofOptions {
  std::string folder;                  // of a made workload: its data files are what is read
  std::vector<std::string> only = {};  // names; none: all
  std::vector<unsigned> threads = {1, 2};
  unsigned repeats = 3;
  uint64_t memory_bytes = uint64_t{256} << 20;  // of roofs that touch no file
};

// What a roof works on. Buffers are faulted in and reused, so that only roofs named so measure
// fresh pages.
struct RoofSetting {
  const RoofOptions& options;
  unsigned threads = 1;
  std::vector<std::string> files = {};  // the workload's data files
  uint64_t file_bytes = 0;              // of all of them
};

struct Roof {
  std::string name;
  bool is_threaded = true;  // else it is measured with one thread alone
  bool in_memory = false;   // works on memory_bytes, else on file_bytes
  // Seconds for one pass over all bytes.
  std::function<double(const RoofSetting&)> measure;
};

std::vector<Roof> memory_roofs();
std::vector<Roof> read_roofs();
std::vector<Roof> write_roofs();

// Prints a JSON object for each roof and number of threads.
void print_roofs(const RoofOptions& options);

}  // namespace holdall::bench
