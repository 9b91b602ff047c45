#include "saver/listed_checkpoints.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "base/try.h"
#include "formats/shard_names.h"
#include "formats/tf_bundle/tf_bundle_format.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_v1/tf_v1_layout.h"

namespace holdall {
namespace {

// Takes the digits off the end, where there are five at least.
bool strip_number(std::string_view& name) {
  const size_t end = name.find_last_not_of("0123456789") + 1;
  if (name.size() - end < 5) return false;
  name = name.substr(0, end);
  return true;
}

// "m-00001-of-00003", counted from 0 or from 1: a file of a checkpoint, and none by itself.
bool is_one_of_several(std::string_view name) {
  return strip_number(name) && strip_suffix(name, "-of-") && strip_number(name) &&
         name.ends_with('-');
}

void split_step(ListedCheckpoint& checkpoint) {
  const std::string_view name = name_of(checkpoint.claim);
  checkpoint.series = name;
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == name.size()) return;
  uint64_t step = 0;
  const char* const end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + dash + 1, end, step);
  if (parsed.ec != std::errc() || parsed.ptr != end) return;
  checkpoint.series = name.substr(0, dash);
  checkpoint.step = step;
}

std::vector<Claim> find_bundles(const std::string& directory,
                                const std::vector<std::string>& names) {
  std::vector<Claim> claims;
  for (const std::string& prefix : list_prefixes(names))
    claims.push_back({&tf_bundle_format(), join_path(directory, prefix)});
  return claims;
}

// Several files may make one claim: a set of shards, a graph and its values.
std::vector<Claim> find_others(const Storage& storage, const std::string& directory,
                               const std::vector<std::string>& names) {
  std::map<std::string, const Format*> found;
  for (const std::string& name : names) {
    const std::string path = join_path(directory, name);
    if (storage.is_directory(path)) continue;
    const auto claim = find_claim(storage, path);
    if (!claim || is_one_of_several(name_of(*claim))) continue;
    found.emplace(claim->path, claim->format);
  }
  std::vector<Claim> claims;
  for (const auto& [path, format] : found) claims.push_back({format, path});
  return claims;
}

}  // namespace

std::string_view name_of(const Claim& claim) {
  std::string_view name = claim.path;
  name = name.substr(name.rfind('/') + 1);
  const std::string suffix = claim.format->info().suffix;
  const size_t end = suffix.empty() ? std::string_view::npos : name.rfind(suffix);
  if (end != std::string_view::npos && end > 0) name = name.substr(0, end);
  const auto pattern = tf_v1::parse_shard_path(name);
  return pattern && !pattern->shard ? pattern->stem : name;
}

std::string meta_path_of(const Claim& claim) {
  return join_path(directory_of(claim.path), name_of(claim)) + std::string(tf_bundle::kMetaSuffix);
}

std::vector<std::string> list_prefixes(const std::vector<std::string>& names) {
  std::vector<std::string> prefixes;
  for (const std::string& name : names) {
    if (!name.ends_with(tf_bundle::kIndexSuffix) || name == tf_bundle::kIndexSuffix) continue;
    prefixes.push_back(name.substr(0, name.size() - tf_bundle::kIndexSuffix.size()));
  }
  return prefixes;
}

Result<std::vector<ListedCheckpoint>> list_checkpoints(const Storage& storage,
                                                       const std::string& directory) {
  HOLDALL_ASSIGN(const auto names, storage.list_directory(directory));
  std::vector<Claim> claims = find_bundles(directory, names);
  if (claims.empty()) claims = find_others(storage, directory, names);
  std::vector<ListedCheckpoint> all;
  for (Claim& claim : claims) {
    all.push_back({std::move(claim), {}, {}});
    split_step(all.back());
  }
  const auto key = [](const ListedCheckpoint& each) {
    return std::tie(each.series, each.claim.format, each.step, each.claim.path);
  };
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return all;
}

void sort_by_step(std::vector<ListedCheckpoint>& checkpoints) {
  std::stable_sort(checkpoints.begin(), checkpoints.end(), [](const auto& a, const auto& b) {
    return a.step && (!b.step || *a.step > *b.step);
  });
}

bool are_steps_of_one(const std::vector<ListedCheckpoint>& checkpoints) {
  return std::all_of(checkpoints.begin(), checkpoints.end(), [&](const auto& each) {
    const ListedCheckpoint& first = checkpoints.front();
    return each.step && each.series == first.series && each.claim.format == first.claim.format;
  });
}

}  // namespace holdall
