// The layout a plan stands for. Cheap and pure, so that planning and execution each make it.
#pragma once

#include <memory>

#include "formats/format.h"
#include "holdall/saver.h"

namespace holdall {

// `plan` must outlive the layout. Fails as plan_save.
Result<std::unique_ptr<Layout>> lay_out_plan(const SavePlan& plan);

}  // namespace holdall
