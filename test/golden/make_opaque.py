"""Writes opaque/*.onnx: small image classifiers with operators that Graft does not know.

Needs NumPy and onnx (Debian: python3-onnx). From the repository's root:

    ${PYTHON:-python3} test/golden/make_opaque.py

With --check it writes nothing and fails if a file holds another model than it would write.

Weights are made by hash_data.py from seeds. What the files compute is for onnxruntime to say, which the tests run on
them.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from hash_data import symmetric

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "opaque")
CLASSES = 5


class Weights:
    """Constants of one model, each of another seed."""

    def __init__(self, seed):
        self.seed = seed
        self.tensors = []

    def floats(self, name, shape, scale=1.0):
        self.seed += 1
        values = np.asarray(symmetric(self.seed, int(np.prod(shape)), scale)).reshape(shape)
        return self.add(name, values.astype(np.float32))

    def add(self, name, array):
        self.tensors.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def ints(self, name, values):
        return self.add(name, np.array(values, np.int64))


def node(op, inputs, outputs, **attributes):
    name = f"{op.lower()}_{outputs.split()[0]}"
    return helper.make_node(op, inputs.split(), outputs.split(), name=name, **attributes)


def model(name, nodes, weights, *, image, opset, element=TensorProto.FLOAT, output="logits", domains=(), functions=()):
    batch = image[0]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", element, image)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [batch, CLASSES])],
        weights.tensors,
    )
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(
        graph, producer_name="make_opaque.py", opset_imports=imports, functions=functions, ir_version=8
    )


def vision_transformer():
    """A class token, one block of attention whose small scores a Shrink makes 0, operator set 20, any number of images."""
    w = Weights(100)
    width = 8
    nodes = [
        node("Conv", f"image {w.floats('patch.weight', [width, 3, 4, 4], 0.3)} {w.floats('patch.bias', [width])}",
             "patches", kernel_shape=[4, 4], strides=[4, 4]),
        node("Reshape", f"patches {w.ints('patch_shape', [0, width, 4])}", "columns"),
        node("Transpose", "columns", "rows", perm=[0, 2, 1]),
        node("Shape", "image", "shape"),
        node("Gather", f"shape {w.ints('first', [0])}", "count", axis=0),
        node("Concat", f"count {w.ints('token_shape', [1, width])}", "tokens_shape", axis=0),
        node("Expand", f"{w.floats('cls_token', [1, 1, width])} tokens_shape", "token"),
        node("Concat", "token rows", "sequence", axis=1),
        node("Add", f"sequence {w.floats('position', [1, 5, width])}", "x"),
        node("LayerNormalization", f"x {w.floats('norm.weight', [width])} {w.floats('norm.bias', [width])}", "normed"),
        node("MatMul", f"normed {w.floats('qkv.weight', [width, 3 * width])}", "qkv"),
        node("Split", "qkv", "q k v", axis=2, num_outputs=3),
        node("Einsum", "q k", "scores", equation="nqd,nkd->nqk"),
        node("Shrink", "scores", "shrunk", lambd=0.01, bias=0.0),
        node("Where", f"{w.add('mask', np.tri(5, dtype=bool)[::-1].copy())} shrunk {w.add('low', np.float32(-4))}",
             "masked"),
        node("Softmax", "masked", "weights", axis=-1),
        node("Einsum", "weights v", "attended", equation="nqk,nkd->nqd"),
        node("Add", "x attended", "residual"),
        node("ReduceMean", f"residual {w.ints('last', [2])}", "mean", keepdims=1),
        node("Sub", "residual mean", "centred"),
        node("Erf", "centred", "bent"),
        node("Gather", f"bent {w.add('token_index', np.int64(0))}", "features", axis=1),
        node("Gemm", f"features {w.floats('head.weight', [CLASSES, width])} {w.floats('head.bias', [CLASSES])}",
             "logits", transB=1, alpha=0.5),
    ]
    return model("vit", nodes, w, image=["batch", 3, 8, 8], opset=20)


def microsoft():
    """An activation of onnxruntime's own, operator set 13, a head of two operators and probabilities."""
    w = Weights(200)
    nodes = [
        node("Conv", f"image {w.floats('conv.weight', [6, 3, 3, 3], 0.4)}", "c", kernel_shape=[3, 3]),
        node("Gelu", "c", "activated", domain="com.microsoft"),
        node("GlobalAveragePool", "activated", "pooled"),
        node("Flatten", "pooled", "features"),
        node("MatMul", f"features {w.floats('fc.weight', [6, CLASSES], 4)}", "product"),
        node("Add", f"product {w.floats('fc.bias', [CLASSES])}", "scores"),
        node("Softmax", "scores", "probabilities", axis=1),
    ]
    return model("microsoft", nodes, w, image=["N", 3, 8, 8], opset=13, output="probabilities",
                 domains=["com.microsoft"])


def branches():
    """An If whose branches read values from outside, and a Loop; operator set 11, one image alone."""
    w = Weights(300)

    def branch(name, nodes, output):
        return helper.make_graph(nodes, name, [], [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)])

    def value(name, kind, shape=()):
        return helper.make_tensor_value_info(name, kind, shape)

    bright = branch("bright", [node("Mul", "c scale", "scaled")], "scaled")
    dark = branch("dark", [node("Neg", "c", "negated"), node("Sub", "negated scale", "shifted")], "shifted")
    body = helper.make_graph(
        [
            node("Tanh", "state", "bent"),
            node("Add", "bent chosen", "next"),
            node("Identity", "again", "still"),
        ],
        "body",
        [value("turn", TensorProto.INT64), value("again", TensorProto.BOOL), value("state", TensorProto.FLOAT, None)],
        [value("still", TensorProto.BOOL), value("next", TensorProto.FLOAT, None)],
    )
    w.floats("scale", [1, 4, 1, 1])
    nodes = [
        node("Conv", f"image {w.floats('conv.weight', [4, 1, 3, 3])}", "c", kernel_shape=[3, 3], strides=[2, 2]),
        node("ReduceMean", "image", "brightness", keepdims=0),
        node("Greater", f"brightness {w.add('half', np.float32(0.5))}", "is_bright"),
        node("If", "is_bright", "chosen", then_branch=bright, else_branch=dark),
        node("Loop", f"{w.add('turns', np.int64(3))} {w.add('go', np.array(True))} chosen", "bent_thrice", body=body),
        node("Reshape", f"bent_thrice {w.ints('flat', [1, 36])}", "features"),
        node("Gemm", f"features {w.floats('classifier.weight', [36, CLASSES])}", "logits"),
    ]
    return model("branches", nodes, w, image=[1, 1, 8, 8], opset=11)


def own_function():
    """A function that the file defines, on bytes with their channels last; the head's weight is computed."""
    w = Weights(400)
    steps = [node("Sigmoid", "x", "gate"), node("Mul", "x gate", "y")]
    swish = helper.make_function("my.own", "Swish", ["x"], ["y"], steps, [helper.make_opsetid("", 17)])
    nodes = [
        node("Cast", "image", "floats", to=TensorProto.FLOAT),
        node("Div", f"floats {w.add('most', np.float32(255))}", "unit"),
        node("Transpose", "unit", "planes", perm=[0, 3, 1, 2]),
        node("Conv", f"planes {w.floats('conv.weight', [7, 3, 3, 3])}", "c", kernel_shape=[3, 3]),
        node("Swish", "c", "activated", domain="my.own"),
        node("GlobalAveragePool", "activated", "pooled"),
        node("DequantizeLinear",
             f"{w.add('q', (np.arange(35) * 37 % 256 - 128).astype(np.int8).reshape(CLASSES, 7, 1, 1))} "
             f"{w.add('q_scale', np.float32(0.01))}",
             "head_weight"),
        node("Conv", f"pooled head_weight {w.floats('head_bias', [CLASSES])}", "pixel", kernel_shape=[1, 1]),
        node("Flatten", "pixel", "logits"),
    ]
    return model("own_function", nodes, w, image=["N", 8, 8, 3], opset=17, element=TensorProto.UINT8,
                 domains=["my.own"], functions=[swish])


def main():
    check = "--check" in sys.argv[1:]
    os.makedirs(FOLDER, exist_ok=True)
    different = []
    for make in (vision_transformer, microsoft, branches, own_function):
        made = make()
        path = os.path.join(FOLDER, f"{made.graph.name.replace('_', '-')}.onnx")
        if not check:
            onnx.save(made, path)
        elif onnx.load(path) != made:
            different.append(path)
    if different:
        sys.exit(f"other models in {', '.join(different)}")
    print("the same" if check else "written")


main()
