// What assign_add and assign_sub make of a variable's value.
#pragma once

#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf1 {

enum class Update { kAdd, kSubtract };

// Fails: kInvalidArgument (shapes or types that differ), kUnsupported (type).
Result<Tensor> update_value(Update update, const Tensor& before, const Tensor& value);

}  // namespace holdall::tf1
