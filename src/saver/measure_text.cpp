// How a report of times is told: a table for people, JSON for machines.
#include "base/message.h"
#include "base/quote.h"
#include "codec/json.h"
#include "holdall/measure.h"
#include "holdall/text.h"

namespace holdall {
namespace {

std::string time_text(double seconds) {
  if (seconds < 1e-3) return message("{:.1f} us", seconds * 1e6);
  if (seconds < 1) return message("{:.2f} ms", seconds * 1e3);
  return message("{:.3f} s", seconds);
}

// Of what reads all there is; a rate of a single tensor would say nothing.
std::string rate_text(const Measurement& row) {
  if (!row.share_of_reading || row.seconds <= 0) return "";
  return message("{:.2f} GB/s", static_cast<double>(row.size_bytes) / row.seconds / 1e9);
}

}  // namespace

std::string MeasureReport::to_string() const {
  std::string text =
      message("{:<34}{:>12}{:>12}{:>13}{:>9}\n", "", "median", "best", "rate", "reading");
  for (const Measurement& row : rows) {
    const std::string share =
        row.share_of_reading ? message("{:.2f}", *row.share_of_reading) : std::string();
    std::string line = message("{:<34}{:>12}{:>12}{:>13}{:>9}", row.name, time_text(row.seconds),
                               time_text(row.best_seconds), rate_text(row), share);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text + message("{} {} · {} · {} · {} {}, {} {} · every checksum compared · {}\n",
                        tensor_count, tensor_count == 1 ? "tensor" : "tensors",
                        size_text(size_bytes), format, threads, threads == 1 ? "thread" : "threads",
                        repeats, repeats == 1 ? "round" : "rounds", printable(checkpoint_path));
}

std::string MeasureReport::to_json() const {
  Json list = Json::array();
  for (const Measurement& row : rows) {
    Json each = Json::object({{"name", row.name},
                              {"seconds", row.seconds},
                              {"best_seconds", row.best_seconds},
                              {"size_bytes", row.size_bytes}});
    if (row.share_of_reading) each.add("share_of_reading", *row.share_of_reading);
    if (!row.note.empty()) each.add("note", row.note);
    list.push_back(std::move(each));
  }
  return Json::object({{"schema", 1},
                       {"checkpoint", checkpoint_path},
                       {"format", format},
                       {"tensor_count", tensor_count},
                       {"size_bytes", size_bytes},
                       {"threads", threads},
                       {"repeats", repeats},
                       {"rows", std::move(list)}})
      .dump(2);
}

}  // namespace holdall
