"""Trains a model by PyTorch, node after node as onnx reads the file, and writes what comes of it as JSON.

    python3 train_model.py settings.json

settings.json: {"model", "images" and "labels" (paths of float32 and int64), "shape": [N, C, H, W], "batchSize", "steps",
"learningRate", "momentum", "threads", "out"}. SGD with momentum on the mean cross-entropy, batch normalisation in its
training form; step s sees images (s * batchSize) mod N onwards. `out` gets {"losses": […], "gradients": {name: base64},
"final": {name: base64}} with float32 by the names of the file's weights, gradients being those of the first step.
"""

import base64
import json
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

STATISTICS = (3, 4)  # inputs of BatchNormalization that are kept, not trained


def batch_norm(attributes, x, weight, bias, mean, variance):
    return F.batch_norm(x, mean, variance, weight, bias, training=True, momentum=0.1, eps=attributes["epsilon"])


def conv(attributes, x, weight, bias=None):
    before, after = np.array(attributes["pads"]).reshape(2, 2)
    assert (before == after).all()
    padding = before.tolist()
    return F.conv2d(x, weight, bias, attributes["strides"], padding, groups=attributes.get("group", 1))


def gemm(attributes, x, weight, bias):
    assert attributes.get("transB") == 1 and not attributes.get("transA")
    return F.linear(x, weight, bias)


OPERATORS = {
    "Add": lambda _, a, b: a + b,
    "BatchNormalization": batch_norm,
    "Conv": conv,
    "Flatten": lambda a, x: x.flatten(a.get("axis", 1)),
    "Gemm": gemm,
    "GlobalAveragePool": lambda _, x: x.mean((2, 3), keepdim=True),
    "Relu": lambda _, x: x.relu(),
}


def forward(graph, weights, images):
    values = {**weights, graph.input[0].name: images}
    for node in graph.node:
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *(values[name] for name in node.input))
    return values[graph.output[0].name]


def encoded(tensors):
    return {n: base64.b64encode(t.detach().numpy().astype("<f4").tobytes()).decode() for n, t in tensors.items()}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    torch.set_num_threads(settings["threads"])
    graph = onnx.load(settings["model"]).graph
    normalisations = [node for node in graph.node if node.op_type == "BatchNormalization"]
    kept = {node.input[place] for node in normalisations for place in STATISTICS}
    weights = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    trained = {name: weight.requires_grad_() for name, weight in weights.items() if name not in kept}
    images = torch.from_numpy(np.fromfile(settings["images"], dtype="<f4")).view(*settings["shape"])
    labels = torch.from_numpy(np.fromfile(settings["labels"], dtype="<i8"))
    optimizer = torch.optim.SGD(trained.values(), lr=settings["learningRate"], momentum=settings["momentum"])
    size, losses, gradients = settings["batchSize"], [], {}
    for step in range(settings["steps"]):
        first = step * size % len(labels)
        loss = F.cross_entropy(forward(graph, weights, images[first : first + size]), labels[first : first + size])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            gradients = encoded({name: weight.grad for name, weight in trained.items()})
        optimizer.step()
    with open(settings["out"], "w", encoding="utf-8") as file:
        json.dump({"losses": losses, "gradients": gradients, "final": encoded(weights)}, file)


if __name__ == "__main__":
    main()
