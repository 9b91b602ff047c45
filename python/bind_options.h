// Options that several calls take, from the words the package uses.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/name_rules.h"
#include "holdall/session.h"

namespace holdall::python {

// One string or a sequence of them.
std::vector<std::string> to_strings(nanobind::handle value);

// A string, a sequence of them, or NameRules. Raises what they are refused for.
NameRules to_rules(nanobind::handle value);

ReadOptions to_read_options(const std::string& io, bool verify, unsigned threads);

NameView to_name_view(const std::string& names);

// scope, select, rules, skip_roles, prefer_ema, missing, unexpected, shape, dtype, replace, names,
// io, verify, verify_parts, threads. TypeError for any other word.
LoadOptions to_load_options(const nanobind::dict& words);

// format, scope, shard_count, alignment, big_endian, compress, compress_index, update_state,
// durability, reread, threads.
SaveOptions to_save_options(const nanobind::dict& words);

}  // namespace holdall::python
