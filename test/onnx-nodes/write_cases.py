"""Writes ONNX's own node tests, as the onnx package that is installed has them: its version, then one JSON object a line.

    python write_cases.py FILE

`{name, fed, held, inputs, outputs, rtol, atol}`: bytes of models and tensors in base64, tensors as `{name, dtype, shape,
data}`. `fed` is the model as it is; `held` has all inputs but the first as constants, as files of networks have them. Cases whose inputs or outputs are no tensors of numbers (sequences, strings, types that NumPy has not) are
left out.
"""

import base64
import json
import sys
import warnings

import numpy

# what onnx of Debian 12 still asks NumPy for
for name, builtin in {"float": float, "bool": bool, "object": object, "int": int}.items():
    if name not in numpy.__dict__:
        setattr(numpy, name, builtin)
warnings.filterwarnings("ignore")

import onnx  # noqa: E402
import onnx.numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

DTYPES = ("float32", "float64", "float16", "int64", "int32", "int8", "uint8", "bool")


def text(data):
    return base64.b64encode(data).decode("ascii")


def tensor(info, value):
    array = numpy.asarray(value)
    if array.dtype.name not in DTYPES:
        raise TypeError(array.dtype.name)
    data = numpy.ascontiguousarray(array).tobytes()
    return {"name": info.name, "dtype": array.dtype.name, "shape": list(array.shape), "data": text(data)}


def held(model, inputs):
    """The model with all inputs but the first as constants."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    for info, value in zip(list(graph.input)[1:], inputs[1:]):
        graph.initializer.append(onnx.numpy_helper.from_array(numpy.asarray(value), info.name))
        graph.input.remove(info)
    return copy


def record(case):
    graph = case.model.graph
    inputs, outputs = case.data_sets[0]
    if len(inputs) != len(graph.input) or len(outputs) != len(graph.output):
        raise TypeError("optional")
    return {
        "name": case.name,
        "fed": text(case.model.SerializeToString()),
        "held": text(held(case.model, inputs).SerializeToString()),
        "inputs": [tensor(info, value) for info, value in zip(graph.input, inputs)],
        "outputs": [tensor(info, value) for info, value in zip(graph.output, outputs)],
        "rtol": case.rtol,
        "atol": case.atol,
    }


def main(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(onnx.__version__) + "\n")
        for case in sorted(collect_testcases(None), key=lambda case: case.name):
            if case.model is None:
                continue
            try:
                file.write(json.dumps(record(case)) + "\n")
            except (TypeError, ValueError, AttributeError, NotImplementedError):
                continue


if __name__ == "__main__":
    main(sys.argv[1])
