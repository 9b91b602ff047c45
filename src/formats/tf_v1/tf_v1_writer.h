// Lays V1 checkpoints out, to the bytes that TensorFlow writes.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "formats/format.h"

namespace holdall::tf_v1 {

// As Format::lay_out().
Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                        const SaveOptions& options);

}  // namespace holdall::tf_v1
