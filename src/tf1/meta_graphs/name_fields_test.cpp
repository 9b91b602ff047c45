// Names inside messages of collections follow when nodes go under a scope or come out of one.
#include "tf1/meta_graphs/name_fields.h"

#include "codec/proto_wire.h"
#include "tf1/graph/unique_names.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

// A while context with a cond context inside it.
std::string context_under(const std::string& scope) {
  std::string pair, values, cond, nested, context;
  ProtoWriter pair_writer(pair);
  pair_writer.add_bytes(1, scope + "w/read:0");
  pair_writer.add_bytes(2, scope + "while/Enter:0");
  ProtoWriter values_writer(values);
  values_writer.add_bytes(1, scope + "while/Less:0");
  values_writer.add_bytes(1, scope + "while/Exit:0");
  values_writer.add_message(2, pair);
  ProtoWriter cond_writer(cond);
  cond_writer.add_bytes(1, scope + "while/cond/cond_text");
  cond_writer.add_bytes(2, scope + "while/cond/pred_id:0");
  cond_writer.add_uint(4, 1);  // which branch
  cond_writer.add_message(5, values);
  ProtoWriter(nested).add_message(1, cond);
  ProtoWriter writer(context);
  writer.add_bytes(1, scope + "while/while_context");
  writer.add_uint(2, 10);  // parallel iterations
  writer.add_bytes(8, scope + "while/Exit:0");
  writer.add_bytes(11, "");  // no maximum
  writer.add_message(9, values);
  writer.add_message(12, nested);
  writer.add_fixed32(100, 7);  // of a later version
  writer.add_fixed64(101, 8);
  return context;
}

std::string changed(const std::string& key, const std::string& message, const NameChange& change) {
  const auto done = with_names_changed(key, message, change);
  EXPECT_TRUE(is_ok(done));
  return done.ok() ? *done : "";
}

TEST(NameFields, GoUnderAScopeAndComeOut) {
  const auto under = [](std::string_view name) { return with_prefix("a/b/", name); };
  const auto out = [](std::string_view name) { return without_prefix("a/b/", name); };
  EXPECT_EQ(changed("while_context", context_under(""), under), context_under("a/b/"));
  EXPECT_EQ(changed("while_context", context_under("a/b/"), out), context_under(""));
  EXPECT_EQ(changed("while_context", context_under("c/"), out), context_under("c/"));
  EXPECT_EQ(*name_in(context_under("c/")), "c/while/while_context");
}

TEST(NameFields, OfAQueueRunnerAreItsQueueAndOperations) {
  const auto runner = [](const std::string& scope) {
    std::string message;
    ProtoWriter writer(message);
    for (uint32_t number = 1; number <= 4; ++number)
      writer.add_bytes(number, scope + "op" + std::to_string(number));
    writer.add_packed_varints(5, std::vector<int64_t>{11});
    return message;
  };
  EXPECT_EQ(changed("queue_runners", runner(""),
                    [](std::string_view name) { return with_prefix("s/", name); }),
            runner("s/"));
}

TEST(NameFields, AreOnlyThoseOfKnownMessages) {
  EXPECT_TRUE(holds_names("cond_context"));
  EXPECT_FALSE(holds_names("words"));
  const auto under = [](std::string_view name) { return with_prefix("s/", name); };
  EXPECT_EQ(changed("words", "net/w:0", under), "net/w:0");
}

TEST(NameFields, OfADamagedMessageAreRefused) {
  const auto same = [](std::string_view name) { return std::string(name); };
  const std::string context = context_under("");
  EXPECT_TRUE(
      fails(with_names_changed("while_context", context.substr(0, context.size() - 3), same),
            Code::kCorrupt, {"byte"}));
  EXPECT_TRUE(fails(name_in("\x0a\x7f"), Code::kCorrupt, {"byte"}));
  // Contexts inside contexts without an end.
  std::string deep;
  for (int i = 0; i < 200; ++i) {
    std::string nested, outer;
    ProtoWriter(nested).add_message(1, deep);
    ProtoWriter(outer).add_message(6, nested);
    deep = outer;
  }
  EXPECT_TRUE(fails(with_names_changed("cond_context", deep, same), Code::kCorrupt,
                    {"nested deeper than"}));
}

TEST(NameFields, MarksStayInFront) {
  EXPECT_EQ(with_prefix("s/", "w"), "s/w");
  EXPECT_EQ(with_prefix("s/", "^w"), "^s/w");
  EXPECT_EQ(with_prefix("s/", "loc:@w"), "loc:@s/w");
  EXPECT_EQ(without_prefix("s/", "^s/w"), "^w");
  EXPECT_EQ(without_prefix("s/", "loc:@s/w"), "loc:@w");
  EXPECT_EQ(without_prefix("s/", "t/w"), "t/w");
}

}  // namespace
}  // namespace holdall::tf1
