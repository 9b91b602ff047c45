#include "formats/tf_bundle/meta_roles.h"

#include <gtest/gtest.h>

#include "support/meta_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall::tf_bundle {
namespace {

using Names = std::vector<std::string>;

// Of each name, the role that the collections tell; "-" where they tell none.
Result<std::string> roles_in(
    const Names& names,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& lists) {
  std::vector<TensorInfo> tensors;
  for (const std::string& name : names) {
    tensors.emplace_back();
    tensors.back().name = name;
  }
  const auto catalog = Catalog::make("m", "tf_bundle", {}, ByteOrder::kLittle, std::move(tensors));
  const auto storage = make_memory_storage();
  write_file(*storage, "m.meta", draft_meta_of(lists));
  const auto collections = read_meta_collections(**storage->open_reader("m.meta"));
  const auto roles = roles_of_collections(*catalog, *collections);
  if (!roles.ok()) return roles.error();
  std::string text;
  for (const auto& role : *roles)
    text += (text.empty() ? "" : " ") + std::string(role ? role_name(*role) : "-");
  return text;
}

TEST(MetaRoles, OfWhatIsTrainableAreWeights) {
  // Each would be a slot, an average or a counter by its name.
  const Names names = {"beta1_power", "ema/w", "step", "x", "x/Adam"};
  EXPECT_EQ(*roles_in(names, {{"trainable_variables", names}}),
            "weight weight weight weight weight");
  EXPECT_EQ(*roles_in(names, {{"variables", names}}), "optimizer ema step weight optimizer");
  EXPECT_EQ(*roles_in(names, {{"variables", names}, {"model_variables", {"x/Adam", "step"}}}),
            "optimizer ema weight weight weight");
}

TEST(MetaRoles, OfSlotsNeedTheirVariableInTheGraphNotInTheCheckpoint) {
  EXPECT_EQ(*roles_in({"x/Adam"}, {{"variables", {"x", "x/Adam"}}}), "optimizer");
  EXPECT_EQ(*roles_in({"x/Adam"}, {{"variables", {"x/Adam"}}}), "weight");
}

TEST(MetaRoles, OfAStepAreToldByItsCollection) {
  EXPECT_EQ(*roles_in({"games", "w"}, {{"variables", {"games", "w"}}, {"global_step", {"games"}}}),
            "step weight");
  EXPECT_EQ(
      *roles_in({"games", "w"}, {{"trainable_variables", {"games"}}, {"global_step", {"games"}}}),
      "weight -");
}

TEST(MetaRoles, OfAveragesAreToldByTheVariablesThatHaveThem) {
  const Names names = {"a", "a/Adam", "a/shadow", "b", "b/Adam", "b/shadow", "c", "c/shadow"};
  const auto lists = [&](const Names& averaged) {
    return std::vector<std::pair<std::string, Names>>{{"variables", names},
                                                      {"trainable_variables", {"a", "b"}},
                                                      {"moving_average_variables", averaged}};
  };
  EXPECT_EQ(*roles_in(names, lists({"a", "b"})),
            "weight optimizer ema weight optimizer ema weight weight");
  // Not all of them have it: then it is something else.
  EXPECT_EQ(*roles_in(names, lists({"a", "b", "d"})),
            "weight optimizer weight weight optimizer weight weight weight");
}

TEST(MetaRoles, OfAnotherSuffixAreNoAveragesWhereNamesTellThem) {
  const Names names = {"a", "a/ExponentialMovingAverage", "a/shadow"};
  EXPECT_EQ(*roles_in(names, {{"variables", names}, {"moving_average_variables", {"a"}}}),
            "weight ema weight");
}

TEST(MetaRoles, OfTensorsInNoCollectionAreNotTold) {
  EXPECT_EQ(*roles_in({"w", "z/Adam"}, {{"variables", {"w"}}}), "weight -");
  EXPECT_EQ(*roles_in({"w"}, {}), "");
  EXPECT_EQ(*roles_in({}, {{"variables", {"w"}}}), "");
}

TEST(MetaRoles, OfAnotherCheckpointAreRefused) {
  EXPECT_TRUE(fails(roles_in({"w"}, {{"variables", {"v", "u"}}}), Code::kNotFound,
                    {"of the 2 variables that it lists, 'u' the first, none is there"}));
}

}  // namespace
}  // namespace holdall::tf_bundle
