// Names and scopes. A name is a path of components joined by "/"; a scope is a prefix of components
// that belongs to one model. Pure functions of their arguments; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/export.h"
#include "holdall/status.h"

namespace holdall {

// Whether `scope` may name a scope, by TensorFlow 1's rule: ASCII letters, digits and "_.-/", the
// first a letter, digit or dot; no empty component. "" is the root and fine.
// Fails: kInvalidArgument; the message points at the first character that does not fit.
HOLDALL_EXPORT Status check_scope(std::string_view scope);

// "dna/w" for ("dna", "w"); `name` alone for the root.
HOLDALL_EXPORT std::string join_scope(std::string_view scope, std::string_view name);

// Whether `name` lies in `scope`: "model1/w" lies in "model1", "model10/w" does not. All names lie
// in the root.
HOLDALL_EXPORT bool is_in_scope(std::string_view name, std::string_view scope);

// Up to `limit` of `candidates` that look most like `name`, best first. Those that share its last
// components come first, then those that differ by few characters; nothing far off is returned.
HOLDALL_EXPORT std::vector<std::string> nearest_names(std::string_view name,
                                                      std::span<const std::string_view> candidates,
                                                      size_t limit = 3);

}  // namespace holdall
