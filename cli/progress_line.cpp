#include "progress_line.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "holdall/text.h"
#include "settings.h"

namespace holdall::cli {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
// Logs of builds keep every line.
constexpr std::chrono::milliseconds kPlainInterval{3000};

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
  if (seconds <= 0 || done_bytes == 0 || done_bytes == total_bytes) return text;
  text += "  " + size_text(static_cast<uint64_t>(done / seconds)) + "/s";
  return text + "  " + duration_text((total - done) * seconds / done) + " left";
}

std::string progress_json(const std::string& what, uint64_t done_bytes, uint64_t total_bytes,
                          double seconds) {
  const auto done = static_cast<double>(done_bytes);
  std::string text = "{\"what\": \"" + what + "\", \"done_bytes\": " + std::to_string(done_bytes) +
                     ", \"total_bytes\": " + std::to_string(total_bytes) +
                     ", \"seconds\": " + std::to_string(seconds);
  if (seconds > 0 && done_bytes > 0) {
    const double left = static_cast<double>(total_bytes) - done;
    text += ", \"bytes_per_second\": " + std::to_string(done / seconds) +
            ", \"seconds_left\": " + std::to_string(left * seconds / done);
  }
  return text + "}";
}

ProgressLine::ProgressLine(std::string what) : what_(std::move(what)), form_(chosen_form()) {}

ProgressLine::~ProgressLine() {
  if (has_shown_ && form_ == Form::kLine) std::fputs(kClearLine, stderr);
}

ProgressLine::Form ProgressLine::chosen_form() {
  const std::string& form = settings().progress;
  if (form == "plain") return Form::kPlain;
  if (form == "json") return Form::kJson;
  if (form == "none" || settings().is_quiet || isatty(STDERR_FILENO) != 1) return Form::kNone;
  // A terminal that cannot clear a line gets lines.
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) == "dumb" ? Form::kPlain : Form::kLine;
}

Progress ProgressLine::callback() {
  return [this](uint64_t done_bytes, uint64_t total_bytes) {
    if (form_ != Form::kNone) show(done_bytes, total_bytes);
    return !was_interrupted();
  };
}

void ProgressLine::show(uint64_t done_bytes, uint64_t total_bytes) {
  const Clock::time_point now = Clock::now();
  if (has_ended_) return;
  const bool is_end = done_bytes == total_bytes && form_ != Form::kLine;
  has_ended_ = is_end;
  if (!is_end && now - shown_at_ < (form_ == Form::kPlain ? kPlainInterval : kInterval)) return;
  shown_at_ = now;
  has_shown_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string text = form_ == Form::kJson
                               ? progress_json(what_, done_bytes, total_bytes, seconds)
                               : progress_text(what_, done_bytes, total_bytes, seconds);
  if (form_ == Form::kLine) {
    std::fprintf(stderr, "%s%s", kClearLine, text.c_str());
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  std::fflush(stderr);
}

}  // namespace holdall::cli
