#include "formats/tf_common/tf_version.h"

#include <utility>
#include <vector>

#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

struct Version {
  int64_t producer = 0;
  int64_t min_consumer = 0;
  std::vector<int64_t> bad_consumers;
};

Result<Version> parse_version(ProtoReader message) {
  Version version;
  while (message.next()) {
    if (message.number() == 1) version.producer = message.as_int32();
    if (message.number() == 2) version.min_consumer = message.as_int32();
    if (message.number() == 3) message.append_varints(version.bad_consumers);
  }
  HOLDALL_TRY(message.status());
  return version;
}

}  // namespace

Status check_version_proto(ProtoReader message) {
  HOLDALL_ASSIGN(const Version version, parse_version(std::move(message)));
  if (version.producer < 0) {
    return corrupt("the header's producer version is {}, the least is 0", version.producer);
  }
  if (version.min_consumer > kTfCheckpointVersion) {
    return unsupported(
        "the checkpoint's min consumer version {} is above {}, the newest this version of Holdall "
        "knows; save it again with an older TensorFlow, or update Holdall",
        version.min_consumer, kTfCheckpointVersion);
  }
  for (const int64_t bad : version.bad_consumers) {
    if (bad == kTfCheckpointVersion) {
      return unsupported("the checkpoint disallows readers of version {}; update Holdall",
                         kTfCheckpointVersion);
    }
  }
  return {};
}

std::string encode_version_proto() {
  std::string version;
  ProtoWriter(version).add_int_if_set(1, kTfCheckpointVersion);
  return version;
}

}  // namespace holdall
