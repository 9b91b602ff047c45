"""Graphs with their collections and savers as messages, and as ``.meta`` files."""

from __future__ import annotations

import os
from typing import Any, Optional

from .. import _core
from .._session import PathLike
from ._graph import Graph, get_default_graph


def as_graph(graph: Optional[Graph]) -> Graph:
    return graph if graph is not None else get_default_graph()


def export_meta_graph(
    filename: Optional[PathLike] = None, meta_info_def: Any = None, graph_def: Any = None, saver_def: Any = None,
    collection_list: Any = None, as_text: bool = False, graph: Optional[Graph] = None,
    export_scope: Optional[str] = None, clear_devices: bool = False, clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False, save_debug_info: bool = False, **unused: Any,
) -> Any:  # fmt: skip
    """The graph as a MetaGraphDef, which is written too if ``filename`` is given."""
    from ._messages import MetaGraphDef

    graph = as_graph(graph)
    graph._write_lists()
    definition = None if saver_def is None else _core.tf1.decode_saver_def(saver_def.SerializeToString())
    message = _core.tf1.export_meta_graph(
        graph._core, definition, None if collection_list is None else list(collection_list),
        export_scope or "", clear_devices, clear_extraneous_savers, strip_default_attrs,
    )  # fmt: skip
    meta = MetaGraphDef.FromString(message)
    if meta_info_def is not None:
        meta.meta_info_def.CopyFrom(meta_info_def)
    if graph_def is not None:
        meta.graph_def.ParseFromString(graph_def.SerializeToString())
    if filename is not None:
        _write_message(meta, os.fspath(filename), as_text)
    return meta


def _write_message(message: Any, path: str, as_text: bool) -> None:
    if as_text:
        from google.protobuf import text_format  # type: ignore[import-untyped,unused-ignore]

        content = text_format.MessageToString(message).encode()
    else:
        content = message.SerializeToString(deterministic=True)
    temporary = f"{path}.tmp{os.getpid()}"
    with open(temporary, "wb") as file:
        file.write(content)
    os.replace(temporary, path)


def export_scoped_meta_graph(
    filename: Optional[PathLike] = None, graph_def: Any = None, graph: Optional[Graph] = None,
    export_scope: Optional[str] = None, as_text: bool = False, unbound_inputs_col_name: str = "unbound_inputs",
    clear_devices: bool = False, saver_def: Any = None, clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False, save_debug_info: bool = False, **kwargs: Any,
) -> tuple[Any, dict[str, Any]]:  # fmt: skip
    """The nodes of one scope, and its variables by their names inside it."""
    graph = as_graph(graph)
    meta = export_meta_graph(
        filename, None, graph_def, saver_def, None, as_text, graph, export_scope, clear_devices,
        clear_extraneous_savers, strip_default_attrs,
    )  # fmt: skip
    return meta, variables_by_name(graph, export_scope)


def variables_by_name(graph: Graph, scope: Optional[str]) -> dict[str, Any]:
    graph._write_lists()
    inside = _core.tf1.variables_inside(graph._core, scope or "")
    return {name: graph._variable(variable) for name, variable in inside.items()}


def write_graph(graph_or_graph_def: Any, logdir: PathLike, name: str, as_text: bool = True) -> str:
    """Writes a graph's nodes; returns the file's path."""
    message = graph_or_graph_def.as_graph_def() if isinstance(graph_or_graph_def, Graph) else graph_or_graph_def
    directory = os.fspath(logdir)
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, name)
    _write_message(message, path, as_text)
    return path
