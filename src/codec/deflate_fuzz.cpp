// Inflates any bytes, in steps and at once, into room that the first bytes choose; and deflates
// them and gets them back.
#include <algorithm>
#include <vector>

#include "base/fuzz_require_testing.h"
#include "codec/deflate.h"

namespace {

using holdall::require;

using Bytes = std::vector<std::byte>;

holdall::Status inflate(std::span<const std::byte> input, Bytes& head, Bytes& body, size_t step) {
  holdall::Inflater inflater(head, body);
  while (!input.empty()) {
    const auto piece = input.first(std::min(step, input.size()));
    input = input.subspan(piece.size());
    if (auto status = inflater.append(piece); !status.ok()) return status;
  }
  return inflater.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const auto input = std::as_bytes(std::span(bytes, size_bytes));
  if (input.size() < 3) return 0;
  const auto stream = input.subspan(3);
  Bytes head(bytes[0]);
  Bytes body(bytes[1] * size_t{17});
  Bytes other_head = head;
  Bytes other_body = body;
  const auto whole = inflate(stream, head, body, SIZE_MAX);
  const auto stepped = inflate(stream, other_head, other_body, bytes[2] + size_t{1});
  require(whole.ok() == stepped.ok());
  require(!whole.ok() || (head == other_head && body == other_body));
  Bytes front(bytes[0]);
  const auto count = holdall::inflate_front(stream, front);
  if (whole.ok()) require(count.ok() && std::equal(head.begin(), head.end(), front.begin()));

  Bytes deflated;
  holdall::Deflater deflater([&](std::span<const std::byte> piece) -> holdall::Status {
    deflated.insert(deflated.end(), piece.begin(), piece.end());
    return {};
  });
  require(deflater.append(input).ok() && deflater.finish().ok());
  Bytes none;
  Bytes again(input.size());
  require(inflate(deflated, none, again, SIZE_MAX).ok());
  require(std::equal(again.begin(), again.end(), input.begin()));
  return 0;
}
