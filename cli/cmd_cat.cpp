#include "cmd_cat.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "command.h"
#include "holdall/tensor_stream.h"
#include "progress_line.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct CatArguments {
  std::string checkpoint;
  std::string name;
  std::string slice;
  bool verify = false;
  bool npy = false;
  bool force = false;
};

Error cannot_write() {
  Error error;
  error.code = Code::kIo;
  error.system_error = errno;
  error.message = std::string("cannot write to stdout: ") + std::strerror(errno);
  return error;
}

Error is_terminal() {
  Error error;
  error.message =
      "stdout is a terminal, which bytes may put into any state; redirect it, or give --force";
  return error;
}

// The slice needs the tensor's shape; one that is not there is for stream_tensor() to tell.
Result<StreamOptions> options_of(const CatArguments& arguments, const Checkpoint& checkpoint) {
  StreamOptions options;
  options.verify_parts = arguments.verify;
  if (arguments.npy) options.form = StreamForm::kNpy;
  const TensorInfo* info = checkpoint.catalog().find(arguments.name);
  if (arguments.slice.empty() || info == nullptr) return options;
  auto slice = parse_slice(arguments.slice, info->shape);
  if (!slice.ok()) return std::move(slice).error().in_tensor(arguments.name);
  options.slice = *std::move(slice);
  return options;
}

int run(const CatArguments& arguments) {
  if (!arguments.force && isatty(STDOUT_FILENO) == 1)
    return fail(is_terminal(), Direction::kReading);
  OpenOptions open = open_options();
  open.only = {arguments.name};
  const auto checkpoint = open_checkpoint(arguments.checkpoint, open);
  if (!checkpoint.ok()) return fail(checkpoint.error(), Direction::kReading);
  auto options = options_of(arguments, *checkpoint);
  if (!options.ok()) return fail(options.error(), Direction::kReading);
  Direction direction = Direction::kReading;
  Status status;
  {
    ProgressLine line("cat");
    options->progress = line.callback();
    status = stream_tensor(*checkpoint, arguments.name, *options,
                           [&](std::span<const std::byte> bytes) -> Status {
                             if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size())
                               return {};
                             direction = Direction::kWriting;
                             return cannot_write();
                           });
  }
  if (status.ok() && std::fflush(stdout) != 0) {
    direction = Direction::kWriting;
    status = cannot_write();
  }
  return status.ok() ? kDone : fail(status.error(), direction);
}

}  // namespace

Verb cat_verb() {
  const auto arguments = std::make_shared<CatArguments>();
  return {"cat",
          "Write one tensor's bytes to stdout: its elements, little-endian, or a .npy file",
          {{"CKPT", "", "The checkpoint", &arguments->checkpoint, true, {}, Completion::kFiles},
           {"NAME",
            "",
            "The tensor's name in the checkpoint",
            &arguments->name,
            true,
            {},
            Completion::kTensors},
           {"--slice", "SLICE", "Only a part, as NumPy spells it: '0:2,:,3'", &arguments->slice},
           {"--verify", "",
            "With a slice: read all of what is stored in one piece with it, and compare checksums",
            &arguments->verify},
           {"--npy", "", "A .npy file", &arguments->npy},
           {"--force", "", "Also to a terminal", &arguments->force},
           names_option()},
          [arguments] { return run(*arguments); },
          "  # A tensor into NumPy\n"
          "  holdall cat DNA_default dna/w --npy > w.npy\n"};
}

}  // namespace holdall::cli
