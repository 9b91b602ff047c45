// What tests say of a Result: that it is a value, or which error it is.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

#include "holdall/status.h"

namespace holdall {

template <class T>
testing::AssertionResult is_ok(const Result<T>& result) {
  if (result.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << code_name(result.error().code) << ": " << result.error().to_string();
}

// Of that code, and to_string() contains every phrase.
inline testing::AssertionResult is_error(const Error& error, Code code,
                                         std::initializer_list<std::string_view> phrases = {}) {
  const std::string text = error.to_string();
  if (error.code != code) {
    return testing::AssertionFailure() << "the code is " << code_name(error.code) << ": " << text;
  }
  for (const std::string_view phrase : phrases) {
    if (text.find(phrase) == std::string::npos) {
      return testing::AssertionFailure() << "'" << phrase << "' is not in: " << text;
    }
  }
  return testing::AssertionSuccess();
}

template <class T>
testing::AssertionResult fails(const Result<T>& result, Code code,
                               std::initializer_list<std::string_view> phrases = {}) {
  if (result.ok()) return testing::AssertionFailure() << "it did not fail";
  return is_error(result.error(), code, phrases);
}

}  // namespace holdall
