#include "holdall/status.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "base/quote.h"

namespace holdall {
namespace {

// Room for errors that tell that there is none: as many as threads can have at once, and some.
struct KeptPlace {
  alignas(Error) std::array<std::byte, sizeof(Error)> bytes;
  std::atomic<bool> is_taken = false;
};
std::array<KeptPlace, 64> kept_places;

}  // namespace

void* Error::operator new(size_t size_bytes) {
  try {
    return ::operator new(size_bytes);
  } catch (const std::bad_alloc&) {
    for (KeptPlace& place : kept_places) {
      if (size_bytes <= place.bytes.size() && !place.is_taken.exchange(true))
        return place.bytes.data();
    }
  }
  return ::operator new(size_bytes);
}

void Error::operator delete(void* memory) noexcept {
  for (KeptPlace& place : kept_places) {
    if (memory != place.bytes.data()) continue;
    place.is_taken = false;
    return;
  }
  ::operator delete(memory);
}

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kNotFound: return "not-found";
    case Code::kInvalidArgument: return "invalid-argument";
    case Code::kCorrupt: return "corrupt";
    case Code::kUnsupported: return "unsupported";
    case Code::kIo: return "io";
    case Code::kExhausted: return "exhausted";
  }
  return "unknown";
}

std::string Error::to_string() const {
  std::string text;
  if (!place.scope.empty()) text += "scope " + quote(place.scope) + ": ";
  if (!place.file.empty()) text += printable(place.file) + ": ";
  if (!place.rule.empty()) text += "rule " + quote(place.rule) + ": ";
  if (!place.tensor.empty()) text += "tensor " + quote(place.tensor) + ": ";
  return text + message;
}

Error Error::in_scope(std::string_view scope) && {
  if (place.scope.empty()) place.scope = scope;
  return std::move(*this);
}

Error Error::in_file(std::string_view path) && {
  if (place.file.empty()) place.file = path;
  return std::move(*this);
}

Error Error::in_tensor(std::string_view name) && {
  if (place.tensor.empty()) place.tensor = name;
  return std::move(*this);
}

}  // namespace holdall
