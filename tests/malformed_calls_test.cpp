// Calls that are wrong, of which TensorFlow's counterparts read memory that was not theirs or ended
// the process: names to restore, and types to save.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "holdall/saver.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class MalformedCalls : public testing::Test {
 protected:
  Checkpoint saved() {
    return save_and_open(
        storage_, "m",
        {{"a", counting_tensor({2}), {}, {}, 0}, {"b", counting_tensor({3}), {}, {}, 0}});
  }

  Status restore(const Checkpoint& checkpoint, const std::vector<RestoreTarget>& targets) {
    Session session;
    const auto plan = plan_restore(checkpoint.catalog(), targets);
    if (!plan.ok()) return plan.error();
    const auto report = execute(*plan, checkpoint, session);
    if (!report.ok()) {
      EXPECT_EQ(session.snapshot().count(), 0u);
      return report.error();
    }
    return {};
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

RestoreTarget target_of(std::string name, std::string source = "") {
  RestoreTarget target;
  target.name = std::move(name);
  target.source_name = std::move(source);
  return target;
}

TEST_F(MalformedCalls, NamesThatAreMissingAreRefused) {
  const Checkpoint checkpoint = saved();
  EXPECT_TRUE(fails(restore(checkpoint, {}), Code::kInvalidArgument));
  EXPECT_TRUE(fails(restore(checkpoint, {target_of("")}), Code::kInvalidArgument) ||
              fails(restore(checkpoint, {target_of("")}), Code::kNotFound));
  const std::string with_zero("a\0b", 3);
  for (const std::string& name :
       {std::string("c"), std::string("A"), with_zero, std::string("a\0", 2),
        std::string(1 << 20, 'n'), std::string("\xff\xfe"), std::string("a/")}) {
    const auto status = restore(checkpoint, {target_of("a"), target_of("b"), target_of("x", name)});
    EXPECT_TRUE(fails(status, Code::kNotFound)) << name.substr(0, 40);
    EXPECT_TRUE(fails(checkpoint.read(name), Code::kNotFound)) << name.substr(0, 40);
  }
}

TEST_F(MalformedCalls, NamesThatComeTwiceAreRefused) {
  const Checkpoint checkpoint = saved();
  EXPECT_TRUE(fails(restore(checkpoint, {target_of("a"), target_of("b"), target_of("a")}),
                    Code::kInvalidArgument));
  EXPECT_TRUE(is_ok(restore(checkpoint, {target_of("a"), target_of("b"), target_of("c", "a")})));
}

TEST_F(MalformedCalls, PartsOutsideOfATensorAreRefused) {
  const Checkpoint checkpoint = saved();
  for (const Box& box :
       {Box{{2}, {1}}, Box{{0}, {3}}, Box{{-1}, {1}}, Box{{0}, {-2}}, Box{{1}, {INT64_MAX}},
        Box{{INT64_MAX}, {1}}, Box{{0, 0}, {1, 1}}, Box{}}) {
    EXPECT_TRUE(fails(checkpoint.read_box("a", box), Code::kInvalidArgument)) << box.to_string();
  }
}

// Elements with all bits set are a NaN of every floating type, and a bool that is none.
Tensor of_ones(DType dtype, Shape shape) {
  const auto count = *shape.element_count();
  if (dtype == DType::kString)
    return strings_tensor(std::move(shape), std::vector<std::string_view>(count, "\xff"));
  const std::vector<std::byte> bytes(count * dtype_size_bytes(dtype),
                                     std::byte{dtype == DType::kBool ? uint8_t{1} : uint8_t{0xff}});
  return *Tensor::copy_of(dtype, std::move(shape), bytes);
}

TEST_F(MalformedCalls, EveryTypeIsSavedOrRefused) {
  size_t saved_count = 0;
  for (const FormatInfo& format : formats()) {
    for (const DType dtype : storable_dtypes()) {
      for (const Shape& shape : {Shape({}), Shape({0}), Shape({3, 0, 2}), Shape({2, 3})}) {
        const std::string path =
            format.name + std::string(dtype_name(dtype)) + shape.to_string() + format.suffix;
        SaveOptions options;
        options.format = format.name;
        options.storage = storage_;
        const Tensor tensor = of_ones(dtype, shape);
        const auto plan = plan_save(path, {{"w", tensor, {}, {}, 0}}, options);
        if (!plan.ok()) {
          EXPECT_TRUE(fails(plan, Code::kUnsupported)) << path;
          continue;
        }
        ASSERT_TRUE(is_ok(execute(*plan))) << path;
        const auto checkpoint = Checkpoint::open(path, {storage_});
        ASSERT_TRUE(is_ok(checkpoint)) << path;
        const TensorInfo& info = *checkpoint->catalog().begin();
        const auto read = checkpoint->read(info.name);
        ASSERT_TRUE(is_ok(read)) << path;
        EXPECT_EQ(*read, tensor) << path;
        ++saved_count;
      }
    }
  }
  EXPECT_GE(saved_count, 250u);
}

TEST_F(MalformedCalls, TypesThatNoFileHoldsAreRefused) {
  for (const DType dtype : {DType::kUnknown, DType::kVariant, DType::kResource}) {
    EXPECT_FALSE(Tensor::copy_of(dtype, {1}, std::vector<std::byte>(8)).ok()) << dtype_name(dtype);
  }
  for (const FormatInfo& format : formats()) {
    SaveOptions options;
    options.format = format.name;
    options.storage = storage_;
    EXPECT_TRUE(
        fails(plan_save("m", {{"w", Tensor(), Box{{0}, {1}}, {}, 0}}, options),
              Code::kInvalidArgument) ||
        fails(plan_save("m", {{"w", Tensor(), Box{{0}, {1}}, {}, 0}}, options), Code::kUnsupported))
        << format.name;
  }
}

}  // namespace
}  // namespace holdall
