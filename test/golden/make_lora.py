"""Writes lora.json: a few steps of low-rank adapters beside a 1x1 convolution and a dense layer, as PyTorch has them.

Needs PyTorch and NumPy (Debian: python3-torch, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_lora.py && npx prettier --write test/golden/lora.json

With --check it writes nothing and fails if the file differs by more than another PyTorch's rounding.

The rule is that of Hu et al. 2021 (arXiv:2106.09685): y = W x + b + alpha / rank * B (A x), W and b frozen. Both halves
start hashed, so that the first gradients of either tell. The last layer trains as it is.
"""

import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from compare import write_or_check
from hash_data import images, labels, normalise, symmetric
from recording import encode as encode_values

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lora.json")
DATASET = {"seed": 87, "count": 24, "numClasses": 3, "channels": 3, "height": 6, "width": 8, "blocks": 2, "signal": 128}
BATCH, STEPS, ALPHA = 8, 30, 8
ADAMW = {"algorithm": "adamw", "learningRate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.1}
RANKS = {"conv": 2, "dense": 4}
SHAPES = {
    "conv.weight": (6, 3, 1, 1),
    "conv.lora_A": (2, 3, 1, 1),
    "conv.lora_B": (6, 2, 1, 1),
    "conv.bias": (6,),
    "dense.weight": (10, 72),
    "dense.lora_A": (4, 72),
    "dense.lora_B": (10, 4),
    "dense.bias": (10,),
    "head.weight": (3, 10),
    "head.bias": (3,),
}
TRAINED = ["conv.lora_A", "conv.lora_B", "dense.lora_A", "dense.lora_B", "head.weight", "head.bias"]


def encode(values):
    """All elements of a tensor."""
    return {"values": encode_values(values)}


def starts():
    """How every parameter starts."""
    return [{"name": n, "shape": s, "seed": 700 + i, "bound": 0.3} for i, (n, s) in enumerate(SHAPES.items())]


def start(entry, dtype):
    values = symmetric(entry["seed"], int(np.prod(entry["shape"])), entry["bound"]).reshape(entry["shape"])
    return torch.from_numpy(values).to(dtype).requires_grad_(entry["name"] in TRAINED)


def logits_of(p, x):
    """Three layers, two of them with an adapter."""
    scale = {name: ALPHA / rank for name, rank in RANKS.items()}
    y = F.conv2d(x, p["conv.weight"], p["conv.bias"], stride=2)
    y = y + scale["conv"] * F.conv2d(F.conv2d(x, p["conv.lora_A"], stride=2), p["conv.lora_B"])
    x = F.relu(y).flatten(1)
    y = F.linear(x, p["dense.weight"], p["dense.bias"])
    y = y + scale["dense"] * F.linear(F.linear(x, p["dense.lora_A"]), p["dense.lora_B"])
    return F.linear(F.relu(y), p["head.weight"], p["head.bias"])


def merged(p, name):
    """W + alpha / rank * B A."""
    down, up = p[f"{name}.lora_A"].flatten(1), p[f"{name}.lora_B"].flatten(1)
    weight = p[f"{name}.weight"]
    return weight + ALPHA / RANKS[name] * (up @ down).reshape(weight.shape)


def train(dtype):
    p = {entry["name"]: start(entry, dtype) for entry in starts()}
    betas, eps = (ADAMW["beta1"], ADAMW["beta2"]), ADAMW["epsilon"]
    trained = [p[name] for name in TRAINED]
    optimizer = torch.optim.AdamW(trained, ADAMW["learningRate"], betas, eps, ADAMW["weightDecay"])
    pixels, classes = torch.from_numpy(normalise(images(DATASET))).to(dtype), torch.from_numpy(labels(DATASET))
    losses, gradients = [], {}
    for step in range(STEPS):
        first = step * BATCH % DATASET["count"]
        loss = F.cross_entropy(logits_of(p, pixels[first : first + BATCH]), classes[first : first + BATCH])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            gradients = {name: encode(p[name].grad.numpy()) for name in TRAINED}
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        final = {name: encode(p[name].numpy()) for name in TRAINED}
        final.update({f"{name}.weight": encode(merged(p, name).numpy()) for name in RANKS})
        logits = encode(logits_of(p, pixels).numpy())
    return {"losses": losses, "gradients": gradients, "final": final, "logits": logits}


def main():
    torch.set_num_threads(1)
    golden = {
        "madeWith": {"torch": torch.__version__, "numpy": np.__version__},
        "dataset": DATASET,
        "batchSize": BATCH,
        "alpha": ALPHA,
        "ranks": RANKS,
        "optimizer": ADAMW,
        "parameters": starts(),
        **train(torch.float64),
    }
    return write_or_check(golden, PATH)


if __name__ == "__main__":
    sys.exit(main())
