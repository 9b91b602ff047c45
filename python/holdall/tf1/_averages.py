"""``tf.train.ExponentialMovingAverage``: averages of variables, and restoring them in their place."""

from __future__ import annotations

from typing import Any, Optional

from .. import _core
from . import _math_ops, _ops
from ._elements import Tensor
from ._graph import GraphKeys, get_default_graph, name_scope
from ._variable import Variable
from ._variable_lists import trainable_variables


class ExponentialMovingAverage:
    """Keeps for each variable an average that follows it by ``1 - decay`` a step."""

    def __init__(
        self, decay: Any, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        return self._name

    def apply(self, var_list: Any = None) -> Any:
        """Makes the averages, and returns the operation that moves them."""
        var_list = trainable_variables() if var_list is None else list(var_list)
        graph = get_default_graph()
        for variable in var_list:
            if variable in self._averages:
                raise ValueError(f"Moving average already computed for: {variable.name}")
            self._averages[variable] = self._make(variable)
            if isinstance(variable, Variable):
                known = graph.get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES)
                if variable not in known:
                    graph.add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, variable)
        with name_scope(self._name):
            decay = _ops.convert_to_tensor(self._decay, name="decay")
            if self._num_updates is not None:
                steps = _math_ops.cast(self._num_updates, "float32", name="num_updates")
                decay = _math_ops.minimum(decay, (1.0 + steps) / (10.0 + steps))
            updates = [self._update(variable, decay) for variable in var_list]
            return _ops.group(*updates, name=graph.get_name_scope() + "/")

    def _make(self, variable: Any) -> Variable:
        with get_default_graph().control_dependencies(None), name_scope(None):
            start = variable.initialized_value() if isinstance(variable, Variable) else _ops.zeros_like(variable)
            name = f"{variable.op.name}/{self._name}"
            collections = [GraphKeys.GLOBAL_VARIABLES]
            return Variable(start, trainable=False, name=name, collections=collections)

    def _update(self, variable: Any, decay: Tensor) -> Any:
        average = self._averages[variable]
        value = variable.value() if isinstance(variable, Variable) else variable
        with name_scope("AssignMovingAvg") as scope:
            rest = _math_ops.subtract(1.0, decay)
            step = _math_ops.multiply(_math_ops.subtract(average.value(), value), _math_ops.cast(rest, value.dtype))
            return average.assign_sub(step, name=scope)

    def average(self, var: Any) -> Optional[Variable]:
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        if var in self._averages:
            return self._averages[var].op.name
        return f"{var.op.name}/{self._name}"

    def variables_to_restore(self, moving_avg_variables: Any = None) -> dict[str, Any]:
        """Names in checkpoints to variables: averages for those that have one, themselves for others."""
        graph = get_default_graph()
        # The average of what is no variable takes nobody's place, and nothing takes its own.
        averages = [
            ((each if isinstance(each, Variable) else average)._core, average._core)
            for each, average in self._averages.items()
        ]
        averaged = None if moving_avg_variables is None else [each._core for each in moving_avg_variables]
        pairs = _core.tf1.variables_to_restore(graph._core, self._name, averages, averaged)
        return {name: graph._variable(variable) for name, variable in pairs}
