"""Writes onnx/*.onnx: small image classifiers as PyTorch, Keras and others export them, in the forms that Graft reads.

Needs PyTorch 1.13 or later and onnx (Debian: python3-torch, python3-onnx). From the repository's root:

    ${PYTHON:-python3} test/golden/make_onnx_models.py

With --check it writes nothing and fails if a file has other operators or other weights than it would write. Names of
values that PyTorch's exporter makes up differ from version to version and are not compared.

Weights come from hash_data.py; the names of the files are those of the tests.
"""

import io
import os
import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from hash_data import symmetric
from onnx_networks import MeanTransformer, MobileNet, OlderNet, ResNet, VisionTransformer

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "onnx")
TOLERANCE = 1e-6


def weighted(network):
    """A PyTorch network with hashed weights."""
    model = network().eval()
    with torch.no_grad():
        for seed, (name, tensor) in enumerate(model.state_dict().items()):
            if tensor.dim() > 0:
                tensor.copy_(torch.from_numpy(hashed(name, tensor.shape, 100 + seed)))
    return model


def exported(network, opset, side=16, training=torch.onnx.TrainingMode.EVAL, dynamic=True):
    """The same as PyTorch's exporter writes it."""
    model = weighted(network)
    buffer = io.BytesIO()
    axes = {"input": {0: "batch"}, "output": {0: "batch"}} if dynamic else None
    torch.onnx.export(
        model,
        torch.zeros(1, 3, side, side),
        buffer,
        opset_version=opset,
        input_names=["input"],
        output_names=["output"],
        dynamic_axes=axes,
        training=training,
        do_constant_folding=training == torch.onnx.TrainingMode.EVAL,
    )
    model = onnx.load_from_string(buffer.getvalue())
    model.producer_version = ""
    return model


def hashed(name, shape, seed):
    """Values near 1 for scales and variances, near 0 for shifts and means, He-uniform for weights."""
    shape = tuple(shape)
    size = int(np.prod(shape))
    if len(shape) > 1 and not name.endswith(("token", "embed")):
        return symmetric(seed, size, float(np.sqrt(6 / np.prod(shape[1:])))).reshape(shape)
    values = symmetric(seed, size, 0.3).reshape(shape)
    is_scale = name.endswith(("running_var", "gamma", "variance")) or (name.endswith("weight") and len(shape) == 1)
    return (1 + values if is_scale else values).astype(np.float32)


class Builder:
    """Collects the nodes and constants of a model that is written by hand."""

    def __init__(self):
        self.nodes, self.constants, self.seed = [], [], 500

    def constant(self, name, values, dtype=np.float32):
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=dtype), name))
        return name

    def weight(self, name, *shape, dtype=np.float32):
        self.seed += 1
        return self.constant(name, hashed(name, shape, self.seed), dtype)

    def node(self, op, inputs, output, outputs=None, **attributes):
        self.nodes.append(helper.make_node(op, inputs, outputs or [output], name=output, **attributes))
        return output

    def norm(self, x, name, channels, **attributes):
        suffixes = ("gamma", "beta", "moving_mean", "moving_variance")
        inputs = [self.weight(f"{name}/{suffix}", channels) for suffix in suffixes]
        return self.node("BatchNormalization", [x, *inputs], name, **attributes)

    def model(self, output, classes, opset, input_shape=("N", 3, 16, 16), dtype=TensorProto.FLOAT, out=None, **options):
        shape = [options.get("out_batch", input_shape[0]), *(classes if isinstance(classes, tuple) else (classes,))]
        graph = helper.make_graph(
            self.nodes,
            options.get("name", "by_hand"),
            [helper.make_tensor_value_info("image", dtype, input_shape)],
            [helper.make_tensor_value_info(output, out or (TensorProto.FLOAT if dtype == TensorProto.UINT8 else dtype), shape)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", opset), *options.get("opsets", ())]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="by hand")
        model.ir_version = 7
        helper.set_model_props(model, options.get("metadata", {}))
        return model


def keras_nhwc():
    """tf2onnx: [N, H, W, C], names of variables, padding at the end alone, MatMul and Add, Softmax."""
    b = Builder()
    x = b.node("Transpose", ["image"], "StatefulPartitionedCall/net/conv/Conv2D__6", perm=[0, 3, 1, 2])
    w = b.weight("StatefulPartitionedCall/net/conv/Conv2D/ReadVariableOp:0", 6, 3, 3, 3)
    x = b.node("Conv", [x, w], "conv", strides=[2, 2], auto_pad="SAME_UPPER", kernel_shape=[3, 3])
    x = b.norm(x, "bn", 6, epsilon=0.001)
    x = b.node("Relu", [x], "relu")
    w = b.weight("StatefulPartitionedCall/net/deep/depthwise/ReadVariableOp:0", 6, 1, 3, 3)
    x = b.node("Conv", [x, w], "deep", strides=[2, 2], pads=[0, 0, 1, 1], group=6)
    x = b.node("Add", [x, b.weight("StatefulPartitionedCall/net/deep/BiasAdd/ReadVariableOp:0", 1, 6, 1, 1)], "deep/BiasAdd")
    x = b.node("Clip", [x, b.constant("zero", 0), b.constant("six", 6)], "relu6")
    x = b.node("GlobalAveragePool", [x], "mean")
    x = b.node("Squeeze", [x, b.constant("sides", [2, 3], np.int64)], "mean_flat")
    x = b.node("MatMul", [x, b.weight("StatefulPartitionedCall/net/predictions/MatMul/ReadVariableOp:0", 6, 5)], "product")
    x = b.node("Add", [x, b.weight("StatefulPartitionedCall/net/predictions/BiasAdd/ReadVariableOp:0", 5)], "scores")
    b.node("Softmax", [x], "probabilities", axis=-1)
    return b.model("probabilities", 5, 13, ("unk__1", 16, 16, 3))


def keras_grey():
    """tf2onnx: grey images without an axis for their channel, flattened first."""
    b = Builder()
    x = b.node("Reshape", ["image", b.constant("flat", [-1, 64], np.int64)], "flatten")
    x = b.node("MatMul", [x, b.weight("dense/MatMul/ReadVariableOp:0", 64, 12)], "dense/MatMul")
    x = b.node("Add", [x, b.weight("dense/BiasAdd/ReadVariableOp:0", 12)], "dense/BiasAdd")
    x = b.node("Relu", [x], "relu")
    x = b.node("MatMul", [x, b.weight("scores/MatMul/ReadVariableOp:0", 12, 5)], "scores/MatMul")
    b.node("Add", [x, b.weight("scores/BiasAdd/ReadVariableOp:0", 5)], "scores")
    return b.model("scores", 5, 13, ("unk__1", 8, 8))


def double():
    """A graph of doubles, with a Gemm that scales."""
    b = Builder()
    w = b.weight("stem.weight", 6, 3, 3, 3, dtype=np.float64)
    x = b.node("Conv", ["image", w], "stem")
    x = b.node("Relu", [x], "relu")
    x = b.node("ReduceMean", [x], "mean", axes=[2, 3], keepdims=0)
    inputs = [x, b.weight("fc.weight", 6, 5, dtype=np.float64), b.weight("fc.bias", 5, dtype=np.float64)]
    b.node("Gemm", inputs, "y", alpha=0.5, beta=2.0)
    return b.model("y", 5, 17, dtype=TensorProto.DOUBLE)


def bytes_in():
    """Takes bytes and normalizes them itself; weights of int8 with a scale for each channel."""
    b = Builder()
    x = b.node("Cast", ["image"], "numbers", to=TensorProto.FLOAT)
    x = b.node("Div", [x, b.constant("full", 255)], "shares")
    x = b.node("Sub", [x, b.constant("mean", np.reshape([0.5, 0.4, 0.3], (1, 3, 1, 1)))], "centred")
    x = b.node("Div", [x, b.constant("std", np.reshape([0.2, 0.3, 0.4], (1, 3, 1, 1)))], "normal")
    small = np.round(hashed("stem.weight", (6, 3, 3, 3), 9) * 100).astype(np.int8)
    scales = np.linspace(0.005, 0.015, 6)
    inputs = [b.constant("stem.weight", small, np.int8), b.constant("stem.scale", scales), b.constant("stem.zero", [0] * 6, np.int8)]
    w = b.node("DequantizeLinear", inputs, "stem.weight_dequantized", axis=0)
    x = b.node("Conv", [x, w], "stem", strides=[2, 2])
    x = b.node("Relu", [x], "relu")
    x = b.node("GlobalMaxPool", [x], "most")
    x = b.node("Conv", [x, b.weight("logits.weight", 5, 6, 1, 1), b.weight("logits.bias", 5)], "logits")
    x = b.node("Softmax", [x], "softmax", axis=1)
    b.node("Reshape", [x, b.constant("form", [0, -1], np.int64)], "y")
    return b.model("y", 5, 13, dtype=TensorProto.UINT8, metadata={"labels": '["a", "b", "c", "d", "e"]'})


def no_head():
    """Ends in features."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("body.0.weight", 6, 3, 3, 3), b.weight("body.0.bias", 6)], "c0", strides=[2, 2])
    x = b.node("Relu", [x], "r0")
    x = b.node("Conv", [x, b.weight("body.2.weight", 8, 6, 1, 1), b.weight("body.2.bias", 8)], "c1")
    x = b.node("HardSwish", [x], "h1")
    b.node("GlobalAveragePool", [x], "features")
    return b.model("features", (8, 1, 1), 14, metadata={"mean": "[0.5, 0.5, 0.5]", "std": "[0.25, 0.25, 0.25]"})


def squeeze_net():
    """The classes are channels of the last convolution, averaged at last; a fire module branches inside."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("features.0.weight", 6, 3, 3, 3)], "c0", strides=[2, 2])
    x = b.node("Relu", [x], "r0")
    x = b.node("MaxPool", [x], "p0", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    x = b.node("Conv", [x, b.weight("features.3.squeeze.weight", 4, 6, 1, 1)], "s3")
    x = b.node("Relu", [x], "rs3")
    left = b.node("Relu", [b.node("Conv", [x, b.weight("features.3.expand1x1.weight", 4, 4, 1, 1)], "l3")], "rl3")
    right = b.node("Conv", [x, b.weight("features.3.expand3x3.weight", 4, 4, 3, 3)], "e3", pads=[1, 1, 1, 1])
    x = b.node("Concat", [left, b.node("Relu", [right], "re3")], "fire3", axis=1)
    x = b.node("Dropout", [x, b.constant("ratio", 0.5)], "dropped")
    x = b.node("Conv", [x, b.weight("classifier.1.weight", 5, 8, 1, 1), b.weight("classifier.1.bias", 5)], "c1")
    x = b.node("Relu", [x], "r1")
    x = b.node("GlobalAveragePool", [x], "mean")
    b.node("Flatten", [x], "y")
    return b.model("y", 5, 12)


def opset7():
    """Attributes that became inputs since, Softmax over all axes from one on, a batch that is fixed at 1."""
    b = Builder()
    x = b.node("Pad", ["image"], "padded", mode="constant", pads=[0, 0, 1, 1, 0, 0, 1, 1], value=0.5)
    x = b.node("Conv", [x, b.weight("conv1_w", 6, 3, 3, 3), b.weight("conv1_b", 6)], "conv1")
    x = b.norm(x, "norm1", 6, spatial=1)
    x = b.node("Clip", [x], "clip1", min=-1.0, max=3.0)
    x = b.node("Slice", [x], "slice1", starts=[1, 1], ends=[15, 9223372036854775807], axes=[2, 3])
    x = b.node("Dropout", [x], "drop1", ratio=0.25)
    x = b.node("AveragePool", [x], "pool1", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    x = b.node("ReduceSum", [x], "sum1", axes=[3], keepdims=0)
    x = b.node("Unsqueeze", [x], "unsqueeze1", axes=[3])
    left, right = "left", "right"
    b.node("Split", [x], "split1", outputs=[left, right], axis=1, split=[2, 4])
    x = b.node("Concat", [right, left], "concat1", axis=1)
    x = b.node("Squeeze", [x], "squeeze1", axes=[3])
    x = b.node("Reshape", [x, b.constant("form", [1, -1], np.int64)], "flat1")
    x = b.node("Gemm", [x, b.weight("fc_w", 5, 42), b.weight("fc_b", 5)], "fc", transB=1)
    b.node("Softmax", [x], "y")
    model = b.model("y", 5, 7, (1, 3, 16, 16))
    model.graph.input.extend(helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in b.constants)
    return model


def shared():
    """One convolution applied twice, around a block with Dropout inside; a zero bias that several nodes read."""
    b = Builder()
    zeros = b.constant("zeros", [0] * 6)
    x = b.node("Conv", ["image", b.weight("stem.weight", 6, 3, 3, 3), zeros], "stem", pads=[1, 1, 1, 1])
    x = b.node("Tanh", [x], "t0")
    w = b.weight("twice.weight", 6, 6, 3, 3)
    x = b.node("Conv", [x, w, zeros], "first", pads=[1, 1, 1, 1])
    x = b.node("Tanh", [x], "t1")
    x = b.node("Conv", [x, w, zeros], "second", pads=[1, 1, 1, 1])
    x = b.node("Tanh", [x], "t2")
    y = b.node("Conv", [x, b.weight("block.weight", 6, 6, 3, 3), zeros], "inner", pads=[1, 1, 1, 1])
    y = b.node("Dropout", [y, b.constant("ratio", 0.5)], "inner_dropped")
    x = b.node("Add", [x, y], "sum")
    x = b.node("Conv", [x, b.weight("stem2.weight", 6, 6, 1, 1), zeros], "last", strides=[2, 2])
    x = b.node("GlobalAveragePool", [x], "mean")
    x = b.node("Flatten", [x], "flat")
    b.node("Gemm", [x, b.weight("fc.weight", 5, 6)], "y", transB=1)
    return b.model("y", 5, 17)


def einsum():
    """Operators that Graft does not know: Einsum, InstanceNormalization, and an If inside; opset 20 with Gelu of Microsoft."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("stem.weight", 6, 3, 4, 4)], "stem", strides=[4, 4])
    x = b.node("InstanceNormalization", [x, b.weight("norm.weight", 6), b.weight("norm.bias", 6)], "norm")
    x = b.node("Reshape", [x, b.constant("rows", [0, 6, 16], np.int64)], "tokens")
    x = b.node("Einsum", [x, b.weight("mix.weight", 6, 8)], "mixed", equation="ncl,cd->nld")
    b.nodes.append(helper.make_node("Gelu", [x], ["active"], name="active", domain="com.microsoft"))
    branch = lambda name, op: helper.make_graph(
        [helper.make_node(op, ["active"], [f"{name}_y"])], name, [], [helper.make_tensor_value_info(f"{name}_y", 1, None)]
    )
    x = b.node("If", [b.constant("is_on", True, bool)], "chosen", then_branch=branch("yes", "Softplus"), else_branch=branch("no", "Relu"))
    x = b.node("ReduceMean", [x, b.constant("tokens_axis", [1], np.int64)], "mean", keepdims=0)
    x = b.node("MatMul", [x, b.weight("head.weight", 8, 5)], "product")
    x = b.node("Add", [b.weight("head.bias", 5), x], "scores")
    b.node("Softmax", [x], "y")
    return b.model("y", 5, 20, opsets=[helper.make_opsetid("com.microsoft", 1)])


def local_response(op="LRN", **attributes):
    """Responses that neighbours hold down, or an operator that Graft does not know, and Upsample, which has another name since."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("conv1.weight", 6, 3, 3, 3)], "conv1", strides=[2, 2])
    x = b.node(op, [x], "lrn1", **attributes)
    x = b.node("Upsample", [x, b.constant("scales", [1, 1, 2, 2])], "up1", mode="nearest")
    x = b.node("Clip", [x], "clip1", min=0.0, max=1.0)
    x = b.node("GlobalAveragePool", [x], "mean")
    x = b.node("Flatten", [x], "flat")
    x = b.node("Gemm", [x, b.weight("fc.weight", 6, 5), b.weight("fc.bias", 5)], "fc")
    b.node("LogSoftmax", [x], "y")
    return b.model("y", 5, 9)


def opaque_features():
    """Ends in features, by an operator that Graft does not know."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("conv1.weight", 6, 3, 3, 3)], "conv1", strides=[2, 2])
    x = b.node("Shrink", [x], "shrunk", lambd=0.1, bias=0.0)
    x = b.node("GlobalAveragePool", [x], "pool")
    b.node("Flatten", [x], "features")
    return b.model("features", 6, 18)


def fixed_batch():
    """Takes one image, and says so to an operator that cannot be told otherwise."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("conv1.weight", 6, 3, 3, 3)], "conv1")
    x = b.node("GlobalAveragePool", [x], "mean")
    x = b.node("Reshape", [x, b.constant("form", [6], np.int64)], "vector")
    x = b.node("Shrink", [b.node("Reshape", [x, b.constant("form2", [1, 6, 1, 1], np.int64)], "again")], "shrunk", lambd=0.1)
    x = b.node("Flatten", [x], "flat")
    b.node("Gemm", [x, b.weight("fc.weight", 6, 5)], "y")
    return b.model("y", 5, 13, (1, 3, 16, 16))


def external():
    """Its first weight is in a file beside it."""
    b = Builder()
    x = b.node("Conv", ["image", b.weight("conv1.weight", 6, 3, 3, 3)], "conv1")
    x = b.node("GlobalAveragePool", [x], "mean")
    x = b.node("Flatten", [x], "flat")
    b.node("Gemm", [x, b.weight("fc.weight", 6, 5)], "y")
    return b.model("y", 5, 13)


PRESERVE = torch.onnx.TrainingMode.PRESERVE
MODELS = {
    "torch-resnet": lambda: exported(ResNet, 13, training=PRESERVE),
    "torch-mobilenet": lambda: exported(MobileNet, 14),
    "torch-opset9": lambda: exported(OlderNet, 9),
    "torch-opset9-one-image": lambda: exported(OlderNet, 9, dynamic=False),
    "torch-vit": lambda: exported(VisionTransformer, 14),
    "torch-vit-mean": lambda: exported(MeanTransformer, 14),
    "keras-nhwc": keras_nhwc,
    "keras-grey": keras_grey,
    "double": double,
    "bytes": bytes_in,
    "no-head": no_head,
    "squeezenet": squeeze_net,
    "opset7": opset7,
    "shared": shared,
    "einsum": einsum,
    "local-response": lambda: local_response("LRN", size=3, alpha=0.1, beta=0.75),
    "opset9-opaque": lambda: local_response("Shrink", lambd=0.1),
    "fixed-batch": fixed_batch,
    "opaque-features": opaque_features,
}


def operators(graph):
    return [node.op_type for node in graph.node]


def weights(graph):
    """Constants by shape, whatever they are called: each of them flat and sorted among its like."""
    arrays = [numpy_helper.to_array(tensor).astype(np.float64).reshape(-1) for tensor in graph.initializer]
    return sorted(arrays, key=lambda array: (array.size, array.tolist()))


def check(name, made):
    kept = onnx.load(os.path.join(FOLDER, f"{name}.onnx"))
    if operators(kept.graph) != operators(made.graph):
        raise SystemExit(f"{name}: expected {operators(made.graph)}, got {operators(kept.graph)}")
    ours, theirs = weights(made.graph), weights(kept.graph)
    same = len(ours) == len(theirs) and all(a.shape == b.shape and np.allclose(a, b, atol=TOLERANCE) for a, b in zip(ours, theirs))
    if not same:
        raise SystemExit(f"{name}: expected the weights of hash_data.py, got others")


def write_external(model):
    """The same model as two files: external.onnx and external.bin."""
    onnx.save_model(
        model,
        os.path.join(FOLDER, "external.onnx"),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location="external.bin",
        size_threshold=256,
    )


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, make in MODELS.items():
        made = make()
        if "--check" in sys.argv[1:]:
            check(name, made)
        else:
            onnx.save_model(made, os.path.join(FOLDER, f"{name}.onnx"))
    if "--check" in sys.argv[1:]:
        check("external", external())
        return
    data = os.path.join(FOLDER, "external.bin")
    if os.path.exists(data):
        os.remove(data)
    write_external(external())


if __name__ == "__main__":
    main()
