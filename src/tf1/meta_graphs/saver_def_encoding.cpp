// TensorFlow's SaverDef message.
#include "base/message.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "holdall/tf1_saver.h"
#include "tf1/graph/graph_def_decoding.h"

namespace holdall::tf1 {

std::string encode_saver_def(const SaverDef& def) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, def.filename_tensor_name);
  writer.add_bytes_if_set(2, def.save_tensor_name);
  writer.add_bytes_if_set(3, def.restore_op_name);
  writer.add_int_if_set(4, def.max_to_keep);
  writer.add_bool_if_set(5, def.sharded);
  writer.add_float_if_set(6, static_cast<float>(def.keep_checkpoint_every_n_hours));
  writer.add_int_if_set(7, static_cast<int64_t>(def.version));
  return message;
}

Result<SaverDef> decode_saver_def(std::string_view message) {
  SaverDef def;
  def.max_to_keep = 0;
  def.keep_checkpoint_every_n_hours = 0;
  def.version = SaverVersion::kV1;  // what an unset one means
  ProtoReader reader(bytes_of(message));
  while (reader.next()) {
    switch (reader.number()) {
      case 1: def.filename_tensor_name = reader.as_string(); break;
      case 2: def.save_tensor_name = reader.as_string(); break;
      case 3: def.restore_op_name = reader.as_string(); break;
      case 4: def.max_to_keep = reader.as_int32(); break;
      case 5: def.sharded = reader.as_bool(); break;
      case 6: def.keep_checkpoint_every_n_hours = static_cast<double>(reader.as_float()); break;
      case 7: def.version = reader.as_int32() == 2 ? SaverVersion::kV2 : SaverVersion::kV1; break;
      default: break;
    }
  }
  HOLDALL_TRY(reader.status());
  return def;
}

}  // namespace holdall::tf1
