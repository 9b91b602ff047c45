// Figures of tests that count: scripts/torture adds them up and sets them beside their goals.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <string_view>
#include <utility>

namespace holdall {

// Whether tests take their long form.
inline bool is_torture() {
  return std::getenv("HOLDALL_TORTURE") != nullptr;
}

// A line of its own: "figure: F1 points 336, violations 0". `id` is that of the table in
// docs/reliability.md.
inline void print_figure(std::string_view id,
                         std::initializer_list<std::pair<std::string_view, uint64_t>> figures) {
  std::string_view before = "figure: ";
  std::cout << before << id;
  before = " ";
  for (const auto& [name, number] : figures) {
    std::cout << before << name << ' ' << number;
    before = ", ";
  }
  std::cout << '\n';
}

// What could not be tested here, how many points of it, and why: counted, and said aloud.
inline void print_skipped(std::string_view id, uint64_t points, std::string_view why) {
  std::cout << "skipped: " << id << ' ' << points << " points: " << why << '\n';
}

}  // namespace holdall
