"""Writes torch_weights.json: what networks with the names of public PyTorch ports make of two images.

Needs PyTorch 1.13 or later (Debian: python3-torch). From the repository's root:

    ${PYTHON:-python3} test/golden/make_torch_weights.py && npx prettier --write test/golden/torch_weights.json

With --check it writes nothing and fails if the file differs by more than another PyTorch's rounding.

Every entry of a network's state_dict is made by hash_data.py from a seed, so the file holds names, shapes and logits.
"""

import os
import platform
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from compare import write_or_check
from hash_data import symmetric
from recording import encode
from zoo_networks import MobileNetV2, ResNet

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_weights.json")
INPUT_SEED = 77
IMAGES = 2


class ProjectedBlock(nn.Module):
    """Two 3x3 convolutions added to the input, or to a 1x1 projection of it: names as in pytorch-cifar-models."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ProjectedResNet(nn.Module):
    """A small-image residual network with projections, one block in a stage."""

    def __init__(self, channels, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(ProjectedBlock(16, 16, 1))
        self.layer2 = nn.Sequential(ProjectedBlock(16, 32, 2))
        self.layer3 = nn.Sequential(ProjectedBlock(32, 64, 2))
        self.fc = nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


class Masked(nn.Module):
    """A network whose forward also takes a dropout mask, without one; wrapped under `module` as DataParallel does."""

    def __init__(self, network):
        super().__init__()
        self.module = network

    def forward(self, x):
        return self.module(x, None)


def classic(channels, num_classes, side):
    """The classic network as plain numbered layers, in two parts."""
    features = nn.Sequential(
        nn.Conv2d(channels, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    )  # fmt: skip
    flat = 64 * (side // 4) ** 2
    classifier = nn.Sequential(nn.Flatten(), nn.Linear(flat, 128), nn.ReLU(), nn.Dropout(0.4), nn.Linear(128, num_classes))
    network = nn.Sequential()
    network.add_module("features", features)
    network.add_module("classifier", classifier)
    return network


def perceptron(channels, num_classes, side):
    """Three numbered dense layers."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(channels * side * side, 512), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, num_classes),
    )  # fmt: skip


CASES = {
    "padded": ((3, 8, 8), lambda: Masked(ResNet(3, 5, 1))),
    "projected": ((3, 8, 8), lambda: ProjectedResNet(3, 5)),
    "mobilenet": ((3, 8, 8), lambda: Masked(MobileNetV2(3, 5, 0.5, [(1, 16, 1, 1), (6, 24, 2, 2)], 64))),
    "classic": ((3, 8, 8), lambda: classic(3, 5, 8)),
    "perceptron": ((1, 4, 4), lambda: perceptron(1, 5, 4)),
}


def start_of(name, tensor, seed):
    """How one entry of a state_dict is made: centre + symmetric(seed, elements, bound), or a count."""
    shape = list(tensor.shape)
    if name.endswith("num_batches_tracked"):
        return {"name": name, "shape": shape, "count": seed}
    if tensor.dim() > 1:
        return {"name": name, "shape": shape, "seed": seed, "centre": 0.0, "bound": float((6 / tensor[0].numel()) ** 0.5)}
    scales = name.endswith("running_var") or (name.endswith("weight") and tensor.dim() == 1)
    return {"name": name, "shape": shape, "seed": seed, "centre": 1.0 if scales else 0.0, "bound": 0.25}


def values_of(start):
    count = int(np.prod(start["shape"], dtype=np.int64))
    if "count" in start:
        return torch.tensor(start["count"])
    values = np.float32(start["centre"]) + symmetric(start["seed"], count, start["bound"])
    return torch.from_numpy(values).view(start["shape"])


def record(shape, make):
    network = make().eval()
    starts = [start_of(name, tensor, 1000 + i) for i, (name, tensor) in enumerate(network.state_dict().items())]
    network.load_state_dict({start["name"]: values_of(start) for start in starts})
    images = symmetric(INPUT_SEED, IMAGES * int(np.prod(shape)), 1.0)
    with torch.no_grad():
        logits = network(torch.from_numpy(images).view(IMAGES, *shape))
    return {"inputShape": list(shape), "stateDict": starts, "logits": encode(logits)}


def main():
    torch.manual_seed(0)
    made = {
        "madeWith": f"make_torch_weights.py, PyTorch {torch.__version__}, {platform.machine()}",
        "inputSeed": INPUT_SEED,
        "images": IMAGES,
        "networks": {name: record(*case) for name, case in CASES.items()},
    }
    return write_or_check(made, PATH)


if __name__ == "__main__":
    sys.exit(main())
