// Messages of collections that hold names of nodes: contexts of control flow and queue runners.
// Their names follow when nodes go under a scope or come out of one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "holdall/status.h"

namespace holdall::tf1 {

using NameChange = std::function<std::string(std::string_view name)>;

// Whether the items of a collection are messages with names.
bool holds_names(std::string_view collection_key);

// The name of what such a message is about; "" if it has none. Fails: kCorrupt.
Result<std::string> name_in(std::string_view message);

// The message with each name as `change` gives it; what is not a name stays as it is, in its order.
// Fails: kCorrupt.
Result<std::string> with_names_changed(std::string_view collection_key, std::string_view message,
                                       const NameChange& change);

}  // namespace holdall::tf1
