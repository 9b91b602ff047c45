// Hugging Face's safetensors, one file or several with an index: safetensors.md.
#pragma once

#include "formats/format.h"

namespace holdall {

const Format& safetensors_format();

}  // namespace holdall
