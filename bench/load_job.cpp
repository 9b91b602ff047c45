#include "load_job.h"

#include <cstring>

#include "bench_json.h"
#include "holdall/session.h"

namespace holdall::bench {
namespace {

uint64_t sum_of_words(const Tensor& tensor) {
  const auto bytes = tensor.bytes();
  uint64_t sums[2] = {0, 0};  // of the lower and of the upper halves
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t pair = 0;
    std::memcpy(&pair, bytes.data() + i, sizeof(pair));
    sums[0] += pair & UINT32_MAX;
    sums[1] += pair >> 32;
  }
  if (i + 4 > bytes.size()) return sums[0] + sums[1];
  uint32_t word = 0;
  std::memcpy(&word, bytes.data() + i, sizeof(word));
  return sums[0] + sums[1] + word;
}

}  // namespace

Result<std::string> load_job(std::span<const std::string> words) {
  Session session;
  for (size_t i = 0; i + 1 < words.size(); i += 2) {
    const auto report = session.load(words[i], {.scope = words[i + 1]});
    if (!report.ok()) return report.error();
  }
  uint64_t sum = 0, variables = 0;
  const Snapshot values = session.snapshot();
  for (const std::string& scope : values.scopes()) {
    const ScopeView view = values.scope(scope);
    for (const std::string& name : view.names()) {
      const auto tensor = view.find(name);
      if (tensor && tensor->dtype() != DType::kString) sum += sum_of_words(*tensor);
      ++variables;
    }
  }
  return JsonLine().count("variables", variables).sum("sum", sum).finish();
}

}  // namespace holdall::bench
