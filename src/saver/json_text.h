// Parts that plans and reports have in common when they are written as JSON (docs/json.md).
#pragma once

#include <span>
#include <string>

#include "codec/json.h"
#include "holdall/tensor.h"
#include "holdall/verify.h"

namespace holdall {

inline Json shape_json(const Shape& shape) {
  Json array = Json::array();
  for (const int64_t size : shape.dims()) array.push_back(size);
  return array;
}

inline Json names_json(std::span<const std::string> names) {
  Json array = Json::array();
  for (const std::string& name : names) array.push_back(name);
  return array;
}

// In verify_text.cpp.
Json problems_json(std::span<const VerifyProblem> problems);

}  // namespace holdall
