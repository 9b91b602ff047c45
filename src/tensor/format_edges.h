// Printing a large tensor that is not in memory as a whole: only its edges are ever shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "holdall/tensor.h"

namespace holdall {

// Whether format_values() puts "..." in place of the middle.
bool is_shown_in_part(const Shape& shape);

// Which elements it then shows, ascending. Requires: elements, at least one dimension.
std::vector<uint64_t> edge_elements(const Shape& shape);

// As format_values() prints the whole. Requires: `edges` has one dimension and just those elements.
std::string format_edges(const Shape& shape, const Tensor& edges);

}  // namespace holdall
