// From any spelling of a path to the checkpoint it means, or to an error that says what it is.
#pragma once

#include <string>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "saver/newest_checkpoint.h"

namespace holdall {

// `path`: what Checkpoint::open() takes. Fails: kNotFound, kCorrupt, kUnsupported (told from the
// file's content), kInvalidArgument, kIo.
Result<FoundCheckpoint> find_checkpoint(const Storage& storage, std::string path,
                                        bool is_confined = false);

// Where a SavedModel has its variables, beside its graph.
std::string saved_variables_in(const std::string& directory);

// The error of reading a file of a checkpoint as one of `format`, with what the file is in truth: a
// pointer, a page, an archive under its name.
Error explain_index_error(const Storage& storage, std::string_view format, Error error);

// The same for a data file of `catalog`; and whether its size says that it is of another save.
Error explain_data_error(const Storage& storage, const Catalog& catalog, Error error);

}  // namespace holdall
