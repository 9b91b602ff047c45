// NumPy's arrays: many in an .npz archive, one in an .npy file: npz.md.
#pragma once

#include "formats/format.h"

namespace holdall {

const Format& npz_format();
const Format& npy_format();

}  // namespace holdall
