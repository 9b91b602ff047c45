// Tensors to the layout of a safetensors file, or of several with an index.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "formats/format.h"

namespace holdall::safetensors {

// Fails: kInvalidArgument (names, shards), kUnsupported (dtype, name, options). `items` must
// outlive the layout.
Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                        const SaveOptions& options);

}  // namespace holdall::safetensors
