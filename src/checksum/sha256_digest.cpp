#include "checksum/sha256_digest.h"

#include "base/message.h"

#if HOLDALL_WITH_OPENSSL

#include <openssl/evp.h>

namespace holdall {
namespace {

EVP_MD_CTX* context_of(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

Error no_room() {
  return make_error(Code::kExhausted, reason::kNone, "OpenSSL has no memory for a SHA-256");
}

}  // namespace

Result<Sha256> Sha256::begin() {
  std::unique_ptr<void, Free> context(EVP_MD_CTX_new(),
                                      [](void* each) { EVP_MD_CTX_free(context_of(each)); });
  if (context == nullptr ||
      EVP_DigestInit_ex(context_of(context.get()), EVP_sha256(), nullptr) != 1)
    return no_room();
  return Sha256(std::move(context));
}

Status Sha256::add(std::span<const std::byte> bytes) {
  if (EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()) != 1)
    return no_room();
  return {};
}

Result<std::string> Sha256::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size_bytes = 0;
  if (EVP_DigestFinal_ex(context_of(context_.get()), digest, &size_bytes) != 1) return no_room();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : std::span(digest, size_bytes)) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace holdall

#else

namespace holdall {
namespace {

Error not_built_in() {
  return unsupported(
      "SHA-256 is not built in; build Holdall where OpenSSL's headers are (libssl-dev), with "
      "HOLDALL_WITH_OPENSSL");
}

}  // namespace

Result<Sha256> Sha256::begin() {
  return not_built_in();
}

Status Sha256::add(std::span<const std::byte>) {
  return not_built_in();
}

Result<std::string> Sha256::finish() {
  return not_built_in();
}

}  // namespace holdall

#endif
