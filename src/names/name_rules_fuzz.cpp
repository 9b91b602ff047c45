// Any bytes as rules, and as the names they are for: what parses is written as text that parses to
// the same list, applies the same to each name as to all, and says where it fails.
#include <cstdint>
#include <string>
#include <vector>

#include "base/fuzz_require_testing.h"
#include "holdall/name_rules.h"
#include "holdall/roles.h"

namespace {

using holdall::require;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (lines.size() < 64) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

void check_rules(const holdall::NameRules& rules, const std::vector<std::string_view>& names) {
  const auto again = holdall::NameRules::parse(rules.to_string());
  require(again.ok() && again->count() == rules.count());
  require(again->to_string() == rules.to_string());
  const holdall::RenameReport report = rules.apply_all(names);
  require(report.names.size() == names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    require(report.names[i].name == rules.apply(names[i]));
    require(report.names[i].name == again->apply(names[i]));
  }
  const auto checked = rules.check(report);
  require(checked.ok() || !checked.error().message.empty());
  require(rules.unmatched(report).size() <= rules.count());
  const auto inverse = rules.inverse();
  require(inverse.ok() == rules.is_invertible());
  if (inverse.ok()) require(inverse->inverse()->to_string() == rules.to_string());
}

// What is proposed must parse, and must not make two names one.
void check_proposal(const std::vector<std::string_view>& lines) {
  const std::span<const std::string_view> all(lines);
  const auto present = all.subspan(all.size() / 2);
  const auto proposal = holdall::propose_rules(all.first(all.size() / 2), present);
  if (!proposal) return;
  require(proposal->match_count <= proposal->wanted_count);
  const auto rules = holdall::NameRules::parse(proposal->rules);
  require(rules.ok() && !rules->empty());
  require(rules->check(rules->apply_all(present)).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const std::string text(reinterpret_cast<const char*>(bytes), size_bytes);
  const std::vector<std::string_view> lines = lines_of(text);
  const auto rules = holdall::NameRules::parse(text);
  if (rules.ok()) {
    check_rules(*rules, lines);
  } else {
    require(rules.error().message.find('^') != std::string::npos);
  }
  if (const auto glob = holdall::Glob::parse(lines.front()); glob.ok()) {
    for (const std::string_view line : lines) (void)glob->matches(line);
  }
  (void)holdall::roles_of(lines);
  check_proposal(lines);
  return 0;
}
