// holdall ls: what checkpoints contain.
#pragma once

#include <string>
#include <vector>

namespace holdall::cli {

struct LsOptions {
  std::vector<std::string> sources;  // CKPT or SCOPE=CKPT
  bool json = false;
};

int run_ls(const LsOptions& options);

// holdall formats: the formats this build knows, as a table.
int run_formats();

}  // namespace holdall::cli
