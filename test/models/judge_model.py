"""Runs an exported model by PyTorch, node after node as onnx reads the file, and prints what comes out as JSON.

    python3 judge_model.py model.onnx images.bin N C H W

Prints {"metadata": {…}, "probabilities": [[…], …]}. The file passes onnx's checker first.
"""

import json
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper


def window(attributes):
    """Padding of PyTorch's functions, which is one number for both ends of an axis."""
    before, after = np.array(attributes.get("pads", [0, 0, 0, 0])).reshape(2, 2)
    if (before != after).any():
        raise ValueError(f"expected the same padding on both sides, got {before} and {after}")
    return {"stride": attributes.get("strides", [1, 1]), "padding": before.tolist()}


def conv(attributes, x, weight, bias=None):
    return F.conv2d(x, weight, bias, groups=attributes.get("group", 1), **window(attributes))


def pad(_attributes, x, pads, value=None):
    widths = pads.reshape(2, -1).flip(1).T.reshape(-1).tolist()
    return F.pad(x, widths, value=0.0 if value is None else float(value))


def slices(_attributes, x, starts, ends, axes, steps):
    ranges = [slice(None)] * x.dim()
    for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes.tolist(), steps.tolist()):
        ranges[axis] = slice(start, end, step)
    return x[tuple(ranges)]


def gemm(attributes, x, weight, bias):
    assert attributes.get("transB") == 1 and not attributes.get("transA")
    return F.linear(x, weight, bias)


OPERATORS = {
    "Add": lambda _, a, b: a + b,
    "BatchNormalization": lambda a, x, w, b, mean, var: F.batch_norm(x, mean, var, w, b, eps=a["epsilon"]),
    "Cast": lambda a, x: x.to({1: torch.float32}[a["to"]]),
    "Clip": lambda _, x, low, high: x.clamp(low.item(), high.item()),
    "Conv": conv,
    "Flatten": lambda a, x: x.flatten(a.get("axis", 1)),
    "Gemm": gemm,
    "GlobalAveragePool": lambda _, x: x.mean((2, 3), keepdim=True),
    "MaxPool": lambda a, x: F.max_pool2d(x, a["kernel_shape"], **window(a)),
    "Mul": lambda _, a, b: a * b,
    "Pad": pad,
    "Relu": lambda _, x: x.relu(),
    "Slice": slices,
    "Softmax": lambda a, x: x.softmax(a.get("axis", -1)),
}


def run(graph, images):
    values = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    values[graph.input[0].name] = images
    for node in graph.node:
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        inputs = [values[name] if name else None for name in node.input]
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *inputs)
    return values[graph.output[0].name]


def main():
    path, pixels, *shape = sys.argv[1:]
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    images = torch.from_numpy(np.fromfile(pixels, dtype=np.uint8)).view(*map(int, shape))
    with torch.no_grad():
        probabilities = run(model.graph, images)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    print(json.dumps({"metadata": metadata, "probabilities": probabilities.tolist()}))


if __name__ == "__main__":
    main()
