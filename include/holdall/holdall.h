// Everything but the TensorFlow-1 face (holdall/tf1.h).
#pragma once

#include "holdall/catalog.h"        // IWYU pragma: export
#include "holdall/checkpoint.h"     // IWYU pragma: export
#include "holdall/copy.h"           // IWYU pragma: export
#include "holdall/describe.h"       // IWYU pragma: export
#include "holdall/diff.h"           // IWYU pragma: export
#include "holdall/digest.h"         // IWYU pragma: export
#include "holdall/doctor.h"         // IWYU pragma: export
#include "holdall/dtype.h"          // IWYU pragma: export
#include "holdall/measure.h"        // IWYU pragma: export
#include "holdall/name_rules.h"     // IWYU pragma: export
#include "holdall/names.h"          // IWYU pragma: export
#include "holdall/pending_save.h"   // IWYU pragma: export
#include "holdall/progress.h"       // IWYU pragma: export
#include "holdall/restore.h"        // IWYU pragma: export
#include "holdall/retention.h"      // IWYU pragma: export
#include "holdall/roles.h"          // IWYU pragma: export
#include "holdall/saver.h"          // IWYU pragma: export
#include "holdall/session.h"        // IWYU pragma: export
#include "holdall/slice.h"          // IWYU pragma: export
#include "holdall/status.h"         // IWYU pragma: export
#include "holdall/storage.h"        // IWYU pragma: export
#include "holdall/tensor.h"         // IWYU pragma: export
#include "holdall/tensor_stream.h"  // IWYU pragma: export
#include "holdall/text.h"           // IWYU pragma: export
#include "holdall/verify.h"         // IWYU pragma: export
#include "holdall/version.h"        // IWYU pragma: export
