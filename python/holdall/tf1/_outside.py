"""What is outside this package: calling it says what to use instead."""

from __future__ import annotations

from typing import Any, Callable

from .errors import UnimplementedError

_TRAINING = "nothing is trained here: variables, their values and checkpoints are what this package is for"
_INPUT = "there are no input pipelines here: feed values through placeholders"
_SUMMARIES = "no summaries are written here: print or log the values"
_NETWORKS = "no networks are evaluated here: run the model where TensorFlow is, and restore or save it here"


def outside(name: str, why: str) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        raise UnimplementedError(None, None, f"tf.{name} is not provided: {why}")

    function.__name__ = name.rsplit(".", 1)[-1]
    function.__doc__ = f"Not provided: {why}."
    return function


def _all(prefix: str, names: str, why: str) -> dict[str, Any]:
    return {name: outside(prefix + name, why) for name in names.split()}


train_names = {
    **_all("train.", "AdamOptimizer GradientDescentOptimizer MomentumOptimizer exponential_decay "
           "RMSPropOptimizer AdagradOptimizer Optimizer Supervisor MonitoredTrainingSession", _TRAINING),
    **_all("train.", "start_queue_runners Coordinator QueueRunner add_queue_runner shuffle_batch batch "
           "string_input_producer", _INPUT),
    **_all("train.", "SessionRunArgs SessionRunHook", _TRAINING),
}  # fmt: skip
summary_names = _all("summary.", "scalar histogram image merge merge_all FileWriter", _SUMMARIES)
top_names = {
    **_all("", "gradients", _TRAINING),
    **_all("", "cond while_loop FIFOQueue TFRecordReader decode_raw parse_single_example", _NETWORKS),
}
nn_names = _all("nn.", "conv2d max_pool avg_pool dropout embedding_lookup softmax_cross_entropy_with_logits "
                "sparse_softmax_cross_entropy_with_logits sigmoid_cross_entropy_with_logits", _NETWORKS)  # fmt: skip
