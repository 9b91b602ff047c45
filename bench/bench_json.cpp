#include "bench_json.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace holdall::bench {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

JsonLine& JsonLine::add(std::string_view name, std::string_view spelled) {
  if (!members_.empty()) members_ += ", ";
  members_ += quoted(name) + ": ";
  members_ += spelled;
  return *this;
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  return add(name, quoted(value));
}

JsonLine& JsonLine::number(std::string_view name, double value) {
  std::array<char, 40> digits{};
  std::snprintf(digits.data(), digits.size(), "%.9g", value);
  return add(name, digits.data());
}

JsonLine& JsonLine::count(std::string_view name, uint64_t value) {
  return add(name, std::to_string(value));
}

JsonLine& JsonLine::truth(std::string_view name, bool value) {
  return add(name, value ? "true" : "false");
}

JsonLine& JsonLine::sum(std::string_view name, uint64_t value) {
  return text(name, sum_text(value));
}

std::string sum_text(uint64_t sum) {
  std::array<char, 20> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(sum));
  return digits.data();
}

void give_up(std::string_view what) {
  std::fprintf(stderr, "holdall_bench: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

}  // namespace holdall::bench
