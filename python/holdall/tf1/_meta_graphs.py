"""``.meta`` files: graphs with their collections and savers."""

from __future__ import annotations

import os
from typing import Any, Optional

from .. import _core
from .._session import PathLike
from . import errors
from ._export_graphs import as_graph, export_scoped_meta_graph, variables_by_name
from ._graph import Graph, get_default_graph
from ._saver import Saver
from ._variable_lists import all_saveable_objects


def _read_message(meta_graph_or_file: Any) -> bytes:
    if hasattr(meta_graph_or_file, "SerializeToString"):
        message: bytes = meta_graph_or_file.SerializeToString()
        return message
    path = os.fspath(meta_graph_or_file)
    if not os.path.isfile(path):
        raise OSError(f"File {path} does not exist.")
    with open(path, "rb") as file:
        return file.read()


def _from_text(content: bytes, name: Any) -> bytes:
    """The same message of its text form."""
    from google.protobuf import text_format  # type: ignore[import-untyped,unused-ignore]

    from ._messages import MetaGraphDef

    try:
        meta = text_format.Parse(content.decode("utf-8"), MetaGraphDef(), allow_unknown_field=True)
    except text_format.ParseError as error:
        raise OSError(f"Cannot parse file {name}: {error}.") from None
    serialised: bytes = meta.SerializeToString()
    return serialised


def _import(
    graph: Graph, meta_graph_or_file: Any, clear_devices: bool, import_scope: Optional[str],
    input_map: Any = None, restore_collections_predicate: Any = None,
) -> tuple[Any, str, bool]:  # fmt: skip
    content = _read_message(meta_graph_or_file)
    pairs = [(str(name), tensor._core) for name, tensor in (input_map or {}).items()]
    unwanted = None
    if restore_collections_predicate is not None:
        from ._messages import MetaGraphDef

        keys = MetaGraphDef.FromString(content).collection_def
        unwanted = [key for key in keys if not restore_collections_predicate(key)]

    def run(message: bytes) -> Any:
        return _core.tf1.import_meta_graph(
            graph._core, message, (import_scope or "").rstrip("/"), pairs, clear_devices, unwanted
        )

    try:
        definition, scope, texts = run(content)
    except errors.DataLossError:
        definition, scope, texts = run(_from_text(content, meta_graph_or_file))
    graph._mark_texts(texts)
    return definition, scope, bool(content)


def import_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, import_scope: Optional[str] = None, **kwargs: Any
) -> Optional[Saver]:
    """Adds the nodes and collections of a ``.meta``; returns its Saver, or None if it has none."""
    graph = as_graph(kwargs.pop("graph", None))
    definition, scope, has_content = _import(graph, meta_graph_or_file, clear_devices, import_scope, **kwargs)
    with graph.as_default():
        if definition is not None:
            return Saver._wrap(definition, graph)
        found = all_saveable_objects(scope or None) if has_content else []
        return Saver() if found else None


def import_graph_def(
    graph_def: Any, input_map: Any = None, return_elements: Any = None, name: Optional[str] = None,
    op_dict: Any = None, producer_op_list: Any = None,
) -> Any:  # fmt: skip
    """Adds the nodes of a GraphDef under ``name`` ("import" if none is given)."""
    graph = get_default_graph()
    if not hasattr(graph_def, "SerializeToString"):
        raise TypeError("graph_def must be a GraphDef proto.")
    pairs = [(str(key), tensor._core) for key, tensor in (input_map or {}).items()]
    wanted = "import" if name is None else name
    prefix = graph._core.import_graph_def(graph_def.SerializeToString(), wanted.rstrip("/"), pairs, False)
    if return_elements is None:
        return None
    return [graph.as_graph_element(prefix + element) for element in return_elements]


def import_scoped_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, graph: Optional[Graph] = None,
    import_scope: Optional[str] = None, input_map: Any = None, unbound_inputs_col_name: str = "unbound_inputs",
    restore_collections_predicate: Any = None,
) -> dict[str, Any]:  # fmt: skip
    graph = as_graph(graph)
    _, scope, _ = _import(
        graph, meta_graph_or_file, clear_devices, import_scope, input_map, restore_collections_predicate
    )
    return variables_by_name(graph, scope)


def copy_scoped_meta_graph(
    from_scope: str, to_scope: str, from_graph: Optional[Graph] = None, to_graph: Optional[Graph] = None
) -> dict[str, Any]:
    """The nodes of a scope once more, under another one; returns the new variables by name."""
    source, target = as_graph(from_graph), as_graph(to_graph)
    source._write_lists()
    _, scope, texts = _core.tf1.copy_scoped_meta_graph(source._core, from_scope, target._core, to_scope)
    target._mark_texts(texts)
    return variables_by_name(target, scope)
