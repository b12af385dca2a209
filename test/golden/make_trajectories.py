"""Writes trajectories.json: golden training runs of two networks, optimizers, schedules, losses.

Needs PyTorch 1.13 or later (Debian: python3-torch). From the repository's root:

    ${PYTHON:-python3} test/golden/make_trajectories.py && npx prettier --write test/golden/trajectories.json

Inputs come from hash_data.py, so a reader needs nothing but the integers in the file.
Each network is trained in float32, in float64, and in float32 again from weights changed by one
part in ten million; `conditioning` says how far these runs part, which is the tolerance that a
float32 engine can be held to.
"""

import base64
import json
import os
import platform

import numpy as np
import torch
import torch.nn.functional as F

from hash_data import dropout_mask, hash32, images, labels, normalise, symmetric
from networks import ClassicNetwork, ResidualNetwork
from small_cases import ADAM, SGD, loss_cases, make_optimizer, optimizer_cases, schedule_cases

FULL_UP_TO = 4096  # elements; larger tensors are sampled
SAMPLES = 256
SAMPLE_SEED = 9001
EVALUATED_IMAGES = 16
PERTURBATION_SEEDS = (501, 502, 503)
PERTURBATION = 2e-7  # relative, uniform in +-

# Learning rates are low enough that rounding stays rounding: at 0.01 (classic) and 0.001 (residual)
# float32 and float64 part company within 200 steps, and no engine could meet the other.
CASES = {
    "classic": {
        "network": ClassicNetwork,
        "seed": 100,
        "dataset": {
            "seed": 1,
            "count": 320,
            "numClasses": 10,
            "channels": 3,
            "height": 32,
            "width": 32,
            "blocks": 4,
            "signal": 200,
        },
        "dropout": {"seed": 7000, "rate": 0.4, "units": 128},
        "optimizer": {**SGD, "learningRate": 0.0002, "momentum": 0.9},
    },
    "residual": {
        "network": ResidualNetwork,
        "seed": 200,
        "dataset": {
            "seed": 5,
            "count": 320,
            "numClasses": 10,
            "channels": 3,
            "height": 16,
            "width": 16,
            "blocks": 2,
            "signal": 160,
        },
        "optimizer": {**ADAM, "learningRate": 0.0003},
    },
}
STEPS = 200
BATCH_SIZE = 16


def encode(values):
    """Little-endian float32 in base64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def record(name, tensor):
    """A tensor in full, or its sums and SAMPLES of its values at hashed positions."""
    values = tensor.detach().double().numpy().reshape(-1)
    entry = {"name": name, "shape": list(tensor.shape)}
    if values.size <= FULL_UP_TO:
        return {**entry, "values": encode(values)}
    positions = (hash32(SAMPLE_SEED, np.arange(SAMPLES)) % np.uint64(values.size)).astype(np.int64)
    sums = {"sum": values.sum(), "sumOfSquares": np.square(values).sum()}
    return {**entry, **sums, "samples": encode(values[positions])}


def initial_values(network, seed):
    """How each parameter starts: Glorot-uniform weights, else the constant the layer starts from."""
    starts = []
    for offset, (name, parameter) in enumerate(network.named_parameters()):
        start = {"name": name, "shape": list(parameter.shape)}
        if parameter.dim() > 1:
            receptive = parameter[0, 0].numel()
            fans = (parameter.shape[0] + parameter.shape[1]) * receptive
            start.update(seed=seed + offset, bound=float(np.sqrt(6.0 / fans)))
        else:
            start.update(constant=float(network.is_scale(name)))
        starts.append(start)
    return starts


def build(case, dtype, perturbation_seed):
    """The case's network with its weights set (and disturbed, if asked), and what they were set from."""
    network = case["network"](case["dataset"]["channels"], case["dataset"]["numClasses"])
    starts = initial_values(network, case["seed"])
    with torch.no_grad():
        for start, parameter in zip(starts, network.parameters()):
            if "constant" in start:
                parameter.fill_(start["constant"])
            else:
                weights = symmetric(start["seed"], parameter.numel(), start["bound"])
                if perturbation_seed is not None:
                    weights = weights * (1 + symmetric(perturbation_seed, weights.size, PERTURBATION))
                parameter.copy_(torch.from_numpy(weights).view_as(parameter))
    return network.to(dtype), starts


def train(case, dtype, perturbation_seed=None):
    """Losses, first gradients and everything else a golden run records."""
    network, starts = build(case, dtype, perturbation_seed)
    pixels = torch.from_numpy(normalise(images(case["dataset"]))).to(dtype)
    targets = torch.from_numpy(labels(case["dataset"]))
    optimizer = make_optimizer(network.parameters(), case["optimizer"])
    batches = case["dataset"]["count"] // BATCH_SIZE
    run = {"starts": starts, "losses": []}
    for step in range(STEPS):
        first = (step % batches) * BATCH_SIZE
        batch = slice(first, first + BATCH_SIZE)
        logits = network(pixels[batch], step_mask(case, step, dtype))
        loss = F.cross_entropy(logits, targets[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if step == 0:
            run["firstLogits"] = record("logits", logits)
            run["firstGradients"] = [record(name, p.grad) for name, p in network.named_parameters()]
        optimizer.step()
        run["losses"].append(loss.item())
    run["finalParameters"] = [record(name, p) for name, p in network.named_parameters()]
    run["finalStatistics"] = [record(name, b) for name, b in network.named_buffers() if "running" in name]
    run["evaluation"] = evaluate(network, pixels[:EVALUATED_IMAGES], targets[:EVALUATED_IMAGES])
    run["state"] = torch.cat([p.detach().reshape(-1).double() for p in network.parameters()])
    return run


def step_mask(case, step, dtype):
    """The dropout mask of one step, or None for a network without dropout."""
    dropout = case.get("dropout")
    if dropout is None:
        return None
    mask = dropout_mask(dropout["seed"] + step, BATCH_SIZE * dropout["units"], dropout["rate"])
    return torch.from_numpy(mask).view(BATCH_SIZE, dropout["units"]).to(dtype)


def evaluate(network, pixels, targets):
    """Loss and logits of the trained network in inference mode."""
    network.eval()
    with torch.no_grad():
        logits = network(pixels, None)
    return {"images": len(targets), "loss": F.cross_entropy(logits, targets).item(), "logits": encode(logits)}


def loss_difference(run, reference):
    """The largest relative difference of two runs' losses, and its step."""
    difference = np.abs(np.array(run["losses"]) / np.array(reference["losses"]) - 1.0)
    return {"maxRelativeLossDifference": float(difference.max()), "atStep": int(difference.argmax())}


def golden_run(case):
    """One network's entry in the golden file."""
    single, double = train(case, torch.float32), train(case, torch.float64)
    perturbed = [loss_difference(train(case, torch.float32, seed), double) for seed in PERTURBATION_SEEDS]
    distance = (single["state"] - double["state"]).norm() / double["state"].norm()
    conditioning = {
        **loss_difference(single, double),
        "relativeParameterDistance": float(distance),
        "perturbed": perturbed,
    }
    kept = ("firstLogits", "firstGradients", "finalParameters", "finalStatistics", "evaluation")
    return {
        **{key: case[key] for key in ("dataset", "dropout", "optimizer") if key in case},
        "steps": STEPS,
        "batchSize": BATCH_SIZE,
        "initialParameters": single["starts"],
        "losses": single["losses"],
        "losses64": double["losses"],
        "conditioning": conditioning,
        **{key: single[key] for key in kept},
    }


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    hashed = [{"seed": s, "index": i, "value": int(hash32(s, i))} for s in (0, 1, 9001) for i in (0, 1, 2, 1000003)]
    golden = {
        "formatVersion": 1,
        "madeWith": {"torch": torch.__version__, "numpy": np.__version__, "machine": platform.machine()},
        "hash": hashed,
        "sampling": {"fullUpTo": FULL_UP_TO, "samples": SAMPLES, "seed": SAMPLE_SEED},
        "data": [data_checks(name, case) for name, case in CASES.items()],
        "networks": {name: golden_run(case) for name, case in CASES.items()},
        "optimizers": optimizer_cases(),
        "schedules": schedule_cases(),
        "losses": loss_cases(),
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trajectories.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file, indent=2)
    for name, run in golden["networks"].items():
        print(name, run["losses"][0], run["losses"][-1], run["conditioning"])


def data_checks(name, case):
    """Sums that a second implementation of the generator must meet."""
    pixels, classes = images(case["dataset"]).astype(np.int64), labels(case["dataset"])
    weights = initial_values(case["network"](case["dataset"]["channels"], case["dataset"]["numClasses"]), case["seed"])
    start = weights[0]
    return {
        "network": name,
        "labels": classes[:16].tolist(),
        "firstPixels": pixels.reshape(-1)[:16].tolist(),
        "pixelSum": int(pixels.sum()),
        "positionWeightedPixelSum": int((pixels.reshape(-1) * (np.arange(pixels.size) % 251)).sum()),
        "firstWeights": symmetric(start["seed"], 16, start["bound"]).tolist(),
        "firstNormalised": normalise(pixels.reshape(-1)[:16]).tolist(),
    }


if __name__ == "__main__":
    main()
