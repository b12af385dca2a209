"""Small networks as other programs write them: an ONNX file of each, and the same arithmetic by PyTorch."""

import io
from collections import namedtuple

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from hash_data import symmetric
from networks import ResidualBlock

CHANNELS, SIDE, CLASSES = 3, 8, 5

# model: the file; forward: images [N, C, H, W] to logits; network: a module that can be trained, or None
Imported = namedtuple("Imported", "model forward network", defaults=[None])


class ResidualNetwork(nn.Module):
    """Conv 8 with batch normalisation, an identity block of 8, a downsampling block of 12, mean, Dense."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(CHANNELS, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = nn.Sequential(ResidualBlock(8, 8, 1))
        self.layer2 = nn.Sequential(ResidualBlock(8, 12, 2))
        self.fc = nn.Linear(12, CLASSES)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(F.adaptive_avg_pool2d(self.layer2(self.layer1(x)), 1).flatten(1))


def depthwise_network():
    """Three inverted steps of a MobileNet: expand, filter each channel, project."""

    def step(inputs, outputs, kernel, stride=1, groups=1):
        conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
        return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU6())

    features = nn.Sequential(
        step(CHANNELS, 6, 3),
        step(6, 6, 3, stride=2, groups=6),
        step(6, 10, 1),
        step(10, 10, 3, groups=10),
        nn.Sequential(nn.Conv2d(10, 8, 1, bias=False), nn.BatchNorm2d(8)),
    )
    return nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, CLASSES))


def exported(network, seed):
    """PyTorch's own file of a network whose every weight and statistic is hashed."""
    with torch.no_grad():
        for offset, (name, value) in enumerate(network.state_dict().items()):
            if value.dtype != torch.float32:
                continue
            bound = (6.0 / value[0].numel()) ** 0.5 if value.dim() > 1 else 0.25
            centre = 1.0 if value.dim() == 1 and (name.endswith("running_var") or is_scale(network, name)) else 0.0
            value.copy_(torch.from_numpy(symmetric(seed + offset, value.numel(), bound) + np.float32(centre)).view_as(value))
    network.eval()
    file = io.BytesIO()
    torch.onnx.export(
        network,
        torch.zeros(1, CHANNELS, SIDE, SIDE),
        file,
        # keeps batch normalisation apart from the convolution before it
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        opset_version=13,
        input_names=["images"],
        output_names=["logits"],
        dynamic_axes={"images": {0: "N"}, "logits": {0: "N"}},
    )
    model = onnx.load_from_string(file.getvalue())
    model.producer_version = ""
    return Imported(model, network, network)


def is_scale(network, name):
    owner, _, kind = name.rpartition(".")
    return kind == "weight" and isinstance(network.get_submodule(owner), nn.BatchNorm2d)


class File:
    """Collects the weights and nodes of a file that is written by hand."""

    def __init__(self, seed, dtype=np.float32):
        self.seed, self.dtype, self.nodes, self.constants = seed, dtype, [], []

    def weight(self, name, shape, centre=0.0):
        """A hashed weight, and its value in float32 for PyTorch."""
        bound = (6.0 / np.prod(shape[1:])) ** 0.5 if len(shape) > 1 else 0.25
        values = symmetric(self.seed + len(self.constants), int(np.prod(shape)), bound) + np.float32(centre)
        rounded = values.reshape(shape).astype(self.dtype)
        self.constants.append(numpy_helper.from_array(rounded, name))
        return torch.from_numpy(rounded.astype(np.float32))

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(np.array(values), name))

    def node(self, op_type, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op_type, inputs, [output], name=output, **attributes))

    def model(self, shape, opset=13, dtype=TensorProto.FLOAT, out_dtype=TensorProto.FLOAT):
        images = helper.make_tensor_value_info("images", dtype, ["N", *shape])
        scores = helper.make_tensor_value_info(self.nodes[-1].output[0], out_dtype, ["N", CLASSES])
        graph = helper.make_graph(self.nodes, "small", [images], [scores], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
        onnx.checker.check_model(model)
        return model


def keras(seed):
    """Channels last, TensorFlow's uneven padding, the head a product and a sum, probabilities at the end."""
    file = File(seed)
    kernel = file.weight("model/conv/Conv2D/kernel", [6, CHANNELS, 3, 3])
    bias = file.weight("model/conv/BiasAdd/bias", [6])
    matrix = file.weight("model/predictions/MatMul/kernel", [6, CLASSES])
    shift = file.weight("model/predictions/BiasAdd/bias", [CLASSES])
    file.constant("begin", np.array([0], np.int64))
    file.node("Transpose", ["images"], "planes", perm=[0, 3, 1, 2])
    names = ["planes", "model/conv/Conv2D/kernel", "model/conv/BiasAdd/bias"]
    file.node("Conv", names, "conv", pads=[0, 0, 1, 1], strides=[2, 2])
    file.node("Relu", ["conv"], "relu")
    file.node("Transpose", ["relu"], "last", perm=[0, 2, 3, 1])
    file.node("ReduceMean", ["last"], "mean", axes=[1, 2], keepdims=0)
    file.node("MatMul", ["mean", "model/predictions/MatMul/kernel"], "product")
    file.node("Add", ["product", "model/predictions/BiasAdd/bias"], "sum")
    file.node("Softmax", ["sum"], "probabilities")

    def forward(x):
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), kernel, bias, 2).relu().mean((2, 3)) @ matrix + shift

    return Imported(file.model([SIDE, SIDE, CHANNELS]), forward)


def half(seed):
    """Everything in half precision."""
    file = File(seed, np.float16)
    kernel, bias = file.weight("conv.weight", [6, CHANNELS, 3, 3]), file.weight("conv.bias", [6])
    matrix, shift = file.weight("fc.weight", [CLASSES, 6]), file.weight("fc.bias", [CLASSES])
    file.node("Conv", ["images", "conv.weight", "conv.bias"], "conv", pads=[1, 1, 1, 1])
    file.node("Relu", ["conv"], "relu")
    file.node("GlobalAveragePool", ["relu"], "mean")
    file.node("Flatten", ["mean"], "flat")
    file.node("Gemm", ["flat", "fc.weight", "fc.bias"], "logits", transB=1)
    model = file.model([CHANNELS, SIDE, SIDE], dtype=TensorProto.FLOAT16, out_dtype=TensorProto.FLOAT16)
    return Imported(model, lambda x: F.linear(F.conv2d(x, kernel, bias, padding=1).relu().mean((2, 3)), matrix, shift))


def opset9(seed):
    """Flattened by arithmetic on its shape, bounds of Clip as attributes, Dropout."""
    file = File(seed)
    kernel = file.weight("conv.weight", [6, CHANNELS, 3, 3])
    norm = [file.weight(f"bn.{kind}", [6], centre) for kind, centre in BATCH_NORM]
    matrix, shift = file.weight("fc.weight", [CLASSES, 96]), file.weight("fc.bias", [CLASSES])
    file.constant("zero", np.int64(0))
    file.constant("rest", np.array([-1], np.int64))
    file.node("Conv", ["images", "conv.weight"], "conv", pads=[1, 1, 1, 1])
    file.node("BatchNormalization", ["conv", *(f"bn.{kind}" for kind, _ in BATCH_NORM)], "bn", epsilon=1e-3)
    file.node("Clip", ["bn"], "clip", min=-0.5, max=1.5)
    file.node("MaxPool", ["clip"], "pool", kernel_shape=[2, 2], strides=[2, 2])
    file.node("Dropout", ["pool"], "dropout", ratio=0.25)
    file.node("Shape", ["dropout"], "shape")
    file.node("Gather", ["shape", "zero"], "batch", axis=0)
    file.node("Unsqueeze", ["batch"], "rows", axes=[0])
    file.node("Concat", ["rows", "rest"], "flat shape", axis=0)
    file.node("Reshape", ["dropout", "flat shape"], "flat")
    file.node("Gemm", ["flat", "fc.weight", "fc.bias"], "logits", transB=1)

    def forward(x):
        scale, bias, mean, variance = norm
        x = F.batch_norm(F.conv2d(x, kernel, padding=1), mean, variance, scale, bias, eps=1e-3).clamp(-0.5, 1.5)
        return F.linear(F.max_pool2d(x, 2).flatten(1), matrix, shift)

    return Imported(file.model([CHANNELS, SIDE, SIDE], opset=9), forward)


BATCH_NORM = (("weight", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0))


def conv_head(seed):
    """A head that is a 1x1 convolution of the mean."""
    file = File(seed)
    kernel = file.weight("conv.weight", [6, CHANNELS, 3, 3])
    matrix, shift = file.weight("classifier.weight", [CLASSES, 6, 1, 1]), file.weight("classifier.bias", [CLASSES])
    file.node("Conv", ["images", "conv.weight"], "conv", pads=[1, 1, 1, 1])
    file.node("Relu", ["conv"], "relu")
    file.node("GlobalAveragePool", ["relu"], "mean")
    file.node("Conv", ["mean", "classifier.weight", "classifier.bias"], "scores")
    file.node("Flatten", ["scores"], "logits")

    def forward(x):
        return F.conv2d(F.conv2d(x, kernel, padding=1).relu().mean((2, 3), keepdim=True), matrix, shift).flatten(1)

    return Imported(file.model([CHANNELS, SIDE, SIDE]), forward)


def image_bytes(seed):
    """Takes bytes and normalises them itself."""
    file = File(seed)
    kernel = file.weight("conv.weight", [6, CHANNELS, 3, 3])
    matrix, shift = file.weight("fc.weight", [CLASSES, 6]), file.weight("fc.bias", [CLASSES])
    mean, std = np.float32([120, 115, 100]).reshape(1, 3, 1, 1), np.float32([60, 58, 55]).reshape(1, 3, 1, 1)
    file.constant("mean", mean)
    file.constant("std", std)
    file.node("Cast", ["images"], "pixels", to=TensorProto.FLOAT)
    file.node("Sub", ["pixels", "mean"], "centred")
    file.node("Div", ["centred", "std"], "normalised")
    file.node("Conv", ["normalised", "conv.weight"], "conv", pads=[1, 1, 1, 1])
    file.node("Relu", ["conv"], "relu")
    file.node("GlobalAveragePool", ["relu"], "average")
    file.node("Flatten", ["average"], "flat")
    file.node("Gemm", ["flat", "fc.weight", "fc.bias"], "logits", transB=1)

    def forward(x):
        x = (x - torch.from_numpy(mean)) / torch.from_numpy(std)
        return F.linear(F.conv2d(x, kernel, padding=1).relu().mean((2, 3)), matrix, shift)

    return Imported(file.model([CHANNELS, SIDE, SIDE], dtype=TensorProto.UINT8), forward)


NETWORKS = {
    "residual": lambda: exported(ResidualNetwork(), 2000),
    "depthwise": lambda: exported(depthwise_network(), 2100),
    "keras": lambda: keras(2200),
    "half": lambda: half(2300),
    "opset9": lambda: opset9(2400),
    "conv-head": lambda: conv_head(2500),
    "bytes": lambda: image_bytes(2600),
}
