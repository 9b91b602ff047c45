// What would make missing names match after all: each a sentence for people, or "" if nothing
// helps.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "holdall/catalog.h"
#include "holdall/roles.h"

namespace holdall {

struct RuleAdvice {
  std::string text;
  bool is_for_all = false;  // none of the wanted names would be missing
};

// The rules, ready to paste, under which most of the wanted names are in the checkpoint. `wanted`
// are names in the session, also those that match without rules; what is outside `scope` is left
// aside.
RuleAdvice advise_rules(const Catalog& catalog, std::string_view scope,
                        std::span<const std::string_view> wanted);

// "326 optimizer, 1 step": the most first.
std::string list_roles(const std::map<Role, size_t>& counts);

// What the missing names among the wanted ones are for, where some are no weights. "" if all are.
std::string describe_missing_roles(std::span<const std::string_view> wanted,
                                   std::span<const std::string_view> missing);

std::string advise_nearest(std::string_view missing, std::span<const std::string> nearest);

// The change of scope under which most of them are. `missing` and `found` are names in the
// checkpoint that were asked for.
std::string advise_scope(const Catalog& catalog, std::span<const std::string_view> missing,
                         std::span<const std::string_view> found);

}  // namespace holdall
