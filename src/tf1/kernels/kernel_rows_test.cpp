// Every row of the kernels' tables: what it computes, and what is known of it before.
#include <cmath>
#include <set>

#include "tf1/kernels/kernel.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Attrs = std::map<std::string, AttrValue>;

Tensor f(const Shape& shape, std::initializer_list<float> values) {
  return *Tensor::of<float>(shape, values);
}
Tensor i32(const Shape& shape, std::initializer_list<int32_t> values) {
  return *Tensor::of<int32_t>(shape, values);
}
Tensor i64(const Shape& shape, std::initializer_list<int64_t> values) {
  return *Tensor::of<int64_t>(shape, values);
}
Tensor flags(const Shape& shape, std::initializer_list<bool> values) {
  return *Tensor::of<bool>(shape, values);
}
Tensor text(const Shape& shape, std::vector<std::string_view> values) {
  return *Tensor::of_strings(shape, values);
}

struct Row {
  std::string type;
  std::vector<Tensor> inputs;
  std::vector<Tensor> expected;
  Attrs attrs = {};
};

const Tensor kMatrix = f({2, 3}, {1, 5, 3, 4, 2, 6});
const Tensor kCounted = i32({2, 3}, {0, 1, 2, 3, 4, 5});
const Tensor kAxis0 = i32({1}, {0});

const std::vector<Row>& element_rows() {
  static const std::vector<Row> all = {
      {"Div", {i32({2}, {7, -7}), i32({}, {2})}, {i32({2}, {3, -3})}},
      {"FloorDiv", {i32({2}, {7, -7}), i32({}, {2})}, {i32({2}, {3, -4})}},
      {"FloorMod", {i32({2}, {7, -7}), i32({}, {4})}, {i32({2}, {3, 1})}},
      {"Maximum", {f({2}, {1, -1}), f({}, {0})}, {f({2}, {1, 0})}},
      {"Minimum", {f({2}, {1, -1}), f({}, {0})}, {f({2}, {0, -1})}},
      {"Pow", {i32({2}, {3, -2}), i32({}, {3})}, {i32({2}, {27, -8})}},
      {"RealDiv", {f({2}, {1, 3}), f({}, {2})}, {f({2}, {0.5f, 1.5f})}},
      {"SquaredDifference", {f({2}, {1, 5}), f({}, {2})}, {f({2}, {1, 9})}},
      {"Equal", {i32({2}, {1, 2}), i32({}, {2})}, {flags({2}, {false, true})}},
      {"Equal", {text({2}, {"a", "b"}), text({}, {"b"})}, {flags({2}, {false, true})}},
      {"NotEqual", {i32({2}, {1, 2}), i32({}, {2})}, {flags({2}, {true, false})}},
      {"Less", {f({2}, {1, 2}), f({}, {2})}, {flags({2}, {true, false})}},
      {"LessEqual", {f({2}, {3, 2}), f({}, {2})}, {flags({2}, {false, true})}},
      {"Greater", {f({2}, {3, 2}), f({}, {2})}, {flags({2}, {true, false})}},
      {"GreaterEqual", {f({2}, {1, 2}), f({}, {2})}, {flags({2}, {false, true})}},
      {"LogicalAnd", {flags({2}, {true, false}), flags({}, {true})}, {flags({2}, {true, false})}},
      {"LogicalOr", {flags({2}, {true, false}), flags({}, {false})}, {flags({2}, {true, false})}},
      {"LogicalNot", {flags({2}, {true, false})}, {flags({2}, {false, true})}},
      {"Abs", {i32({2}, {-3, 3})}, {i32({2}, {3, 3})}},
      {"Ceil", {f({2}, {1.2f, -1.2f})}, {f({2}, {2, -1})}},
      {"Exp", {f({1}, {0})}, {f({1}, {1})}},
      {"Floor", {f({2}, {1.2f, -1.2f})}, {f({2}, {1, -2})}},
      {"Log", {f({1}, {1})}, {f({1}, {0})}},
      {"Neg", {f({2}, {1, -2})}, {f({2}, {-1, 2})}},
      {"Reciprocal", {f({2}, {2, 4})}, {f({2}, {0.5f, 0.25f})}},
      {"Relu", {f({2}, {-1, 2})}, {f({2}, {0, 2})}},
      {"Round", {f({3}, {0.5f, 1.5f, -1.2f})}, {f({3}, {0, 2, -1})}},
      {"Rsqrt", {f({1}, {4})}, {f({1}, {0.5f})}},
      {"Sigmoid", {f({1}, {0})}, {f({1}, {0.5f})}},
      {"Sign", {f({3}, {-2, 0, 3})}, {f({3}, {-1, 0, 1})}},
      {"Sqrt", {f({2}, {4, 9})}, {f({2}, {2, 3})}},
      {"Square", {i32({2}, {4, -9})}, {i32({2}, {16, 81})}},
      {"Tanh", {f({1}, {0})}, {f({1}, {0})}},
      {"Cast", {f({3}, {2.7f, -2.7f, 0})}, {i64({3}, {2, -2, 0})}, {{"DstT", DType::kI64}}},
      {"Cast", {i32({2}, {0, 3})}, {flags({2}, {false, true})}, {{"DstT", DType::kBool}}},
      {"Complex",
       {f({}, {1}), f({}, {2})},
       {*Tensor::of<std::complex<float>>({}, {{1, 2}})},
       {{"Tout", DType::kComplex64}}},
      {"Real",
       {*Tensor::of<std::complex<float>>({}, {{1, 2}})},
       {f({}, {1})},
       {{"Tout", DType::kF32}}},
      {"Imag",
       {*Tensor::of<std::complex<float>>({}, {{1, 2}})},
       {f({}, {2})},
       {{"Tout", DType::kF32}}},
  };
  return all;
}

const std::vector<Row>& shape_rows() {
  static const std::vector<Row> all = {
      {"AddN", {f({2}, {1, 2}), f({2}, {3, 4}), f({2}, {5, 6})}, {f({2}, {9, 12})}},
      {"All", {flags({2}, {true, false}), kAxis0}, {flags({}, {false})}},
      {"Any", {flags({2}, {true, false}), kAxis0}, {flags({}, {true})}},
      {"ArgMax", {kMatrix, i32({}, {1})}, {i64({2}, {1, 2})}},
      {"ArgMin", {kMatrix, i32({}, {0})}, {i64({3}, {0, 1, 0})}},
      {"Max", {kMatrix, kAxis0}, {f({3}, {4, 5, 6})}},
      {"Mean", {kMatrix, i32({2}, {0, 1})}, {f({}, {3.5f})}},
      {"Min", {kMatrix, i32({1}, {-1})}, {f({2}, {1, 2})}},
      {"Prod", {kMatrix, i32({1}, {1})}, {f({2}, {15, 48})}},
      {"Softmax", {f({1, 2}, {3, 3})}, {f({1, 2}, {0.5f, 0.5f})}},
      {"Sum", {kMatrix, i32({1}, {1})}, {f({2, 1}, {9, 12})}, {{"keep_dims", true}}},
      {"ExpandDims", {f({2}, {1, 2}), i32({}, {-1})}, {f({2, 1}, {1, 2})}},
      {"Range",
       {i32({}, {1}), i32({}, {7}), i32({}, {3})},
       {i32({2}, {1, 4})},
       {{"Tidx", DType::kI32}}},
      {"Rank", {kMatrix}, {i32({}, {2})}},
      {"Reshape", {kCounted, i32({2}, {3, -1})}, {i32({3, 2}, {0, 1, 2, 3, 4, 5})}},
      {"Shape", {kMatrix}, {i32({2}, {2, 3})}},
      {"Shape", {kMatrix}, {i64({2}, {2, 3})}, {{"out_type", DType::kI64}}},
      {"Size", {kMatrix}, {i32({}, {6})}},
      {"Squeeze", {f({1, 2, 1}, {1, 2})}, {f({2}, {1, 2})}},
      {"Gather", {kCounted, i32({2}, {1, 0})}, {i32({2, 3}, {3, 4, 5, 0, 1, 2})}},
      {"GatherV2", {kCounted, i32({1}, {2}), i32({}, {1})}, {i32({2, 1}, {2, 5})}},
      {"ReverseV2", {kCounted, i32({1}, {1})}, {i32({2, 3}, {2, 1, 0, 5, 4, 3})}},
      {"Select",
       {flags({2}, {true, false}), i32({2}, {1, 2}), i32({2}, {3, 4})},
       {i32({2}, {1, 4})}},
      {"Slice", {kCounted, i32({2}, {0, 1}), i32({2}, {2, -1})}, {i32({2, 2}, {1, 2, 4, 5})}},
      {"Split",
       {i32({}, {1}), i32({1, 4}, {1, 2, 3, 4})},
       {i32({1, 2}, {1, 2}), i32({1, 2}, {3, 4})},
       {{"num_split", int64_t{2}}}},
      {"SplitV",
       {i32({3}, {1, 2, 3}), i32({2}, {1, -1}), i32({}, {0})},
       {i32({1}, {1}), i32({2}, {2, 3})},
       {{"num_split", int64_t{2}}}},
      {"StridedSlice",
       {kCounted, i32({2}, {0, 2}), i32({2}, {0, 0}), i32({2}, {1, -1})},
       {i32({2, 3}, {2, 1, 0, 5, 4, 3})},
       {{"begin_mask", int64_t{3}}, {"end_mask", int64_t{3}}}},
      {"StridedSlice",
       {kCounted, i32({1}, {-1}), i32({1}, {0}), i32({1}, {1})},
       {i32({3}, {3, 4, 5})},
       {{"shrink_axis_mask", int64_t{1}}}},
      {"Tile", {i32({2}, {1, 2}), i32({1}, {2})}, {i32({4}, {1, 2, 1, 2})}},
      {"Transpose", {kCounted, i32({2}, {1, 0})}, {i32({3, 2}, {0, 3, 1, 4, 2, 5})}},
      {"Unpack",
       {i32({2, 1}, {1, 2})},
       {i32({1}, {1}), i32({1}, {2})},
       {{"num", int64_t{2}}, {"axis", int64_t{0}}}},
      {"Where", {flags({2, 2}, {true, false, false, true})}, {i64({2, 2}, {0, 0, 1, 1})}},
  };
  return all;
}

const std::vector<Row>& other_rows() {
  static const std::vector<Row> all = {
      {"Concat", {i32({}, {0}), i32({1}, {1}), i32({2}, {2, 3})}, {i32({3}, {1, 2, 3})}},
      {"ConcatV2", {text({1}, {"a"}), text({1}, {"b"}), i32({}, {0})}, {text({2}, {"a", "b"})}},
      {"Pack",
       {i32({2}, {1, 2}), i32({2}, {3, 4})},
       {i32({2, 2}, {1, 3, 2, 4})},
       {{"axis", int64_t{1}}}},
      {"DiagPart", {f({2, 2}, {1, 2, 3, 4})}, {f({2}, {1, 4})}},
      {"MatrixDiagPart", {f({2, 3}, {1, 2, 3, 4, 5, 6})}, {f({2}, {1, 5})}},
      {"MatMul", {f({1, 2}, {1, 2}), f({2, 1}, {3, 4})}, {f({1, 1}, {11})}},
      {"MatMul",
       {f({2, 1}, {1, 2}), f({1, 2}, {3, 4})},
       {f({1, 1}, {11})},
       {{"transpose_a", true}, {"transpose_b", true}}},
      {"StringJoin",
       {text({}, {"a"}), text({}, {"b"})},
       {text({}, {"a/b"})},
       {{"separator", std::string("/")}}},
      {"ShardedFilename",
       {text({}, {"p"}), i32({}, {1}), i32({}, {3})},
       {text({}, {"p-00001-of-00003"})}},
      {"ShardedFilespec", {text({}, {"p"}), i32({}, {3})}, {text({}, {"p-\?\?\?\?\?-of-00003"})}},
      {"StaticRegexFullMatch",
       {text({}, {"s3://b"})},
       {flags({}, {true})},
       {{"pattern", std::string("^s3://.*")}}},
      {"OnesLike", {f({2}, {3, 4})}, {f({2}, {1, 1})}},
      {"ZerosLike", {text({1}, {"x"})}, {text({1}, {""})}},
      {"StopGradient", {f({1}, {3})}, {f({1}, {3})}},
      {"PreventGradient", {f({1}, {3})}, {f({1}, {3})}},
      {"Switch", {f({1}, {3}), flags({}, {true})}, {Tensor(), f({1}, {3})}},
      {"Identity", {f({1}, {3})}, {f({1}, {3})}},
      {"Add", {f({1}, {3}), f({1}, {4})}, {f({1}, {7})}},
      {"AddV2", {f({1}, {3}), f({1}, {4})}, {f({1}, {7})}},
      {"Sub", {f({1}, {3}), f({1}, {4})}, {f({1}, {-1})}},
      {"Mul", {f({1}, {3}), f({1}, {4})}, {f({1}, {12})}},
      {"Fill", {i32({1}, {2}), f({}, {4})}, {f({2}, {4, 4})}},
  };
  return all;
}

std::vector<Row> rows() {
  std::vector<Row> all = element_rows();
  all.insert(all.end(), shape_rows().begin(), shape_rows().end());
  all.insert(all.end(), other_rows().begin(), other_rows().end());
  return all;
}

Operation make_node(Graph& graph, const Row& row) {
  NodeSpec spec;
  spec.type = row.type;
  spec.attrs = row.attrs;
  for (const Tensor& input : row.inputs) spec.inputs.push_back(graph.constant(input));
  const DType first = row.type == "Split" ? row.inputs[1].dtype() : row.inputs[0].dtype();
  spec.attrs.try_emplace("T", first);
  spec.attrs.try_emplace("Tparams", first);
  if (row.type == "Fill" || row.type == "Select" || row.type == "Concat")
    spec.attrs["T"] = row.inputs[1].dtype();
  return graph.node(std::move(spec));
}

TEST(KernelRows, ComputeWhatTheyShould) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.type);
    Graph graph;
    const Operation node = make_node(graph, row);
    ASSERT_TRUE(is_ok(graph.status()));
    const auto outputs = node.outputs();
    ASSERT_EQ(outputs.size(), row.expected.size());
    Session session(graph);
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (row.type == "Switch" && i == 0) continue;
      const auto value = session.run(outputs[i]);
      ASSERT_TRUE(is_ok(value));
      EXPECT_EQ(*value, row.expected[i]);
      // What is known before is what comes.
      EXPECT_EQ(outputs[i].dtype(), value->dtype());
      EXPECT_EQ(outputs[i].shape().full().value_or(value->shape()), value->shape());
    }
  }
}

// Kernels that other tests are about: variables, randomness, files, functions, and the plain ones.
const std::set<std::string_view> kElsewhere = {"Assign",
                                               "AssignAdd",
                                               "AssignSub",
                                               "CountUpTo",
                                               "IsVariableInitialized",
                                               "Variable",
                                               "VariableV2",
                                               "AssignAddVariableOp",
                                               "AssignSubVariableOp",
                                               "AssignVariableOp",
                                               "ReadVariableOp",
                                               "VarHandleOp",
                                               "VarIsInitializedOp",
                                               "RandomStandardNormal",
                                               "RandomUniform",
                                               "RandomUniformInt",
                                               "TruncatedNormal",
                                               "MergeV2Checkpoints",
                                               "Restore",
                                               "RestoreSlice",
                                               "RestoreV2",
                                               "Save",
                                               "SaveSlices",
                                               "SaveV2",
                                               "PyFunc",
                                               "PyFuncStateless",
                                               "Const",
                                               "NoOp",
                                               "Placeholder",
                                               "PlaceholderWithDefault",
                                               "RefIdentity",
                                               "Merge",
                                               "RefMerge",
                                               "RefSwitch",
                                               "Qr"};

TEST(KernelRows, AreAllTested) {
  const std::vector<Row> all = rows();
  std::set<std::string_view> tested = kElsewhere;
  for (const Row& row : all) tested.insert(row.type);
  for (const auto& family :
       {arithmetic_kernels(), cast_kernels(), checkpoint_kernels(), comparison_kernels(),
        constant_kernels(), flow_kernels(), function_kernels(), joining_kernels(), matrix_kernels(),
        random_kernels(), reduction_kernels(), resource_kernels(), shape_kernels(),
        slicing_kernels(), state_kernels(), text_kernels(), unary_kernels()}) {
    for (const KernelRow& row : family) {
      EXPECT_TRUE(tested.contains(row.type)) << row.type;
      EXPECT_EQ(find_kernel(row.type), row.kernel);
    }
  }
}

TEST(KernelRows, DecomposeMatricesSoThatTheProductIsTheMatrix) {
  Graph graph;
  const Tensor matrix = f({3, 2}, {1, 2, 3, 4, 5, 7});
  const Operation qr = make_node(graph, {"Qr", {matrix}, {}, {}});
  NodeSpec spec;
  spec.type = "MatMul";
  spec.inputs = qr.outputs();
  spec.attrs = {{"T", DType::kF32}};
  const Output product = graph.node(std::move(spec)).outputs().front();
  EXPECT_EQ(product.shape().full(), Shape({3, 2}));
  const auto values = values_of<float>(evaluate(graph, product));
  const auto expected = values_of<float>(matrix);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-5f);
}

struct Refusal {
  Row row;
  std::string_view phrase;
};

TEST(KernelRows, RefuseWhatCannotBe) {
  const std::vector<Refusal> all = {
      {{"FloorDiv", {i32({1}, {1}), i32({1}, {0})}, {}}, "division by zero"},
      {{"Pow", {i32({1}, {2}), i32({1}, {-1})}, {}}, "negative integer powers"},
      {{"GatherV2", {kCounted, i32({1}, {2}), i32({}, {0})}, {}}, "not in [0, 2)"},
      {{"Transpose", {kCounted, i32({2}, {0, 0})}, {}}, "twice"},
      {{"AddN", {f({1}, {1}), f({2}, {1, 2})}, {}}, "same size and shape"},
      {{"StaticRegexFullMatch", {text({}, {"a"})}, {}, {{"pattern", std::string("a")}}}, "regular"},
      {{"Qr", {f({1}, {1})}, {}}, "Qr"},
      {{"RestoreV2",
        {text({}, {"/none/x"}), text({1}, {"a"}), text({1}, {""})},
        {},
        {{"dtypes", AttrList(std::vector{DType::kF32})}}},
       "none"},
  };
  for (const Refusal& each : all) {
    SCOPED_TRACE(each.row.type);
    Graph graph;
    const Operation node = make_node(graph, each.row);
    ASSERT_TRUE(is_ok(graph.status()));
    Session session(graph);
    const auto value = session.run(node.outputs().front());
    ASSERT_FALSE(value.ok());
    EXPECT_NE(value.error().to_string().find(each.phrase), std::string::npos)
        << value.error().to_string();
  }
}

TEST(KernelRows, RefuseShapesThatDoNotFitWhenTheNodeIsMade) {
  const std::vector<Refusal> all = {
      {{"MatMul", {f({1, 2}, {1, 2}), f({1, 2}, {3, 4})}, {}},
       "Dimensions must be equal, but are 2 and 1 for 'MatMul'"},
      {{"RealDiv", {f({2}, {1, 2}), f({3}, {3, 4, 5})}, {}}, "Dimensions must be equal"},
      {{"Reshape", {kCounted, i32({1}, {4})}, {}}, "Cannot reshape a tensor with 6 elements"},
      {{"Squeeze", {kCounted}, {}, {{"squeeze_dims", AttrList(std::vector<int64_t>{0})}}},
       "squeeze"},
      {{"Sum", {kMatrix, i32({1}, {2})}, {}}, "Invalid reduction dimension"},
      {{"Pack", {i32({1}, {1}), i32({2}, {1, 2})}, {}}, "Shapes must be equal"},
  };
  for (const Refusal& each : all) {
    SCOPED_TRACE(each.row.type);
    Graph graph;
    EXPECT_FALSE(make_node(graph, each.row).is_valid());
    EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {each.phrase}));
  }
}

}  // namespace
}  // namespace holdall::tf1
