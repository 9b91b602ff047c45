// Parses any bytes as JSON; what is taken must be written as UTF-8 that reads as the same value.
#include <cstdint>
#include <string>

#include "base/fuzz_require_testing.h"
#include "base/quote.h"
#include "codec/json.h"

namespace {

using holdall::require;

void check_text(const holdall::Json& value, int indent) {
  const std::string text = value.dump(indent);
  const auto again = holdall::Json::parse(text);
  require(again.ok() && *again == value && again->dump(indent) == text);
  for (std::string_view rest = text; !rest.empty();) {
    const size_t length = holdall::utf8_sequence_length(rest);
    require(length > 0);
    rest.remove_prefix(length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const std::string text(reinterpret_cast<const char*>(bytes), size_bytes);
  const auto value = holdall::Json::parse(text);
  if (value.ok()) {
    check_text(*value, -1);
    check_text(*value, 1);
  } else {
    require(!value.error().message.empty());
  }
  // Any bytes can be a name.
  check_text(holdall::Json::object({{text, text}}), -1);
  return 0;
}
