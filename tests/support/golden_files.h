// Outputs for people and programs that are kept as files, so that a change of their wording or
// members is seen as a difference. HOLDALL_REWRITE_GOLDEN=1 makes what is there now the
// expectation.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace holdall {

// Whether the file ("src/saver/testdata/...", from the top of the source tree) holds `text`; says
// where the two part.
testing::AssertionResult is_golden(const std::string& path_in_tree, std::string_view text);

}  // namespace holdall
