// Lays out tensors as a tensor bundle, byte for byte as TensorFlow's writer does.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "codec/sorted_table_writer.h"
#include "formats/format.h"

namespace holdall::tf_bundle {

// How TensorFlow writes the index, but for what the options ask.
TableWriterOptions index_options(const SaveOptions& options);

Result<std::unique_ptr<Layout>> lay_out(const std::string& prefix, std::span<const SaveItem> items,
                                        const SaveOptions& options,
                                        const TableWriterOptions& table_options);

}  // namespace holdall::tf_bundle
