// The layout a plan stands for. Cheap and pure, so that planning and execution each make it.
#pragma once

#include <memory>
#include <span>

#include "formats/format.h"
#include "holdall/saver.h"

namespace holdall {

// `plan` must outlive the layout. Fails as plan_save.
Result<std::unique_ptr<Layout>> lay_out_plan(const SavePlan& plan);

// Gives each of `shard_count` data files a run of items, of about the same size; 0 is taken for 1.
void spread_over_shards(std::span<SaveItem> items, uint32_t shard_count);

}  // namespace holdall
