"""Writes imported/*.onnx and imported.json: small ONNX files, and what PyTorch makes of the same weights.

Needs PyTorch 1.13 or later and onnx (Debian: python3-torch, python3-onnx). From the repository's root:

    ${PYTHON:-python3} test/golden/make_imported.py && npx prettier --write test/golden/imported.json

With --check it writes nothing and fails if weights, nodes or numbers differ by more than another PyTorch's rounding.

Two of the networks are trained, with batch normalisation in its training form: in float32 for the golden values, in
float64 for `conditioning`, which says how far rounding alone parts two such runs.
"""

import copy
import json
import os
import platform
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from compare import differences
from hash_data import integers, symmetric
from imported_networks import CHANNELS, CLASSES, NETWORKS, SIDE
from recording import encode, recorded

FOLDER = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(FOLDER, "imported.json")
DATA = {"seed": 90, "labelSeed": 91, "count": 16, "imageShape": [CHANNELS, SIDE, SIDE], "numClasses": CLASSES}
TRAINING = {"steps": 50, "batchSize": 8, "learningRate": 0.01, "momentum": 0.9}
SAMPLING = {"fullUpTo": 128, "samples": 64, "seed": 92}


def floats():
    return torch.from_numpy(symmetric(DATA["seed"], DATA["count"] * CHANNELS * SIDE * SIDE, 1.0)).view(-1, CHANNELS, SIDE, SIDE)


def pixels():
    values = integers(DATA["seed"], DATA["count"] * CHANNELS * SIDE * SIDE, 256)
    return torch.from_numpy(values.astype(np.float32)).view(-1, CHANNELS, SIDE, SIDE)


def train(network, dtype):
    """Losses, gradient norms and everything else a golden run records, as tensors."""
    network = copy.deepcopy(network).to(dtype).train()
    images, targets = floats().to(dtype), torch.from_numpy(integers(DATA["labelSeed"], DATA["count"], CLASSES))
    settings = {"lr": TRAINING["learningRate"], "momentum": TRAINING["momentum"]}
    optimizer = torch.optim.SGD(network.parameters(), **settings)
    size, batches = TRAINING["batchSize"], DATA["count"] // TRAINING["batchSize"]
    run = {"losses": [], "initial": values_of(network.named_parameters())}
    for step in range(TRAINING["steps"]):
        batch = slice(step % batches * size, (step % batches + 1) * size)
        logits = network(images[batch])
        loss = F.cross_entropy(logits, targets[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if step == 0:
            run["logits"] = logits.detach()
            run["gradients"] = values_of((name, p.grad) for name, p in network.named_parameters())
        optimizer.step()
        run["losses"].append(loss.item())
    run["final"] = values_of(network.named_parameters())
    run["statistics"] = values_of((name, b) for name, b in network.named_buffers() if "running" in name)
    return run


def values_of(named):
    return {name: tensor.detach().clone() for name, tensor in named}


def golden_run(network):
    single, double = train(network, torch.float32), train(network, torch.float64)
    apart = np.abs(np.array(single["losses"]) / np.array(double["losses"]) - 1.0)
    return {
        "losses": single["losses"],
        "conditioning": float(apart.max()),
        **recorded(single, SAMPLING, set()),
        "gradientNorms": {name: float(gradient.norm()) for name, gradient in double["gradients"].items()},
    }


def record(name, imported):
    images = pixels() if name == "bytes" else floats()
    with torch.no_grad():
        entry = {"logits": encode(imported.forward(images))}
    return entry if imported.network is None else {**entry, "training": golden_run(imported.network)}


def described(model):
    """What of a file has to stay, whichever version of PyTorch wrote it."""
    weights = {tensor.name: encode(numpy_helper.to_array(tensor)) for tensor in model.graph.initializer}
    return {"nodes": [node.op_type for node in model.graph.node], "weights": weights}


def file_of(name):
    return os.path.join(FOLDER, "imported", f"{name}.onnx")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    networks = {name: make() for name, make in NETWORKS.items()}
    made = {
        "madeWith": f"make_imported.py, PyTorch {torch.__version__}, onnx {onnx.__version__}, {platform.machine()}",
        "data": DATA,
        "training": TRAINING,
        "sampling": SAMPLING,
        "networks": {name: record(name, imported) for name, imported in networks.items()},
    }
    if "--check" in sys.argv[1:]:
        with open(PATH, encoding="utf-8") as file:
            found = differences(json.loads(json.dumps(made)), json.load(file))
        for name, imported in networks.items():
            found += differences(described(imported.model), described(onnx.load(file_of(name))), name)
        print("\n".join(found) if found else "imported.json and imported/ are as they should be")
        return 1 if found else 0
    for name, imported in networks.items():
        onnx.save(imported.model, file_of(name))
    with open(PATH, "w", encoding="utf-8") as file:
        json.dump(made, file)
    for name, entry in made["networks"].items():
        if "training" in entry:
            run = entry["training"]
            print(name, run["losses"][0], run["losses"][-1], run["conditioning"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
