// TensorFlow's numbers for element types (its DataType enumeration), as its checkpoints and graphs
// store them.
#pragma once

#include <cstdint>
#include <optional>

#include "holdall/dtype.h"
#include "holdall/status.h"

namespace holdall {

// DType::kUnknown for a number that is not in the table.
DType dtype_of_tf_code(uint64_t code);

// What to say of such a number: kUnsupported.
Error unknown_tf_code(uint64_t code);

// Requires: not DType::kUnknown.
uint32_t tf_code_of(DType dtype);

// The name in TensorFlow's messages: "float", "int32", ...
std::string_view tf_type_name(DType dtype);

}  // namespace holdall
