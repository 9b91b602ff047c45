// TensorFlow's old checkpoint format, V1 (tf_v1.md).
#pragma once

#include "formats/format.h"

namespace holdall {

const Format& tf_v1_format();

}  // namespace holdall
