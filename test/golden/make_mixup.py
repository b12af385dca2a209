"""Writes mixup.json: weighted losses, and a network trained on mixed batches, as PyTorch computes them.

Needs PyTorch and NumPy (Debian: python3-torch, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_mixup.py

With --check it writes nothing and fails if the file differs by more than another PyTorch's rounding.

Images, weights and logits come from hash_data.py. Mixup is that of its authors' code: mixed inputs, and the mixed
losses and counts of correct answers of both labels.
"""

import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from compare import differences
from hash_data import hash32, images, integers, labels, normalise, symmetric, uniform

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mixup.json")
ROWS, CLASSES = 7, 5
CLASS_WEIGHTS = [0.5, 1.0, 3.25, 0.125, 2.0]
DATASET = {"seed": 81, "count": 24, "numClasses": 3, "channels": 3, "height": 6, "width": 6, "blocks": 2, "signal": 128}
BATCH, STEPS, RATE, MOMENTUM, SMOOTHING = 8, 6, 0.05, 0.9, 0.1
SHAPES = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "dense.weight": (3, 144), "dense.bias": (3,)}


def loss_cases():
    """Weighted mean cross-entropy over seven rows of five logits, and its gradient."""
    logits = symmetric(91, ROWS * CLASSES, 4.0).reshape(ROWS, CLASSES)
    wanted = integers(92, ROWS, CLASSES)
    cases = []
    for smoothing in (0.0, 0.1, 0.6):
        leaf = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
        weight = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)
        loss = F.cross_entropy(leaf, torch.tensor(wanted), weight=weight, label_smoothing=smoothing)
        loss.backward()
        cases.append({"smoothing": smoothing, "loss": loss.item(), "gradient": leaf.grad.tolist()})
    return {"logits": logits.tolist(), "labels": wanted.tolist(), "classWeights": CLASS_WEIGHTS, "cases": cases}


def mix_of(step):
    """The share and the partners of one step."""
    return float(uniform(95 + step, 1)[0]), np.argsort(hash32(200 + step, np.arange(BATCH)), kind="stable")


def start(name):
    """Weights from the hash, biases of 0."""
    size = int(np.prod(SHAPES[name]))
    seed = list(SHAPES).index(name) + 300
    values = np.zeros(size, np.float32) if name.endswith("bias") else symmetric(seed, size, 0.2)
    return torch.from_numpy(values.reshape(SHAPES[name])).requires_grad_()


def trajectory(class_weights, smoothing):
    """Losses, counts of correct answers and last parameters of a small network trained on mixed batches."""
    parameters = {name: start(name) for name in SHAPES}
    optimizer = torch.optim.SGD(parameters.values(), lr=RATE, momentum=MOMENTUM)
    pixels, classes = torch.from_numpy(normalise(images(DATASET))), torch.from_numpy(labels(DATASET))
    weight = None if class_weights is None else torch.tensor(class_weights)
    losses, correct = [], []
    for step in range(STEPS):
        first = step * BATCH % DATASET["count"]
        x, y = pixels[first : first + BATCH], classes[first : first + BATCH]
        share, partners = mix_of(step)
        hidden = F.relu(
            F.conv2d(share * x + (1 - share) * x[partners], parameters["conv.weight"], parameters["conv.bias"], padding=1)
        )
        logits = F.linear(hidden.flatten(1), parameters["dense.weight"], parameters["dense.bias"])
        loss = sum(
            part * F.cross_entropy(logits, wanted, weight=weight, label_smoothing=smoothing)
            for part, wanted in ((share, y), (1 - share, y[partners]))
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        answers = logits.argmax(1)
        correct.append(float(share * (answers == y).sum() + (1 - share) * (answers == y[partners]).sum()))
    return {
        "classWeights": class_weights,
        "smoothing": smoothing,
        "losses": losses,
        "correct": correct,
        "final": {name: values.detach().flatten().tolist() for name, values in parameters.items()},
    }


def main():
    torch.set_num_threads(1)
    mixes = [mix_of(step) for step in range(STEPS)]
    golden = {
        "formatVersion": 1,
        "madeWith": {"torch": torch.__version__, "numpy": np.__version__},
        "losses": loss_cases(),
        "mixup": {
            "dataset": DATASET,
            "batchSize": BATCH,
            "learningRate": RATE,
            "momentum": MOMENTUM,
            "parameters": [
                {"name": name, "shape": shape, **({"constant": 0} if "bias" in name else {"seed": 300 + i, "bound": 0.2})}
                for i, (name, shape) in enumerate(SHAPES.items())
            ],
            "mixes": [{"share": share, "partners": partners.tolist()} for share, partners in mixes],
            "runs": [trajectory(None, 0.0), trajectory([0.5, 2.0, 1.25], SMOOTHING)],
        },
    }
    if "--check" in sys.argv[1:]:
        with open(PATH, encoding="utf-8") as file:
            found = differences(json.loads(json.dumps(golden)), json.load(file))
        if found:
            raise SystemExit("\n".join(found))
        return
    with open(PATH, "w", encoding="utf-8") as file:
        entries = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
        file.write("{\n" + ",\n".join(entries) + "\n}\n")
    print([run["losses"] for run in golden["mixup"]["runs"]])


if __name__ == "__main__":
    main()
