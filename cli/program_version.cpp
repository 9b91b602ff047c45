#include "program_version.h"

#include "holdall/checkpoint.h"
#include "holdall/version.h"

namespace holdall::cli {
namespace {

struct Library {
  const char* name;
  const char* version;  // "" where its package does not tell
};

// As CMake found them.
constexpr Library kLibraries[] = {{"fmt", HOLDALL_FMT_VERSION},
                                  {"isa-l", HOLDALL_ISAL_VERSION},
                                  {"nlohmann-json", HOLDALL_JSON_VERSION},
                                  {"openssl", HOLDALL_OPENSSL_VERSION},
                                  {"re2", ""},
                                  {"snappy", HOLDALL_SNAPPY_VERSION},
                                  {"zlib", HOLDALL_ZLIB_VERSION},
                                  {"cli11", HOLDALL_CLI11_VERSION}};

// None of these words needs an escape.
std::string quoted(const std::string& word) {
  return "\"" + word + "\"";
}

}  // namespace

std::string version_line() {
  return "holdall " + version() + "\n";
}

std::string version_json() {
  std::string features;
  for (const FormatInfo& format : formats()) {
    features += (features.empty() ? "" : ", ") + quoted("read-" + format.name);
    if (format.can_write) features += ", " + quoted("write-" + format.name);
  }
  std::string libraries;
  for (const Library& library : kLibraries) {
    libraries += (libraries.empty() ? "" : ",\n    ") + quoted(library.name) + ": " +
                 (*library.version == '\0' ? "null" : quoted(library.version));
  }
  return "{\n  \"schema\": 1,\n  \"version\": " + quoted(version()) +
         ",\n  \"compiler\": " + quoted(HOLDALL_COMPILER) + ",\n  \"features\": [" + features +
         "],\n  \"libraries\": {\n    " + libraries + "\n  }\n}\n";
}

}  // namespace holdall::cli
