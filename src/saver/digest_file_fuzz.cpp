// Parses any bytes as a digest file; what is taken reads the same once it is written again, and
// leads nowhere else.

#include "base/fuzz_require_testing.h"
#include "saver/digest_file.h"

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  const auto lines = parse_digest_file({reinterpret_cast<const char*>(bytes), size_bytes});
  if (!lines.ok()) {
    require(lines.error().code == Code::kCorrupt);
    return 0;
  }
  for (const DigestLine& line : *lines) {
    const std::string framed = "/" + line.path + "/";
    for (const char* part : {"//", "/./", "/../"}) require(framed.find(part) == std::string::npos);
  }
  const auto again = parse_digest_file(format_digest_file(*lines));
  require(again.ok() && again->size() == lines->size());
  for (size_t i = 0; i < lines->size(); ++i) {
    require((*again)[i].path == (*lines)[i].path && (*again)[i].sha256 == (*lines)[i].sha256);
  }
  return 0;
}
