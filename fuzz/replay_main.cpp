// Runs a fuzz target without a fuzzer: over files, over those of directories, and over a few
// changed copies of each, always the same ones. It ends the process where the target does; else it
// says how many inputs there were. An input that takes more than 64 MiB and 64 bytes for each of
// its own, or more than 5 seconds and one for each 64 KiB, fails, where the build counts that.
//
//   replay_NAME [--changes=N] PATH...
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocation_meter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes);

namespace {

namespace fs = std::filesystem;

// Longer inputs are run as they are, but not changed: they would take most of the time.
constexpr size_t kMaxChangedBytes = 16 * 1024;

constexpr uint64_t kMostBytes = uint64_t{64} << 20;
constexpr uint64_t kMostBytesPerByte = 64;
constexpr std::chrono::seconds kMostTime{5};

bool is_within_bounds = true;

void run(const std::string& input) {
  const auto start = std::chrono::steady_clock::now();
  const holdall::AllocationMeter meter;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  if (!holdall::can_count_allocations()) return;
  const uint64_t peak_bytes = meter.peak_bytes();
  const auto taken = std::chrono::steady_clock::now() - start;
  const auto most_time = kMostTime + std::chrono::seconds(input.size() >> 16);
  if (peak_bytes <= kMostBytes + kMostBytesPerByte * input.size() && taken <= most_time) return;
  is_within_bounds = false;
  std::cout << "an input of " << input.size() << " bytes took " << peak_bytes << " bytes and "
            << std::chrono::duration<double>(taken).count() << " s\n";
}

std::vector<fs::path> list_files(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string changed(std::string input, std::mt19937_64& random) {
  for (uint64_t i = 0, count = 1 + random() % 4; i < count && !input.empty(); ++i) {
    const size_t at = random() % input.size();
    switch (random() % 4) {
      case 0: input[at] = static_cast<char>(input[at] ^ (1 << random() % 8)); break;
      case 1: input[at] = static_cast<char>(random()); break;
      case 2: input.erase(at, 1 + random() % 8); break;
      default: input.insert(at, input.substr(random() % input.size(), 1 + random() % 16)); break;
    }
  }
  return input;
}

}  // namespace

int main(int argument_count, char** arguments) {
  constexpr std::string_view kChanges = "--changes=";
  uint64_t change_count = 0;
  uint64_t input_count = 0;
  run("");
  for (int i = 1; i < argument_count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument.starts_with(kChanges)) {
      const std::string_view digits = argument.substr(kChanges.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), change_count);
      continue;
    }
    for (const fs::path& path : list_files(argument)) {
      const std::string input = read_file(path);
      run(input);
      ++input_count;
      std::mt19937_64 random(input.size());
      for (uint64_t k = 0; k < change_count && input.size() <= kMaxChangedBytes; ++k) {
        run(changed(input, random));
        ++input_count;
      }
    }
  }
  std::cout << input_count << " inputs\n";
  // A replay without seeds would test nothing and never say so.
  return input_count > 0 && is_within_bounds ? 0 : 1;
}
