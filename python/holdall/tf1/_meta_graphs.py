"""``.meta`` files: graphs with their collections and savers."""

from __future__ import annotations

import os
from typing import Any, Optional

from .. import _core
from .._session import PathLike
from . import errors
from ._graph import Graph, get_default_graph
from ._saver import Saver
from ._variable_lists import all_saveable_objects


def _as_graph(graph: Optional[Graph]) -> Graph:
    return graph if graph is not None else get_default_graph()


def export_meta_graph(
    filename: Optional[PathLike] = None, meta_info_def: Any = None, graph_def: Any = None, saver_def: Any = None,
    collection_list: Any = None, as_text: bool = False, graph: Optional[Graph] = None,
    export_scope: Optional[str] = None, clear_devices: bool = False, clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False, save_debug_info: bool = False, **unused: Any,
) -> Any:  # fmt: skip
    """The graph as a MetaGraphDef, which is written too if ``filename`` is given."""
    from ._messages import MetaGraphDef

    graph = _as_graph(graph)
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
    from google.protobuf import text_format

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
        definition, scope = run(content)
    except errors.DataLossError:
        definition, scope = run(_from_text(content, meta_graph_or_file))
    if scope:
        graph._texts_under(scope)
    return definition, scope, bool(content)


def import_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, import_scope: Optional[str] = None, **kwargs: Any
) -> Optional[Saver]:
    """Adds the nodes and collections of a ``.meta``; returns its Saver, or None if it has none."""
    graph = _as_graph(kwargs.pop("graph", None))
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


def export_scoped_meta_graph(
    filename: Optional[PathLike] = None, graph_def: Any = None, graph: Optional[Graph] = None,
    export_scope: Optional[str] = None, as_text: bool = False, unbound_inputs_col_name: str = "unbound_inputs",
    clear_devices: bool = False, saver_def: Any = None, clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False, save_debug_info: bool = False, **kwargs: Any,
) -> tuple[Any, dict[str, Any]]:  # fmt: skip
    """The nodes of one scope, and its variables by their names inside it."""
    graph = _as_graph(graph)
    meta = export_meta_graph(
        filename, None, graph_def, saver_def, None, as_text, graph, export_scope, clear_devices,
        clear_extraneous_savers, strip_default_attrs,
    )  # fmt: skip
    return meta, _variables_by_name(graph, export_scope)


def _variables_by_name(graph: Graph, scope: Optional[str]) -> dict[str, Any]:
    graph._write_lists()
    return _by_name(graph, _core.tf1.variables_inside(graph._core, scope or ""))


def _by_name(graph: Graph, variables: dict[str, Any]) -> dict[str, Any]:
    return {name: graph._variable(variable) for name, variable in variables.items()}


def import_scoped_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, graph: Optional[Graph] = None,
    import_scope: Optional[str] = None, input_map: Any = None, unbound_inputs_col_name: str = "unbound_inputs",
    restore_collections_predicate: Any = None,
) -> dict[str, Any]:  # fmt: skip
    graph = _as_graph(graph)
    _, scope, _ = _import(
        graph, meta_graph_or_file, clear_devices, import_scope, input_map, restore_collections_predicate
    )
    return _variables_by_name(graph, scope)


def copy_scoped_meta_graph(
    from_scope: str, to_scope: str, from_graph: Optional[Graph] = None, to_graph: Optional[Graph] = None
) -> dict[str, Any]:
    """The nodes of a scope once more, under another one; returns the new variables by name."""
    source, target = _as_graph(from_graph), _as_graph(to_graph)
    source._write_lists()
    variables = _core.tf1.copy_scoped_meta_graph(source._core, from_scope, target._core, to_scope)
    target._texts_under(f"{to_scope}/")
    return _by_name(target, variables)


def write_graph(graph_or_graph_def: Any, logdir: PathLike, name: str, as_text: bool = True) -> str:
    """Writes a graph's nodes; returns the file's path."""
    message = graph_or_graph_def.as_graph_def() if isinstance(graph_or_graph_def, Graph) else graph_or_graph_def
    directory = os.fspath(logdir)
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, name)
    _write_message(message, path, as_text)
    return path
