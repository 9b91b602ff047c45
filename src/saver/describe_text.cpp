// Descriptions of tensors as text for people and as JSON (docs/json.md).
#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "holdall/describe.h"
#include "holdall/text.h"
#include "saver/json_text.h"

namespace holdall {
namespace {

std::string checksum_text(const Piece& piece) {
  if (piece.crc32c) return message(", crc32c {:#010x}", *piece.crc32c);
  if (piece.crc32) return message(", crc32 {:#010x}", piece.crc32->value);
  return ", no checksum";
}

std::string place_of(const Piece& piece, const std::vector<std::string>& files) {
  const Extent& extent = piece.extent;
  std::string text =
      message("{}: bytes {} to {}", printable(files[extent.file_index]), extent.offset_in_file,
              checked_add(extent.offset_in_file, extent.size_bytes).value_or(UINT64_MAX));
  if (!piece.box.starts.empty()) text += message(", slice {}", piece.box.to_string());
  return text + checksum_text(piece);
}

std::string statistics_text(const TensorStatistics& statistics) {
  std::string text;
  if (statistics.finite_count() > 0) {
    text = message("min {:.6g} · max {:.6g} · mean {:.6g} · std {:.6g} · ", statistics.min,
                   statistics.max, statistics.mean, statistics.std);
  }
  return text + message("{} NaN · {} infinite · {} zero of {}", statistics.nan_count,
                        statistics.infinite_count, statistics.zero_count, statistics.count);
}

Json pieces_json(const std::vector<Piece>& pieces, const std::vector<std::string>& files) {
  Json array = Json::array();
  for (const Piece& piece : pieces) {
    Json row = Json::object({{"file", files[piece.extent.file_index]},
                             {"offset_in_file", piece.extent.offset_in_file},
                             {"size_bytes", piece.extent.size_bytes}});
    if (!piece.box.starts.empty()) row.add("box", piece.box.to_string());
    if (piece.crc32c) row.add("crc32c", *piece.crc32c);
    if (piece.crc32) row.add("crc32", piece.crc32->value);
    array.push_back(std::move(row));
  }
  return array;
}

Json statistics_json(const TensorStatistics& statistics) {
  Json json = Json::object({{"count", statistics.count},
                            {"nan_count", statistics.nan_count},
                            {"infinite_count", statistics.infinite_count},
                            {"zero_count", statistics.zero_count}});
  if (statistics.finite_count() == 0) return json;
  json.add("min", statistics.min);
  json.add("max", statistics.max);
  json.add("mean", statistics.mean);
  json.add("std", statistics.std);
  return json;
}

}  // namespace

std::string TensorDescription::to_string() const {
  std::string text = message("{}  {} {}  {} bytes  {}\n", printable(name), dtype_name(dtype),
                             shape.to_string(), size_bytes, role_name(role));
  for (const Piece& piece : pieces) text += place_of(piece, files) + '\n';
  if (slice) text += message("slice {} {}\n", slice->box.to_string(), slice->shape.to_string());
  if (statistics) text += statistics_text(*statistics) + '\n';
  return text + values + '\n';
}

std::string TensorDescription::to_json() const {
  Json json = Json::object({{"schema", 1},
                            {"checkpoint", checkpoint_path},
                            {"name", name},
                            {"dtype", dtype_name(dtype)},
                            {"shape", shape_json(shape)},
                            {"size_bytes", size_bytes},
                            {"role", role_name(role)},
                            {"pieces", pieces_json(pieces, files)}});
  if (slice) {
    json.add("slice",
             Json::object({{"box", slice->box.to_string()}, {"shape", shape_json(slice->shape)}}));
  }
  if (statistics) json.add("statistics", statistics_json(*statistics));
  json.add("values", values);
  return json.dump(2);
}

}  // namespace holdall
