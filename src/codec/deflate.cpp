#include "codec/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

// zlib counts in 32 bits.
constexpr size_t kMaxStepBytes = size_t{1} << 30;
constexpr size_t kSinkBytes = size_t{64} * 1024;
constexpr int kRawStream = -MAX_WBITS;  // no frame around it
constexpr int kMemoryLevel = 8;         // zlib's default

Bytef* to_zlib(const std::byte* from) {
  // zlib's signature lacks a const; it only reads.
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(from));
}

Error damaged(const z_stream& stream) {
  return corrupt("the deflate stream is damaged: {}",
                 stream.msg != nullptr ? stream.msg : "it cannot be continued");
}

// Gives the next part of `target` to zlib as room.
void give_room(z_stream& stream, std::span<std::byte> target) {
  stream.next_out = reinterpret_cast<Bytef*>(target.data());
  stream.avail_out = static_cast<uInt>(std::min(target.size(), kMaxStepBytes));
}

}  // namespace

struct Inflater::Stream {
  Stream() {
    z.next_in = nullptr;
    is_open = inflateInit2(&z, kRawStream) == Z_OK;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (is_open) inflateEnd(&z);
  }

  bool is_full() const { return head.empty() && body.empty(); }

  // One call of zlib; a byte beyond the room shows that the stream would give more.
  Status step() {
    std::span<std::byte>& target = head.empty() ? body : head;
    std::byte beyond{};
    const bool was_full = is_full();
    give_room(z, was_full ? std::span(&beyond, 1) : target);
    const uInt room = z.avail_out;
    const uInt given = z.avail_in;
    const int code = ::inflate(&z, Z_NO_FLUSH);
    const uInt made = room - z.avail_out;
    if (code == Z_MEM_ERROR) return exhausted("out of memory while inflating");
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return damaged(z);
    if (was_full && made > 0) {
      return corrupt("the deflate stream gives more than the {} bytes it should", size_bytes);
    }
    if (!was_full) target = target.subspan(made);
    has_ended = code == Z_STREAM_END;
    // Nothing taken and nothing made: it waits for input.
    is_stuck = made == 0 && z.avail_in == given && !has_ended;
    return {};
  }

  z_stream z{};
  std::span<std::byte> head;
  std::span<std::byte> body;
  uint64_t size_bytes = 0;
  bool is_open = false;
  bool has_ended = false;
  bool is_stuck = false;
};

Inflater::Inflater(std::span<std::byte> head, std::span<std::byte> body)
    : stream_(std::make_unique<Stream>()) {
  stream_->head = head;
  stream_->body = body;
  stream_->size_bytes = head.size() + body.size();
}
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;
Inflater::~Inflater() = default;

Status Inflater::append(std::span<const std::byte> deflated) {
  Stream& stream = *stream_;
  if (!stream.is_open) return exhausted("out of memory for inflating");
  while (!deflated.empty()) {
    if (stream.has_ended) {
      return corrupt("the deflate stream ends {} bytes early", deflated.size());
    }
    const size_t step_bytes = std::min(deflated.size(), kMaxStepBytes);
    stream.z.next_in = to_zlib(deflated.data());
    stream.z.avail_in = static_cast<uInt>(step_bytes);
    stream.is_stuck = false;
    // Once the room is full, the rest of the input may still be the end of the stream.
    while (!stream.has_ended && !stream.is_stuck) HOLDALL_TRY(stream.step());
    deflated = deflated.subspan(step_bytes - stream.z.avail_in);
  }
  return {};
}

Status Inflater::finish() {
  const Stream& stream = *stream_;
  if (!stream.has_ended) return corrupt("the deflate stream is cut short");
  if (!stream.is_full()) {
    return corrupt("the deflate stream gives {} bytes, it should give {}",
                   stream.size_bytes - stream.head.size() - stream.body.size(), stream.size_bytes);
  }
  return {};
}

Result<uint64_t> inflate_front(std::span<const std::byte> deflated, std::span<std::byte> front) {
  z_stream z{};
  if (inflateInit2(&z, kRawStream) != Z_OK) return exhausted("out of memory for inflating");
  z.next_in = to_zlib(deflated.data());
  z.avail_in = static_cast<uInt>(std::min(deflated.size(), kMaxStepBytes));
  give_room(z, front);
  const uInt room = z.avail_out;
  const int code = front.empty() ? Z_OK : ::inflate(&z, Z_SYNC_FLUSH);
  const uint64_t made = room - z.avail_out;
  Status status;
  if (code == Z_MEM_ERROR) status = exhausted("out of memory while inflating");
  if (code == Z_DATA_ERROR || code == Z_NEED_DICT) status = damaged(z);
  inflateEnd(&z);
  if (!status.ok()) return std::move(status).error();
  return made;
}

struct Deflater::Stream {
  explicit Stream(Sink to) : sink(std::move(to)), room(kSinkBytes) {
    is_open = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRawStream, kMemoryLevel,
                           Z_DEFAULT_STRATEGY) == Z_OK;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (is_open) deflateEnd(&z);
  }

  // Lets zlib take all of its input, and with Z_FINISH end the stream.
  Status run(int flush) {
    if (!is_open) return exhausted("out of memory for deflating");
    for (;;) {
      give_room(z, room);
      const int code = ::deflate(&z, flush);
      HOLDALL_TRY(sink(std::span(room).first(room.size() - z.avail_out)));
      if (flush == Z_FINISH ? code == Z_STREAM_END : z.avail_out > 0) return {};
    }
  }

  z_stream z{};
  Sink sink;
  std::vector<std::byte> room;
  bool is_open = false;
};

Deflater::Deflater(Sink sink) : stream_(std::make_unique<Stream>(std::move(sink))) {}
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;
Deflater::~Deflater() = default;

Status Deflater::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto step = bytes.first(std::min(bytes.size(), kMaxStepBytes));
    bytes = bytes.subspan(step.size());
    stream_->z.next_in = to_zlib(step.data());
    stream_->z.avail_in = static_cast<uInt>(step.size());
    HOLDALL_TRY(stream_->run(Z_NO_FLUSH));
  }
  return {};
}

Status Deflater::finish() {
  stream_->z.next_in = nullptr;
  stream_->z.avail_in = 0;
  return stream_->run(Z_FINISH);
}

}  // namespace holdall
