"""Saving and restoring with TensorFlow's own operations, in graph mode."""

from __future__ import annotations

from typing import Any

import numpy as np

# Quantised types travel as the plain integers they are stored as.
PLAIN = {"qint8": "int8", "quint8": "uint8", "qint16": "int16", "quint16": "uint16", "qint32": "int32"}


def tf_save(tf: Any, prefix: str, arrays: dict[str, Any], dtypes: dict[str, str] | None = None) -> None:
    """SaveV2 with exactly these tensors in this order, of NumPy's types or of ``dtypes``."""
    with tf.Graph().as_default(), tf.Session() as sess:
        feeds = {}
        tensors = []
        for name, value in arrays.items():
            array = np.asarray(value)
            # Fed, not constant: TensorFlow makes no constants of some types that it stores.
            placeholder = tf.placeholder(tf.as_dtype(array.dtype), array.shape)
            feeds[placeholder] = array
            wanted = (dtypes or {}).get(name)
            tensors.append(tf.bitcast(placeholder, getattr(tf, wanted)) if wanted else placeholder)
        save = tf.raw_ops.SaveV2(prefix=prefix, tensor_names=list(arrays),
                                 shape_and_slices=[""] * len(arrays), tensors=tensors)  # fmt: skip
        sess.run(save, feeds)


def tf_restore(tf: Any, prefix: str, names_and_dtypes: dict[str, Any]) -> dict[str, Any]:
    """RestoreV2 of these names, with the types they must have; quantised ones as plain integers."""
    with tf.Graph().as_default(), tf.Session() as sess:
        dtypes = [getattr(tf, d) if isinstance(d, str) else d for d in names_and_dtypes.values()]
        outputs = tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=list(names_and_dtypes),
                                       shape_and_slices=[""] * len(dtypes), dtypes=dtypes)  # fmt: skip
        carried = [
            tf.bitcast(output, getattr(tf, PLAIN[output.dtype.name]))
            if output.dtype.name in PLAIN
            else output
            for output in outputs
        ]
        return dict(zip(names_and_dtypes, sess.run(carried)))
