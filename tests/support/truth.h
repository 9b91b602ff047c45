// The expected content of the checkpoints in a testdata folder, as its truth.json tells it
// (src/formats/tf_bundle/testdata/README.md says how).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"
#include "holdall/tensor.h"

namespace holdall {

struct TruthTensor {
  std::string name;
  DType dtype = DType::kUnknown;
  Shape shape;
  std::string sha256;  // of the raw little-endian bytes; of strings: of each length and bytes
  Json values;         // flat, exact; null if the tensor is large
  Json lengths;        // of strings; null for other dtypes
  Json values_base64;  // of strings; null if they are long
};

struct TruthCheckpoint {
  std::string prefix;  // from the folder
  std::vector<TruthTensor> tensors;
};

struct Truth {
  Json json;                                 // the whole file
  std::vector<TruthCheckpoint> checkpoints;  // those of the format that was asked for
};

// `folder` in the source tree; the test fails where its truth.json cannot be used.
Truth read_truth(std::string_view folder, std::string_view format = "v2");

TruthTensor parse_truth_tensor(const Json& json);

// What `tensor` has other than the truth says; "" if nothing.
std::string difference(const TruthTensor& truth, const Tensor& tensor);

}  // namespace holdall
