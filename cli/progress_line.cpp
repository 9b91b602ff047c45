#include "progress_line.h"

#include <unistd.h>
#include <cmath>

#include <cstdio>

#include "holdall/text.h"

namespace holdall::cli {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);

// To the line's start, and everything after it away: what every terminal understands.
constexpr const char* kClearLine = "\r\033[K";

std::string duration_text(double seconds) {
  const auto whole = static_cast<uint64_t>(std::llround(seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

}  // namespace

std::string progress_text(const std::string& what, uint64_t done_bytes, uint64_t total_bytes,
                          double seconds) {
  std::string text = what + "  " + size_text(done_bytes) + " of " + size_text(total_bytes);
  const auto done = static_cast<double>(done_bytes);
  const auto total = static_cast<double>(total_bytes);
  if (total_bytes > 0)
    text += "  " + std::to_string(static_cast<uint64_t>(100 * done / total)) + " %";
  if (seconds <= 0 || done_bytes == 0) return text;
  text += "  " + size_text(static_cast<uint64_t>(done / seconds)) + "/s";
  return text + "  " + duration_text((total - done) * seconds / done) + " left";
}

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), is_watched_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (has_shown_) std::fputs(kClearLine, stderr);
}

Progress ProgressLine::callback() {
  if (!is_watched_) return {};
  return [this](uint64_t done_bytes, uint64_t total_bytes) {
    show(done_bytes, total_bytes);
    return true;
  };
}

void ProgressLine::show(uint64_t done_bytes, uint64_t total_bytes) {
  const Clock::time_point now = Clock::now();
  if (now - shown_at_ < kInterval) return;
  shown_at_ = now;
  has_shown_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string text = progress_text(what_, done_bytes, total_bytes, seconds);
  std::fprintf(stderr, "%s%s", kClearLine, text.c_str());
  std::fflush(stderr);
}

}  // namespace holdall::cli
