// Warm starts: variables that go on where another program's ended, also where rows have moved.
#include <cstring>
#include <set>
#include <unordered_map>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "holdall/storage.h"
#include "holdall/tf1_framework.h"
#include "tensor/cast.h"
#include "tf1/graph/node_builders.h"
#include "tf1/init_from/initial_checkpoint.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// No vocabulary is as long.
constexpr uint64_t kMostVocabularyBytes = uint64_t{1} << 32;

// The first `count` lines of a file; all if it is negative.
Result<std::vector<std::string>> read_words(const std::string& path, int64_t count) {
  HOLDALL_ASSIGN(const auto bytes,
                 read_whole_file(*make_local_storage(), path, kMostVocabularyBytes));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<std::string> words;
  while (!text.empty() && (count < 0 || words.size() < static_cast<uint64_t>(count))) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    words.emplace_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

// The words of the one place in the other: (new, old).
using Moves = std::vector<std::pair<uint64_t, uint64_t>>;

Result<Moves> plan_moves(const VocabInfo& info) {
  HOLDALL_ASSIGN(const auto old_words, read_words(info.old_vocab, info.old_vocab_size));
  HOLDALL_ASSIGN(const auto new_words, read_words(info.new_vocab, info.new_vocab_size));
  std::unordered_map<std::string_view, uint64_t> places;
  for (const std::string& word : old_words)
    places.insert_or_assign(word, static_cast<uint64_t>(&word - old_words.data()));
  Moves moves;
  for (const std::string& word : new_words) {
    if (const auto at = places.find(word); at != places.end())
      moves.emplace_back(static_cast<uint64_t>(&word - new_words.data()), at->second);
  }
  return moves;
}

// What stands where no word of the old vocabulary comes to.
Result<Tensor> backup_values(const VocabInfo& info, const Shape& shape, DType dtype) {
  Graph graph;
  const Output value = info.backup_initializer ? info.backup_initializer->build(graph, shape, dtype)
                                               : graph.zeros(shape, dtype);
  HOLDALL_TRY(graph.status());
  Session session(graph);
  HOLDALL_ASSIGN(Tensor tensor, session.run(value));
  if (tensor.dtype() == dtype && tensor.shape() == shape) return tensor;
  return value_error("the backup initializer gave {} {} in place of {} {}",
                     dtype_name(tensor.dtype()), tensor.shape().to_string(), dtype_name(dtype),
                     shape.to_string());
}

// A tensor as rows along one axis: `outer` times so many of them, each of `row_bytes`.
struct Rows {
  uint64_t outer = 1;
  uint64_t count = 0;
  uint64_t row_bytes = 0;

  static Rows of(const Tensor& tensor, size_t axis) {
    Rows rows;
    const auto size = [&](size_t i) { return static_cast<uint64_t>(tensor.shape()[i]); };
    for (size_t i = 0; i < axis; ++i) rows.outer *= size(i);
    rows.count = size(axis);
    const uint64_t all = rows.outer * rows.count;
    rows.row_bytes = all == 0 ? 0 : tensor.size_bytes() / all;
    return rows;
  }
};

Error rows_error(const Tensor& old, const Tensor& values, const Moves& moves) {
  return value_error("the rows of {} words cannot be moved from shape {} to shape {}", moves.size(),
                     old.shape().to_string(), values.shape().to_string());
}

Result<Tensor> move_rows(const Tensor& old, const Tensor& values, const Moves& moves, size_t axis) {
  if (old.dtype() == DType::kString) return unsupported("rows of strings cannot be moved");
  if (old.shape().rank() != values.shape().rank() || axis >= old.shape().rank())
    return rows_error(old, values, moves);
  const Rows from = Rows::of(old, axis);
  const Rows to = Rows::of(values, axis);
  if (from.outer != to.outer) return rows_error(old, values, moves);
  std::vector<std::byte> bytes(values.bytes().begin(), values.bytes().end());
  for (const auto& [place, old_place] : moves) {
    if (place >= to.count || old_place >= from.count || from.row_bytes != to.row_bytes)
      return rows_error(old, values, moves);
    for (uint64_t i = 0; i < to.outer; ++i)
      std::memcpy(bytes.data() + (i * to.count + place) * to.row_bytes,
                  old.bytes().data() + (i * from.count + old_place) * to.row_bytes, to.row_bytes);
  }
  return Tensor::copy_of(values.dtype(), values.shape(), bytes);
}

Result<Tensor> part_of(const Tensor& whole, const Variable& variable) {
  const auto slice = variable.slice();
  if (!slice) return whole;
  return slice_tensor(whole, slice->offset, slice->shape.dims());
}

class WarmStart {
 public:
  WarmStart(const Graph& graph, const InitialCheckpoint& checkpoint,
            const WarmStartOptions& options)
      : checkpoint_(checkpoint),
        vocabularies_(options.vocabularies),
        previous_(options.previous_names),
        groups_(by_full_name(options.variables.value_or(graph.trainable_variables()))) {
    std::set<std::string> names;
    for (const auto& [name, parts] : groups_) names.insert(name);
    for (const auto& [name, info] : vocabularies_) {
      if (names.contains(name)) continue;
      auto parts = variables_called(graph, name);
      if (!parts.empty()) groups_.emplace_back(name, std::move(parts));
    }
  }

  Status run() {
    for (const auto& [full_name, parts] : groups_) {
      const auto renamed = previous_.extract(full_name);
      const std::string& name = renamed.empty() ? full_name : renamed.mapped();
      const auto vocabulary = vocabularies_.extract(full_name);
      HOLDALL_TRY(vocabulary.empty() ? checkpoint_.set_variable(name, parts)
                                     : set_moved(name, parts, vocabulary.mapped()));
    }
    HOLDALL_TRY(check_used(previous_, "var_name_to_prev_var_name"));
    return check_used(vocabularies_, "var_name_to_vocab_info");
  }

 private:
  template <class Map>
  static Status check_used(const Map& left, std::string_view argument) {
    if (left.empty()) return {};
    std::vector<std::string> names;
    for (const auto& [name, value] : left) names.push_back(name);
    return value_error("You provided the following variables in {} that were not used: {}",
                       argument, list_text(names));
  }

  Status set_moved(const std::string& name, std::span<const Variable> parts,
                   const VocabInfo& info) const {
    if (info.axis != 0 && info.axis != 1)
      return value_error(
          "The only supported values for the axis argument are 0 and 1.  Provided axis: {}",
          info.axis);
    HOLDALL_ASSIGN(const Tensor old, checkpoint_.reader().get(name));
    const auto slice = parts.front().slice();
    const auto shape = slice ? std::optional(slice->full_shape) : parts.front().shape().full();
    if (!shape) return value_error("the shape of variable {} is not known", parts.front().name());
    HOLDALL_ASSIGN(const Moves moves, plan_moves(info));
    HOLDALL_ASSIGN(const Tensor backup, backup_values(info, *shape, old.dtype()));
    HOLDALL_ASSIGN(const Tensor moved,
                   move_rows(old, backup, moves, static_cast<size_t>(info.axis)));
    HOLDALL_ASSIGN(const Tensor values, cast(moved, parts.front().dtype()));
    for (const Variable& part : parts) {
      HOLDALL_ASSIGN(const Tensor value, part_of(values, part));
      HOLDALL_TRY(exchange_initial_value(part, [&](GraphRep& graph) {
        return make_constant(graph, {value, value.shape()}, "Const");
      }));
    }
    return {};
  }

  const InitialCheckpoint& checkpoint_;
  std::map<std::string, VocabInfo> vocabularies_;
  std::map<std::string, std::string> previous_;
  VariablesByKey groups_;
};

}  // namespace

Status warm_start(Graph& graph, std::string_view checkpoint, const WarmStartOptions& options) {
  return guarded([&]() -> Status {
    HOLDALL_TRY(graph.status());
    HOLDALL_ASSIGN(const auto opened, InitialCheckpoint::open(checkpoint, options.log));
    return WarmStart(graph, opened, options).run();
  });
}

}  // namespace holdall::tf1
