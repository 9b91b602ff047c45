// What a save of a session is going to write.
#pragma once

#include <string_view>

#include "holdall/saver.h"
#include "holdall/session.h"

namespace holdall {

// Fails: kNotFound (nothing to save), kInvalidArgument (name-collision); as plan_save().
Result<SavePlan> plan_session_save(const Session& session, std::string_view path,
                                   const SaveOptions& options);

}  // namespace holdall
