// What a user's first program does: puts a model under a scope, saves it, loads it under another,
// with the installed headers and library only.
#include <holdall/holdall.h>
#include <holdall/version.h>

#include <cstdio>
#include <string>

namespace {

bool round_trip(const std::string& path) {
  auto weights = holdall::Tensor::of<float>({2, 2}, {1.0F, 2.0F, 3.0F, 4.0F});
  if (!weights.ok()) return false;
  holdall::Session writer;
  if (!writer.assign("trained/weights", *weights).ok()) return false;
  if (auto saved = writer.save(path); !saved.ok()) {
    std::fprintf(stderr, "%s\n", saved.error().to_string().c_str());
    return false;
  }
  holdall::Session reader;
  if (auto loaded = reader.load(path, {.scope = "copy"}); !loaded.ok()) {
    std::fprintf(stderr, "%s\n", loaded.error().to_string().c_str());
    return false;
  }
  const auto found = reader.find("copy/trained/weights");
  return found.has_value() && *found == *weights;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (holdall::version() != HOLDALL_VERSION) {
    std::fprintf(stderr, "headers are %s, the library is %s\n", HOLDALL_VERSION,
                 holdall::version().c_str());
    return 1;
  }
  return round_trip(argv[1]) ? 0 : 1;
}
