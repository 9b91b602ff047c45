#include "cmd_bench.h"

#include <algorithm>
#include <memory>

#include "command.h"
#include "holdall/measure.h"
#include "progress_line.h"
#include "settings.h"

namespace holdall::cli {
namespace {

struct BenchArguments {
  std::string path;
  uint64_t repeats = 5;
  bool json = false;
};

int run(const BenchArguments& arguments) {
  ProgressLine line("bench");
  MeasureOptions options;
  options.threads = thread_count();
  options.repeats = static_cast<unsigned>(std::min<uint64_t>(arguments.repeats, UINT32_MAX));
  options.open = open_options();
  options.progress = line.callback();
  const auto report = measure(arguments.path, options);
  if (!report.ok()) return fail(report.error(), Direction::kReading);
  print(arguments.json ? report->to_json() + "\n" : report->to_string());
  return kDone;
}

}  // namespace

Verb bench_verb() {
  const auto arguments = std::make_shared<BenchArguments>();
  return {"bench",
          "Measure how fast a checkpoint comes in here, beside reading its files alone",
          {{"CKPT",
            "",
            "A checkpoint's prefix, one of its files or its directory",
            &arguments->path,
            true,
            {},
            Completion::kFiles},
           {"--repeats", "N", "Rounds, of which medians are told (5)", &arguments->repeats},
           names_option(),
           threads_option(),
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # What do checksums and copies cost on this disk?\n"
          "  holdall bench runs/a/model-1000\n"};
}

}  // namespace holdall::cli
