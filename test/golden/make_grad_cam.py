"""Writes grad_cam.json: where PyTorch networks looked, by their own gradients.

Needs PyTorch 1.13 or later and onnx (Debian: python3-torch, python3-onnx). From the repository's root:

    ${PYTHON:-python3} test/golden/make_grad_cam.py

With --check it writes nothing and fails if a map differs by more than another PyTorch's rounding.

The networks are those of onnx/torch-*.onnx. Grad-CAM (Selvaraju et al. 2017) is computed at the output of a module that
is named here, the roll-out of attention (Chefer, Gur and Wolf 2021) with whole matrices of relevance, in float64.
"""

import os
import platform
import sys

import torch

from compare import write_or_check
from hash_data import integers
from make_onnx_models import weighted
from onnx_networks import MeanTransformer, MobileNet, OlderNet, ResNet, VisionTransformer
from recording import encode

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "grad_cam.json")
DATA = {"seed": 120, "count": 3, "imageShape": [3, 16, 16], "numClasses": 5}


class OlderScores(OlderNet):
    """The same without the softmax at its end: maps are of scores."""

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


# of each network the last features before it pools, or None for the attention of transformers
NETWORKS = {
    "torch-resnet": (ResNet, lambda network: network.layer2),
    "torch-mobilenet": (MobileNet, lambda network: network.features),
    "torch-opset9": (OlderScores, lambda network: network.features[4]),
    "torch-vit": (VisionTransformer, None),
    "torch-vit-mean": (MeanTransformer, None),
}


def images():
    """Bytes as the exported model normalizes them: mean and deviation of one half."""
    size = DATA["count"] * 3 * 16 * 16
    pixels = torch.from_numpy(integers(DATA["seed"], size, 256)).double()
    return (pixels / 255 - 0.5).div(0.5).view(DATA["count"], *DATA["imageShape"])


def grad_cam(network, module, image, label):
    kept = []
    handle = module.register_forward_hook(lambda _module, _inputs, output: kept.append(output))
    score = network(image)[0, label]
    handle.remove()
    (features,) = kept
    (grad,) = torch.autograd.grad(score, features)
    return torch.relu((grad.mean((2, 3), keepdim=True) * features).sum(1))[0]


def roll_out(network, image, label):
    """Relevance of every patch for the class token or, where there is none, for all patches alike."""
    attention = []
    softmax = torch.Tensor.softmax

    def kept(*arguments):
        attention.append(softmax(*arguments))
        return attention[-1]

    torch.Tensor.softmax = kept
    try:
        score = network(image)[0, label]
    finally:
        torch.Tensor.softmax = softmax
    relevance = torch.eye(attention[0].shape[-1], dtype=torch.float64)
    for weights, grad in zip(attention, torch.autograd.grad(score, attention)):
        relevance = relevance + (weights * grad).clamp(min=0).mean((0, 1)) @ relevance
    has_token = hasattr(network, "cls_token")
    return (relevance[0, 1:] if has_token else relevance.mean(0)).view(4, 4)


def maps_of(name):
    make, module_of = NETWORKS[name]
    network = weighted(make).double()

    def map_of(image, label):
        if module_of is None:
            return roll_out(network, image, label)
        return grad_cam(network, module_of(network), image, label)

    maps = [[map_of(image, label) for label in range(DATA["numClasses"])] for image in images().split(1)]
    found = torch.stack([torch.stack(own) for own in maps]).detach()
    return {"grid": list(found.shape[2:]), "maps": encode(found.float().numpy())}


def main():
    made = {
        "madeWith": f"make_grad_cam.py, PyTorch {torch.__version__}, {platform.machine()}",
        "data": DATA,
        "networks": {name: maps_of(name) for name in NETWORKS},
    }
    return write_or_check(made, PATH)


if __name__ == "__main__":
    sys.exit(main())
