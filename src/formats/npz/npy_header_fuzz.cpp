// Parses any bytes as the header of a NumPy array: as they are, and as the text of one. What is
// taken is a shape that can be, and a header of ours that says the same reads the same.

#include "base/endian.h"
#include "base/fuzz_require_testing.h"
#include "formats/npz/npz_layout.h"

namespace holdall::npz {
namespace {

void check_code(const Error& error) {
  require(error.code == Code::kCorrupt || error.code == Code::kUnsupported);
}

void check_header(std::span<const std::byte> bytes) {
  const auto size_bytes = npy_header_size(bytes.first(std::min<size_t>(bytes.size(), kFrontBytes)));
  if (!size_bytes.ok()) return check_code(size_bytes.error());
  if (*size_bytes > bytes.size()) return;
  const auto header = parse_npy_header(bytes.first(*size_bytes));
  if (!header.ok()) return check_code(header.error());
  require(header->shape.element_count().has_value() && header->size_bytes == *size_bytes);
  if (header->dtype == DType::kUnknown) {
    require(unknown_descr(header->descr).code == Code::kUnsupported);
    return;
  }
  const std::string own =
      make_npy_header(descr_of(header->dtype, header->byte_order), header->shape);
  const auto again = parse_npy_header(std::as_bytes(std::span(own)));
  require(again.ok() && again->dtype == header->dtype && again->shape == header->shape);
}

}  // namespace
}  // namespace holdall::npz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  npz::check_header(std::as_bytes(std::span(bytes, size_bytes)));
  std::string whole(npz::kNpyMagic);
  whole += '\x01';
  whole += '\0';
  const size_t text_bytes = std::min<size_t>(size_bytes, 0xffff);
  whole += static_cast<char>(text_bytes & 0xff);
  whole += static_cast<char>(text_bytes >> 8);
  whole.append(reinterpret_cast<const char*>(bytes), text_bytes);
  npz::check_header(std::as_bytes(std::span(whole)));
  return 0;
}
