// Tensors to the layout of an .npz archive, or one tensor to that of an .npy file.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "formats/format.h"

namespace holdall::npz {

// Fail: kInvalidArgument (names), kUnsupported (dtype, name, options). `items` must outlive the
// layout.
Result<std::unique_ptr<Layout>> lay_out_npz(const std::string& path,
                                            std::span<const SaveItem> items,
                                            const SaveOptions& options);
Result<std::unique_ptr<Layout>> lay_out_npy(const std::string& path,
                                            std::span<const SaveItem> items,
                                            const SaveOptions& options);

}  // namespace holdall::npz
