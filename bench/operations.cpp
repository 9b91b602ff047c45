#include "operations.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <thread>
#include <vector>

#include "bench_files.h"
#include "bench_json.h"
#include "holdall/session.h"
#include "holdall/version.h"
#include "process_cost.h"
#include "roof_kernels.h"
#include "save_operations.h"
#include "workload_file.h"

namespace holdall::bench {
namespace {

std::string path_of(const RunOptions& options, const MadeModel& model) {
  const char* suffix = options.format == "safetensors" ? ".safetensors" : "";
  return join_path(options.folder, model.name + suffix);
}

LoadOptions load_options(const Task& task, std::string scope) {
  LoadOptions load{.scope = std::move(scope)};
  if (!task.workload.select.empty()) load.select = {task.workload.select};
  load.read = task.options.read;
  return load;
}

Status load_all(const Task& task, Session& session, Outcome& outcome) {
  std::vector<LoadSource> sources;
  for (const MadeModel& model : task.workload.models) {
    sources.push_back({path_of(task.options, model), load_options(task, model.name)});
  }
  auto reports = session.load_all(sources);
  if (!reports) return std::move(reports).error();
  outcome.note = reports->front().backing_reason;
  return {};
}

void expect_selected(const Task& task, Outcome& outcome) {
  for (const MadeModel& model : task.workload.models) {
    outcome.size_bytes += model.selected_bytes;
    outcome.expected_sum += model.selected_sum;
  }
}

// Opens all models. `look` says how many tensors it found in one.
template <class Look>
Status open_all(const Task& task, Outcome& outcome, const Look& look) {
  std::vector<Checkpoint> kept;
  uint64_t tensor_count = 0;
  outcome.start();
  for (const MadeModel& model : task.workload.models) {
    auto checkpoint = Checkpoint::open(path_of(task.options, model));
    if (!checkpoint) return std::move(checkpoint).error();
    tensor_count += look(checkpoint->catalog());
    kept.push_back(*std::move(checkpoint));
  }
  outcome.stop();
  // There are no bytes to sum up; that all tensors are there is what can be wrong.
  outcome.sum = tensor_count;
  for (const MadeModel& model : task.workload.models) outcome.expected_sum += model.tensor_count;
  return {};
}

Status open_index(const Task& task, Session&, Outcome& outcome) {
  return open_all(task, outcome, [](const Catalog& catalog) { return catalog.count(); });
}

// What a program does before it can choose: every name, shape and dtype has been looked at.
Status open_only(const Task& task, Session&, Outcome& outcome) {
  return open_all(task, outcome, [](const Catalog& catalog) {
    uint64_t tensor_count = 0;
    uint64_t looked_at = 0;
    for (const TensorInfo& info : catalog) {
      looked_at += info.name.size() + info.shape.rank() + static_cast<uint64_t>(info.dtype);
      ++tensor_count;
    }
    keep(looked_at);
    return tensor_count;
  });
}

// The first- and the last-named tensor.
Status read_ends(const Task& task, const MadeModel& model, std::vector<Tensor>& read) {
  OpenOptions open;
  open.only = {model.first_name, model.last_name};
  auto checkpoint = Checkpoint::open(path_of(task.options, model), open);
  if (!checkpoint) return std::move(checkpoint).error();
  for (const std::string& name : open.only) {
    auto tensor = checkpoint->read(name, task.options.read);
    if (!tensor) return std::move(tensor).error();
    read.push_back(*std::move(tensor));
  }
  return {};
}

Status first_tensors(const Task& task, Session&, Outcome& outcome) {
  std::vector<Tensor> kept;
  outcome.start();
  for (const MadeModel& model : task.workload.models) {
    if (auto read = read_ends(task, model, kept); !read.ok()) return read;
  }
  outcome.stop();
  for (const Tensor& tensor : kept) outcome.sum += sum_of(tensor.bytes());
  for (const MadeModel& model : task.workload.models) {
    outcome.size_bytes += model.ends_bytes;
    outcome.expected_sum += model.ends_sum;
  }
  return {};
}

// Of one model, as often as a program does it that looks things up.
Status first_again(const Task& task, Session&, Outcome& outcome) {
  const MadeModel& model = task.workload.models.front();
  std::vector<Tensor> read;
  if (auto status = read_ends(task, model, read); !status.ok()) return status;
  outcome.repeats = 200;
  for (uint64_t i = 0; i < outcome.repeats; ++i) {
    read.clear();
    outcome.start();
    if (auto status = read_ends(task, model, read); !status.ok()) return status;
    outcome.stop();
    for (const Tensor& tensor : read) outcome.sum += sum_of(tensor.bytes());
    outcome.size_bytes += model.ends_bytes;
    outcome.expected_sum += model.ends_sum;
  }
  return {};
}

Status restore_lazy(const Task& task, Session& session, Outcome& outcome) {
  outcome.start();
  if (auto loaded = load_all(task, session, outcome); !loaded.ok()) return loaded;
  outcome.stop();
  outcome.sum = sum_of_session(session);
  expect_selected(task, outcome);
  return {};
}

Status restore_full(const Task& task, Session& session, Outcome& outcome) {
  outcome.start();
  if (auto loaded = load_all(task, session, outcome); !loaded.ok()) return loaded;
  outcome.sum = sum_of_session(session);
  outcome.stop();
  expect_selected(task, outcome);
  return {};
}

// New values for a session that has them all already, and has had them before: what a steady state
// costs, in which memory can be used again.
Status restore_into(const Task& task, Session& session, Outcome& outcome) {
  const auto restore_all = [&]() -> Status {
    for (const MadeModel& model : task.workload.models) {
      auto load = load_options(task, model.name);
      load.policies.unexpected = UnexpectedPolicy::kSkip;
      auto report = session.restore(path_of(task.options, model), load);
      if (!report) return std::move(report).error();
      outcome.note = report->backing_reason;
    }
    return {};
  };
  if (auto loaded = load_all(task, session, outcome); !loaded.ok()) return loaded;
  if (auto restored = restore_all(); !restored.ok()) return restored;
  outcome.start();
  if (auto restored = restore_all(); !restored.ok()) return restored;
  outcome.stop();
  outcome.sum = sum_of_session(session);
  expect_selected(task, outcome);
  return {};
}

// Restore the next model, drop the one before, as often as there are models, and eight times where
// there is one. The sum is of all that were held at their time.
Status switch_models(const Task& task, Session& session, Outcome& outcome) {
  const auto& models = task.workload.models;
  const size_t count = models.size() > 1 ? models.size() : 8;
  const auto scope_of = [](size_t i) { return "turn_" + std::to_string(i); };
  const auto load = [&](size_t i) -> Status {
    auto report = session.load(path_of(task.options, models[i % models.size()]),
                               load_options(task, scope_of(i)));
    if (!report) return std::move(report).error();
    return {};
  };
  if (auto loaded = load(0); !loaded.ok()) return loaded;
  for (size_t i = 1; i <= count; ++i) {
    outcome.start();
    if (auto loaded = load(i); !loaded.ok()) return loaded;
    if (auto dropped = session.drop_scope(scope_of(i - 1)); !dropped) {
      return std::move(dropped).error();
    }
    outcome.stop();
    outcome.sum += sum_of_session(session);
    outcome.size_bytes += models[i % models.size()].selected_bytes;
    outcome.expected_sum += models[i % models.size()].selected_sum;
  }
  outcome.repeats = count;
  return {};
}

using Run = Status (*)(const Task&, Session&, Outcome&);

struct Operation {
  const char* name;
  Run run;
  bool moves_bytes = true;
};

const Operation kOperations[] = {
    {"open", open_only, false},     {"open_index", open_index, false},
    {"first", first_tensors},       {"first_again", first_again},
    {"restore_lazy", restore_lazy}, {"restore_full", restore_full},
    {"restore_into", restore_into}, {"switch", switch_models},
    {"save", save_cached},          {"save_async", save_async},
    {"save_durable", save_durable},
};

// Classes are told by who did the work, so that no ratio can be formed across them.
void add_class(const Task& task, const Operation& operation, JsonLine& line) {
  const std::string_view name = operation.name;
  const bool saves = name.starts_with("save");
  const bool verified = saves ? task.options.format == "tf_bundle" : task.options.read.verify;
  // safetensors has no checksums that could be compared or written.
  const bool has_checksums = task.options.format != "safetensors" && operation.moves_bytes;
  line.text("checksum", has_checksums && verified ? "verified" : "none");
  line.text("durability", name == "save_durable" ? "durable" : saves ? "page-cache" : "none");
}

std::string told(const Task& task, const Operation& operation, const Outcome& outcome,
                 const ProcessCost& cost, double resident) {
  JsonLine line;
  line.text("tool", "holdall").text("version", version()).text("op", operation.name);
  line.text("workload", task.workload.name).text("format", task.options.format);
  line.text("io", std::string(io_mode_name(task.options.read.io)));
  line.count("threads", task.options.read.threads).count("shards", task.options.shard_count);
  add_class(task, operation, line);
  line.number("seconds", outcome.seconds).count("repeats", outcome.repeats);
  line.count("bytes", outcome.size_bytes);
  line.sum("sum", outcome.sum).sum("expected_sum", outcome.expected_sum);
  line.truth("ok", outcome.sum == outcome.expected_sum);
  line.number("resident_before", resident).text("note", outcome.note);
  cost.add_to(line);
  return line.finish();
}

// All values, and what their blocks may have at their ends; whole pages.
uint64_t room_for(const MadeWorkload& workload) {
  constexpr uint64_t kRoundBytes = uint64_t{2} << 20;
  uint64_t bytes = 0;
  for (const MadeModel& model : workload.models)
    bytes += (model.selected_bytes / kRoundBytes + 2) * kRoundBytes;
  return bytes;
}

}  // namespace

uint64_t sum_of_session(const Session& session) {
  uint64_t sum = 0;
  const Snapshot snapshot = session.snapshot();
  const ScopeView all = snapshot.scope("");
  for (const std::string& name : all.names()) {
    if (auto tensor = all.find(name)) sum += sum_of(tensor->bytes());
  }
  return sum;
}

std::string operation_names() {
  std::string names;
  for (const Operation& operation : kOperations) {
    names += (names.empty() ? "" : ", ") + std::string(operation.name);
  }
  return names;
}

Result<std::string> run_operation(const RunOptions& options) {
  const auto* operation =
      std::find_if(std::begin(kOperations), std::end(kOperations),
                   [&](const Operation& one) { return one.name == options.operation; });
  if (operation == std::end(kOperations)) {
    return Error{.code = Code::kInvalidArgument,
                 .place = {},
                 .message = "operations are " + operation_names()};
  }
  auto workload = read_workload_file(options.folder);
  if (!workload) return std::move(workload).error();
  const Task task{options, *std::move(workload)};
  const double resident = resident_share(checkpoint_files(options.folder, options.format));
  // As a program that restores again and again would have it.
  const bool is_steady = options.operation == "restore_into" || options.operation == "switch";
  const uint64_t ready_bytes = options.is_memory_ready ? room_for(task.workload) : 0;
  Session session({.kept_bytes = is_steady ? UINT64_MAX : 0, .ready_bytes = ready_bytes});
  while (session.kept_bytes() < ready_bytes)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  Outcome outcome;
  auto status = operation->run(task, session, outcome);
  if (!status.ok()) return std::move(status).error();
  return told(task, *operation, outcome, outcome.cost.value_or(ProcessCost()), resident);
}

}  // namespace holdall::bench
