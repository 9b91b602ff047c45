// TensorFlow's VersionDef message: who may read what was written (tf_bundle.md, "Messages").
#pragma once

#include <cstdint>
#include <string>

#include "codec/proto_wire.h"
#include "holdall/status.h"

namespace holdall {

// The version of checkpoints, V1 and V2, that this code writes, and the one it answers to as a
// reader. Unchanged in TensorFlow since 2016.
inline constexpr int64_t kTfCheckpointVersion = 1;

// Whether a reader of that version may read what the message `version` stands at is part of.
// Fails: kCorrupt; kUnsupported if the file asks for a newer reader.
Status check_version_proto(ProtoReader version);

// What this code writes.
std::string encode_version_proto();

}  // namespace holdall
