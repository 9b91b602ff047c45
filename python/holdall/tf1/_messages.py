"""TensorFlow's protocol buffer messages, in a file and package of their own, so that TensorFlow can
be in the same process. They need the ``protobuf`` package; what does not hand out messages does not.
"""

from __future__ import annotations

from typing import Any

try:
    from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory  # type: ignore[import-untyped,unused-ignore]
except ImportError as error:
    raise ImportError(
        "TensorFlow's messages (CheckpointState, SaverDef, GraphDef, ...) take protobuf, which is "
        "not installed: pip install protobuf"
    ) from error

_PACKAGE = "holdall.tf1"
_FILE = "holdall/tf1/messages.proto"

# Fields that nothing here looks at are left out: they are kept as they are.
# message -> "name number type"; a type in capitals is a message, "*" repeats, "|" is of the oneof
# "kind", "a>b" is a map.
_MESSAGES: dict[str, str] = {
    "CheckpointState": """model_checkpoint_path 1 string; all_model_checkpoint_paths 2 *string;
        all_model_checkpoint_timestamps 3 *double; last_preserved_timestamp 4 double""",
    "SaverDef": """filename_tensor_name 1 string; save_tensor_name 2 string; restore_op_name 3 string;
        max_to_keep 4 int32; sharded 5 bool; keep_checkpoint_every_n_hours 6 float;
        version 7 enum:SaverDef.CheckpointFormatVersion""",
    "TensorShapeProto.Dim": "size 1 int64; name 2 string",
    "TensorShapeProto": "dim 2 *TensorShapeProto.Dim; unknown_rank 3 bool",
    "TensorProto": """dtype 1 enum:DataType; tensor_shape 2 TensorShapeProto; version_number 3 int32;
        tensor_content 4 bytes; float_val 5 *float; double_val 6 *double; int_val 7 *int32;
        string_val 8 *bytes; scomplex_val 9 *float; int64_val 10 *int64; bool_val 11 *bool;
        dcomplex_val 12 *double; half_val 13 *int32; uint32_val 16 *uint32; uint64_val 17 *uint64""",
    "NameAttrList": "name 1 string; attr 2 string>AttrValue",
    "AttrValue.ListValue": """s 2 *bytes; i 3 *int64; f 4 *float; b 5 *bool; type 6 *enum:DataType;
        shape 7 *TensorShapeProto; tensor 8 *TensorProto; func 9 *NameAttrList""",
    "AttrValue": """s 2 |bytes; i 3 |int64; f 4 |float; b 5 |bool; type 6 |enum:DataType;
        shape 7 |TensorShapeProto; tensor 8 |TensorProto; list 1 |AttrValue.ListValue;
        func 10 |NameAttrList; placeholder 9 |string""",
    "NodeDef": """name 1 string; op 2 string; input 3 *string; device 4 string;
        attr 5 string>AttrValue""",
    "VersionDef": "producer 1 int32; min_consumer 2 int32; bad_consumers 3 *int32",
    "GraphDef": "node 1 *NodeDef; versions 4 VersionDef; version 3 int32",
    "SaveSliceInfoDef": """full_name 1 string; full_shape 2 *int64; var_offset 3 *int64;
        var_shape 4 *int64""",
    "VariableDef": """variable_name 1 string; initial_value_name 6 string; initializer_name 2 string;
        snapshot_name 3 string; save_slice_info_def 4 SaveSliceInfoDef; is_resource 5 bool;
        trainable 7 bool; synchronization 8 int32; aggregation 9 int32""",
    "CollectionDef.NodeList": "value 1 *string",
    "CollectionDef.BytesList": "value 1 *bytes",
    "CollectionDef.Int64List": "value 1 *int64",
    "CollectionDef.FloatList": "value 1 *float",
    "CollectionDef.AnyList": "value 1 *google.protobuf.Any",
    "CollectionDef": """node_list 1 |CollectionDef.NodeList; bytes_list 2 |CollectionDef.BytesList;
        int64_list 3 |CollectionDef.Int64List; float_list 4 |CollectionDef.FloatList;
        any_list 5 |CollectionDef.AnyList""",
    "MetaGraphDef.MetaInfoDef": """meta_graph_version 1 string; tags 4 *string; tensorflow_version 5 string;
        tensorflow_git_version 6 string; stripped_default_attrs 7 bool""",
    "MetaGraphDef": """meta_info_def 1 MetaGraphDef.MetaInfoDef; graph_def 2 GraphDef;
        saver_def 3 SaverDef; collection_def 4 string>CollectionDef""",
}
_DATA_TYPES = (
    "INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 "
    "BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64"
).split()
_FORMATS = ("LEGACY", "V1", "V2")


def _add_enum(into: Any, name: str, values: dict[str, int]) -> None:
    enum = into.add(name=name)
    for word, number in values.items():
        enum.value.add(name=word, number=number)


def _set_type(field: Any, word: str) -> None:
    if word.startswith("enum:"):
        field.type = field.TYPE_ENUM
        field.type_name = f".{_PACKAGE}.{word[5:]}"
    elif word.startswith("google."):
        field.type = field.TYPE_MESSAGE
        field.type_name = f".{word}"
    elif word[0].isupper():
        field.type = field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{word}"
    else:
        field.type = getattr(field, "TYPE_" + word.upper())


def _add_field(message: Any, full_name: str, text: str) -> None:
    name, number, word = text.split()
    field = message.field.add(name=name, number=int(number), label=1)
    if ">" in word:
        key, value = word.split(">")
        entry_name = "".join(part.capitalize() for part in name.split("_")) + "Entry"
        entry = message.nested_type.add(name=entry_name)
        entry.options.map_entry = True
        _add_field(entry, "", f"key 1 {key}")
        _add_field(entry, "", f"value 2 {value}")
        field.label = field.LABEL_REPEATED
        _set_type(field, f"{full_name}.{entry_name}")
        return
    if word[0] == "*":
        field.label = field.LABEL_REPEATED
        word = word[1:]
    elif word[0] == "|":
        if not message.oneof_decl:
            message.oneof_decl.add(name="kind" if full_name == "CollectionDef" else "value")
        field.oneof_index = 0
        word = word[1:]
    _set_type(field, word)


def _describe() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name=_FILE, package=_PACKAGE, syntax="proto3", dependency=[any_pb2.DESCRIPTOR.name])
    types = {f"DT_{word}": number for number, word in enumerate(_DATA_TYPES)}
    types.update({f"DT_{word}_REF": number + 100 for number, word in enumerate(_DATA_TYPES) if number})
    _add_enum(file.enum_type, "DataType", types)
    made: dict[str, Any] = {}
    for full_name in sorted(_MESSAGES, key=lambda each: each.count(".")):
        outer, _, name = full_name.rpartition(".")
        made[full_name] = (made[outer].nested_type if outer else file.message_type).add(name=name)
    for full_name, fields in _MESSAGES.items():
        for text in fields.split(";"):
            _add_field(made[full_name], full_name, text)
    _add_enum(
        made["SaverDef"].enum_type,
        "CheckpointFormatVersion",
        {word: number for number, word in enumerate(_FORMATS)},
    )
    return file


def _make_classes() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(any_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(_describe().SerializeToString())
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
        if "." not in name
    }


_classes = _make_classes()
AttrValue = _classes["AttrValue"]
CheckpointState = _classes["CheckpointState"]
CollectionDef = _classes["CollectionDef"]
GraphDef = _classes["GraphDef"]
MetaGraphDef = _classes["MetaGraphDef"]
NameAttrList = _classes["NameAttrList"]
NodeDef = _classes["NodeDef"]
SaveSliceInfoDef = _classes["SaveSliceInfoDef"]
SaverDef = _classes["SaverDef"]
TensorProto = _classes["TensorProto"]
TensorShapeProto = _classes["TensorShapeProto"]
VariableDef = _classes["VariableDef"]
