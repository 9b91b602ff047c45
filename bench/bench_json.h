// One JSON object, member by member, on one line: what each run of the program prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdall::bench {

class JsonLine {
 public:
  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& number(std::string_view name, double value);
  JsonLine& count(std::string_view name, uint64_t value);
  JsonLine& truth(std::string_view name, bool value);
  // A sum, as text: readers that keep numbers as doubles would lose its last bits.
  JsonLine& sum(std::string_view name, uint64_t value);

  std::string finish() const { return "{" + members_ + "}\n"; }

 private:
  JsonLine& add(std::string_view name, std::string_view spelled);
  std::string members_;
};

// The 16 hexadecimal digits by which a sum is written everywhere.
std::string sum_text(uint64_t sum);

// Says what is wrong on stderr and ends the program.
[[noreturn]] void give_up(std::string_view what);

}  // namespace holdall::bench
