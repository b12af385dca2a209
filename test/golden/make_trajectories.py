"""Writes trajectories.json: golden training runs of four networks, first logits of others, optimizers, schedules, losses.

Needs PyTorch 1.13 or later (Debian: python3-torch). From the repository's root:

    ${PYTHON:-python3} test/golden/make_trajectories.py && npx prettier --write test/golden/trajectories.json

With --check it writes nothing and fails if the file differs by more than another PyTorch's rounding.

Inputs come from hash_data.py, so a reader needs nothing but the integers in the file.
Each network is trained in float32, in float64, and in float32 again from weights changed by one
part in ten million; `conditioning` says how far these runs part, which is the tolerance that a
float32 engine can be held to.
"""

import json
import os
import platform
import sys

import numpy as np
import torch
import torch.nn.functional as F

from cases import CASES, WHOLE_DATASET, WHOLE_NETWORKS
from compare import differences
from hash_data import dropout_mask, hash32, images, labels, normalise, symmetric
from recording import encode, recorded, without_gradient
from small_cases import loss_cases, make_optimizer, optimizer_cases, schedule_cases

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trajectories.json")
EVALUATED_IMAGES = 16
CHECKS = "--check" in sys.argv[1:]
PERTURBATION_SEEDS = (501, 502, 503)
PERTURBATION = 2e-7  # relative, uniform in +-
CHECKED_STEPS64 = 40  # in float64, where 200 steps of the classic network take a minute


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
            start.update(constant=network.starts_from(name))
        starts.append(start)
    return starts


def new_network(case):
    return case["network"](case["dataset"]["channels"], case["dataset"]["numClasses"])


def build(case, dtype, perturbation_seed):
    """The case's network with its weights set (and disturbed, if asked), and what they were set from."""
    network = new_network(case)
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
    """Losses, first gradients and everything else a golden run records, as tensors."""
    network, starts = build(case, dtype, perturbation_seed)
    pixels = torch.from_numpy(normalise(images(case["dataset"]))).to(dtype)
    targets = torch.from_numpy(labels(case["dataset"]))
    optimizer = make_optimizer(network.parameters(), case["optimizer"])
    batches = case["dataset"]["count"] // case["batchSize"]
    run = {"starts": starts, "losses": [], "initial": values_of(network.named_parameters())}
    for step in range(steps_of(case, dtype)):
        first = (step % batches) * case["batchSize"]
        batch = slice(first, first + case["batchSize"])
        logits = network(pixels[batch], step_mask(case, step, dtype))
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
    run["evaluation"] = evaluate(network, pixels[:EVALUATED_IMAGES], targets[:EVALUATED_IMAGES])
    run["state"] = torch.cat([value.reshape(-1).double() for value in run["final"].values()])
    return run


def steps_of(case, dtype):
    """How many steps a run takes; of those in float64 the first few are checked."""
    return min(case["steps"], CHECKED_STEPS64) if CHECKS and dtype is torch.float64 else case["steps"]


def values_of(named):
    """Copies of tensors by name."""
    return {name: tensor.detach().clone() for name, tensor in named}


def step_mask(case, step, dtype):
    """The dropout mask of one step, or None for a network without dropout."""
    dropout = case.get("dropout")
    if dropout is None:
        return None
    shape = (case["batchSize"], dropout["units"])
    mask = dropout_mask(dropout["seed"] + step, shape[0] * shape[1], dropout["rate"])
    return torch.from_numpy(mask).view(shape).to(dtype)


def evaluate(network, pixels, targets):
    """Loss and logits of the trained network in inference mode."""
    network.eval()
    with torch.no_grad():
        logits = network(pixels, None)
    return {"images": len(targets), "loss": F.cross_entropy(logits, targets).item(), "logits": encode(logits)}


def loss_difference(run, reference):
    """The largest relative difference of two runs' losses, and its step."""
    steps = len(reference["losses"])
    difference = np.abs(np.array(run["losses"][:steps]) / np.array(reference["losses"]) - 1.0)
    return {"maxRelativeLossDifference": float(difference.max()), "atStep": int(difference.argmax())}


def golden_run(case):
    """One network's entry in the golden file."""
    single, double = train(case, torch.float32), train(case, torch.float64)
    seeds = () if CHECKS else PERTURBATION_SEEDS  # what is checked leaves the conditioning out
    perturbed = [loss_difference(train(case, torch.float32, seed), double) for seed in seeds]
    distance = (single["state"] - double["state"]).norm() / double["state"].norm()
    conditioning = {
        **loss_difference(single, double),
        "relativeParameterDistance": float(distance),
        "perturbed": perturbed,
    }
    return {
        **{key: case[key] for key in ("dataset", "dropout", "optimizer", "steps", "batchSize", "sampling") if key in case},
        "initialParameters": single["starts"],
        "losses": single["losses"],
        "losses64": double["losses"],
        "conditioning": conditioning,
        **recorded(single, case["sampling"], without_gradient(double)),
        "evaluation": single["evaluation"],
    }


def whole_network(name, make, seed):
    """The first logits of a network in training form, in float32, and how far those in float64 are from them."""
    case = {"network": make, "seed": seed, "dataset": WHOLE_DATASET}
    pixels = torch.from_numpy(normalise(images(WHOLE_DATASET)))
    with torch.no_grad():
        single, double = (build(case, t, None)[0](pixels.to(t), None) for t in (torch.float32, torch.float64))
    distance = (single - double).abs().max() / double.abs().max()
    return {"architecture": name, "seed": seed, "conditioning": float(distance), "logits": encode(single)}


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    hashed = [{"seed": s, "index": i, "value": int(hash32(s, i))} for s in (0, 1, 9001) for i in (0, 1, 2, 1000003)]
    golden = {
        "formatVersion": 1,
        "madeWith": {"torch": torch.__version__, "numpy": np.__version__, "machine": platform.machine()},
        "hash": hashed,
        "data": [data_checks(name, case) for name, case in CASES.items()],
        "networks": {name: golden_run(case) for name, case in CASES.items()},
        "wholeNetworks": {
            "dataset": WHOLE_DATASET,
            "cases": [whole_network(name, *made) for name, made in WHOLE_NETWORKS.items()],
        },
        "optimizers": optimizer_cases(),
        "schedules": schedule_cases(),
        "losses": loss_cases(),
    }
    if CHECKS:
        check(golden)
        return
    with open(PATH, "w", encoding="utf-8") as file:
        json.dump(golden, file, indent=2)
    for name, run in golden["networks"].items():
        print(name, run["losses"][0], run["losses"][-1], run["conditioning"])


def check(golden):
    """Ends with what differs from the file, if anything does."""
    with open(PATH, encoding="utf-8") as file:
        kept = json.load(file)
    for name, run in golden["networks"].items():
        losses = kept["networks"][name]["losses64"]
        kept["networks"][name]["losses64"] = losses[: len(run["losses64"])]
    found = differences(json.loads(json.dumps(golden)), kept)
    if found:
        raise SystemExit("\n".join(found))


def data_checks(name, case):
    """Sums that a second implementation of the generator must meet."""
    pixels, classes = images(case["dataset"]).astype(np.int64), labels(case["dataset"])
    start = initial_values(new_network(case), case["seed"])[0]
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
