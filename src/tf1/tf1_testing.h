// For tests of the TensorFlow-1 face: which class of error a result is, what a graph holds, and
// values as numbers.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/tf1.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall::tf1 {

inline void PrintTo(ErrorClass error_class, std::ostream* out) {
  *out << error_class_name(error_class);
}

inline testing::AssertionResult is_raised(const Error& error, ErrorClass expected,
                                          std::initializer_list<std::string_view> phrases = {}) {
  if (error_class(error) != expected) {
    return testing::AssertionFailure()
           << error_class_name(error_class(error)) << ": " << error.to_string();
  }
  return is_error(error, error.code, phrases);
}

// It failed with an error of that class whose text has every phrase.
template <class T>
testing::AssertionResult raises(const Result<T>& result, ErrorClass expected,
                                std::initializer_list<std::string_view> phrases = {}) {
  if (result.ok()) return testing::AssertionFailure() << "it did not fail";
  return is_raised(result.error(), expected, phrases);
}

// Name and type of each node, in the order in which they were made.
inline std::vector<std::pair<std::string, std::string>> nodes_of(const Graph& graph) {
  std::vector<std::pair<std::string, std::string>> nodes;
  for (const Operation& op : graph.operations()) nodes.emplace_back(op.name(), op.type());
  return nodes;
}

inline std::vector<std::string> names_of(const std::vector<Variable>& variables) {
  std::vector<std::string> names;
  for (const Variable& variable : variables) names.push_back(variable.name());
  return names;
}

template <class T>
std::vector<T> values_of(const Tensor& tensor) {
  EXPECT_EQ(tensor.size_bytes() % sizeof(T), 0u);
  std::vector<T> values(tensor.size_bytes() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes().data(), tensor.size_bytes());
  return values;
}

// The value of one output in a session of its own, which has run the initialisers. The test fails
// if there is none.
inline Tensor evaluate(const Graph& graph, const Output& output) {
  Session session(graph);
  auto value = session.run(output);
  EXPECT_TRUE(is_ok(value));
  return value.ok() ? *value : Tensor();
}

inline Tensor floats(std::initializer_list<float> values) {
  return *Tensor::of<float>({static_cast<int64_t>(values.size())}, values);
}

inline Tensor scalar(float value) {
  return *Tensor::of<float>({}, {value});
}

}  // namespace holdall::tf1
