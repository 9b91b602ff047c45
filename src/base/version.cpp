#include "holdall/version.h"

namespace holdall {

std::string version() {
  return HOLDALL_VERSION;
}

}  // namespace holdall
