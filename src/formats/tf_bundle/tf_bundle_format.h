// TensorFlow's checkpoint format V2 ("tensor bundle"): tf_bundle.md.
#pragma once

#include "formats/format.h"

namespace holdall {

const Format& tf_bundle_format();

}  // namespace holdall
