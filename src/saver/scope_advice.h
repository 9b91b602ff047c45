// What would make names match: the one change of scope under which most of the missing names are in
// the checkpoint after all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "holdall/catalog.h"

namespace holdall {

// One sentence for people, or "" if no change of scope helps. `missing` and `found` are names that
// were asked for.
std::string advise_scope(const Catalog& catalog, std::span<const std::string_view> missing,
                         std::span<const std::string_view> found);

}  // namespace holdall
