// A restore whose names do not fit says which rule would make them; pasting what it says makes the
// restore succeed.
#include <gtest/gtest.h>

#include "holdall/holdall.h"
#include "support/bundle_files.h"
#include "support/object_graphs.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

// The text behind "with:" in what the error says.
std::string proposed_in(const Error& error) {
  const std::string text = error.to_string();
  const size_t at = text.find("with:");
  if (at == std::string::npos) return "";
  const size_t begin = text.find_first_not_of(' ', at + 5);
  return text.substr(begin, text.find('\n', begin) - begin);
}

float value_of(size_t i) {
  return static_cast<float>(i) + 1;
}

// A session that holds variables of these names, all zero.
void declare(Session& session, const Names& names) {
  for (const std::string& name : names)
    ASSERT_TRUE(is_ok(session.assign(name, *Tensor::of<float>({}, {0}))));
}

class ProposedRules : public testing::Test {
 protected:
  void save(const Names& names) {
    std::vector<SaveItem> items;
    for (size_t i = 0; i < names.size(); ++i)
      items.push_back({names[i], *Tensor::of<float>({}, {value_of(i)}), {}, {}, 0});
    save_checkpoint(storage_, "m", std::move(items));
  }

  // Restores `wanted` from the checkpoint: without rules it fails and changes nothing, with what it
  // proposes every variable gets its value. Gives the proposal.
  std::string paste_proposal(const Names& wanted, NameView names = NameView::kAuto) {
    Session session;
    declare(session, wanted);
    LoadOptions options;
    options.storage = storage_;
    options.names = names;
    const auto refused = session.restore("m", options);
    EXPECT_FALSE(refused.ok());
    if (refused.ok()) return "";
    for (const std::string& name : wanted)
      EXPECT_EQ(*session.find(name), (*Tensor::of<float>({}, {0}))) << name;

    const std::string proposal = proposed_in(refused.error());
    auto rules = NameRules::parse(proposal);
    EXPECT_TRUE(is_ok(rules)) << refused.error().to_string();
    if (!rules.ok()) return proposal;
    options.rules = *std::move(rules);
    EXPECT_TRUE(is_ok(session.restore("m", options))) << proposal;
    for (size_t i = 0; i < wanted.size(); ++i)
      EXPECT_EQ(*session.find(wanted[i]), (*Tensor::of<float>({}, {value_of(i)}))) << wanted[i];
    return proposal;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(ProposedRules, PutAMissingScopeInFront) {
  save({"conv1/w", "conv1/b", "conv2/w"});
  EXPECT_EQ(paste_proposal({"dna/conv1/w", "dna/conv1/b", "dna/conv2/w"}), "add dna/");
}

TEST_F(ProposedRules, TakeAnExtraScopeOff) {
  save({"train/conv1/w", "train/conv1/b", "train/conv2/w"});
  EXPECT_EQ(paste_proposal({"conv1/w", "conv1/b", "conv2/w"}), "strip train/");
}

TEST_F(ProposedRules, TakeADoubledScopeApart) {
  save({"net/net/w", "net/net/b", "net/net/conv/w"});
  EXPECT_EQ(paste_proposal({"net/w", "net/b", "net/conv/w"}), "strip net/");
}

TEST_F(ProposedRules, TakeASuffixOff) {
  save({"conv_1/w", "conv_1/b", "conv_1/scale"});
  const std::string proposal = paste_proposal({"conv/w", "conv/b", "conv/scale"});
  EXPECT_NE(proposal.find("conv_1"), std::string::npos) << proposal;
}

TEST_F(ProposedRules, TakeTheNamesOfTensorFlow2ToThoseOfTensorFlow1) {
  const Names keys = {"model/dense/kernel/.ATTRIBUTES/VARIABLE_VALUE",
                      "model/dense/bias/.ATTRIBUTES/VARIABLE_VALUE",
                      "model/out/kernel/.ATTRIBUTES/VARIABLE_VALUE"};
  save(keys);
  paste_proposal({"model/dense/kernel", "model/dense/bias", "model/out/kernel"}, NameView::kRaw);
}

}  // namespace
}  // namespace holdall
