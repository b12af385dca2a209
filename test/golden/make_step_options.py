"""Writes step_options.json: clipped gradients, averaged weights, cut batches and focal losses, as PyTorch has them.

Needs PyTorch and NumPy (Debian: python3-torch, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_step_options.py

With --check it writes nothing and fails if the file differs by more than another PyTorch's rounding.

Images, weights and logits come from hash_data.py. Clipping is PyTorch's `clip_grad_norm_`. CutMix is that of its
authors' code (clovaai/CutMix-PyTorch, train.py), whose "W" is the first axis of an image. A focal loss is equation 5 of
its paper, which PyTorch differentiates.
"""

import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from compare import differences
from hash_data import hash32, images, integers, labels, normalise, symmetric, uniform
from recording import encode

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "step_options.json")
DATASET = {"seed": 83, "count": 24, "numClasses": 3, "channels": 3, "height": 6, "width": 8, "blocks": 2, "signal": 128}
BATCH, STEPS = 8, 6
SHAPES = {
    "conv.weight": (4, 3, 3, 3),
    "bn.weight": (4,),
    "bn.bias": (4,),
    "dense.weight": (3, 192),
    "dense.bias": (3,),
}
CONSTANTS = {"bn.weight": 1.0, "bn.bias": 0.0, "dense.bias": 0.0}
SGD = {"algorithm": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": False, "weightDecay": 0.01}
ADAMW = {"algorithm": "adamw", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.1}
PULL = {"parameter": "conv.weight", "strength": 0.3, "towards": 0.5}
ROWS, CLASSES, CLASS_WEIGHTS = 7, 5, [0.5, 1.0, 3.25, 0.125, 2.0]


def starts():
    """How every parameter starts: hashed, or a constant."""

    def values(i, name):
        return {"constant": CONSTANTS[name]} if name in CONSTANTS else {"seed": 400 + i, "bound": 0.2}

    return [{"name": name, "shape": shape, **values(i, name)} for i, (name, shape) in enumerate(SHAPES.items())]


def start(entry):
    """The values of one such entry."""
    size = int(np.prod(entry["shape"]))
    if "seed" in entry:
        values = symmetric(entry["seed"], size, entry["bound"])
    else:
        values = np.full(size, entry["constant"], np.float32)
    return torch.from_numpy(values.reshape(entry["shape"])).requires_grad_()


def optimizer_of(settings, parameters):
    rate, decay = settings["learningRate"], settings["weightDecay"]
    if settings["algorithm"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=settings["momentum"], weight_decay=decay)
    betas = (settings["beta1"], settings["beta2"])
    return torch.optim.AdamW(parameters, lr=rate, betas=betas, eps=settings["epsilon"], weight_decay=decay)


def rand_bbox(size, lam, cx, cy):
    """The rectangle of the authors' code, its middle given."""
    W, H = size
    cut_rat = np.sqrt(1.0 - lam)
    cut_w, cut_h = int(W * cut_rat), int(H * cut_rat)
    bbx1, bbx2 = np.clip(cx - cut_w // 2, 0, W), np.clip(cx + cut_w // 2, 0, W)
    bby1, bby2 = np.clip(cy - cut_h // 2, 0, H), np.clip(cy + cut_h // 2, 0, H)
    return int(bbx1), int(bby1), int(bbx2), int(bby2)


def rectangle_of(case):
    """`rand_bbox` as top, left, height and width."""
    top, left, bottom, right = rand_bbox((case["height"], case["width"]), case["share"], case["row"], case["column"])
    return {"top": top, "left": left, "height": bottom - top, "width": right - left}


def rectangles():
    """Rectangles of images of several sizes, in the middle and beyond each edge."""
    shares, places = uniform(500, 24), hash32(501, np.arange(48))
    sizes = [(6, 8), (32, 32), (1, 5), (7, 3)]
    cases = []
    for i, share in enumerate(shares):
        height, width = sizes[i % len(sizes)]
        row, column = int(places[2 * i] % height), int(places[2 * i + 1] % width)
        cases.append({"height": height, "width": width, "share": float(share), "row": row, "column": column})
    cases += [{"height": 8, "width": 8, "share": share, "row": 4, "column": 4} for share in (0.0, 0.25, 0.9999, 1.0)]
    return [{**case, "rectangle": rectangle_of(case)} for case in cases]


def mix_of(step):
    """The partners and the rectangle of one step."""
    height, width = DATASET["height"], DATASET["width"]
    places = hash32(510, np.arange(2 * STEPS))
    case = {"height": height, "width": width, "share": float(uniform(511 + step, 1)[0])}
    case = {**case, "row": int(places[2 * step] % height), "column": int(places[2 * step + 1] % width)}
    rectangle = rectangle_of(case)
    share = 1 - rectangle["height"] * rectangle["width"] / (height * width)
    partners = np.argsort(hash32(520 + step, np.arange(BATCH)), kind="stable")
    return {"share": share, "partners": partners.tolist(), "rectangle": rectangle}


def cut(x, mix):
    """The authors' mixed batch."""
    at, mixed = mix["rectangle"], x.clone()
    rows, columns = slice(at["top"], at["top"] + at["height"]), slice(at["left"], at["left"] + at["width"])
    mixed[:, :, rows, columns] = x[mix["partners"]][:, :, rows, columns]
    return mixed


def trajectory(settings, clip_norm=None, pull=None, decay=None, cuts=False, gamma=0.0):
    """What a small network does in a few steps, and what is left in the end."""
    parameters = {entry["name"]: start(entry) for entry in starts()}
    statistics = {"bn.running_mean": torch.zeros(4), "bn.running_var": torch.ones(4)}
    state = {**parameters, **statistics}
    averages = {name: values.detach().clone() for name, values in state.items()}
    optimizer = optimizer_of(settings, parameters.values())
    pixels, classes = torch.from_numpy(normalise(images(DATASET))), torch.from_numpy(labels(DATASET))
    losses, correct, norms = [], [], []
    for step in range(STEPS):
        first = step * BATCH % DATASET["count"]
        x, y = pixels[first : first + BATCH], classes[first : first + BATCH]
        mix = mix_of(step) if cuts else {"share": 1.0, "partners": list(range(BATCH))}
        hidden = F.conv2d(cut(x, mix) if cuts else x, parameters["conv.weight"], padding=1)
        hidden = F.batch_norm(
            hidden, statistics["bn.running_mean"], statistics["bn.running_var"],
            parameters["bn.weight"], parameters["bn.bias"], training=True,
        )
        logits = F.linear(F.relu(hidden).flatten(1), parameters["dense.weight"], parameters["dense.bias"])
        share, other = mix["share"], y[mix["partners"]]
        loss = share * focal(logits, y, None, gamma) + (1 - share) * focal(logits, other, None, gamma)
        total = loss
        if pull is not None:
            total = loss + 0.5 * pull["strength"] * (parameters[pull["parameter"]] - pull["towards"]).square().sum()
        optimizer.zero_grad()
        total.backward()
        limit = float("inf") if clip_norm is None else clip_norm
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters.values(), limit)))
        optimizer.step()
        if decay is not None:
            now = min(decay, (1 + step) / (10 + step))
            for name, values in state.items():
                averages[name].mul_(now).add_(values.detach(), alpha=1 - now)
        losses.append(loss.item())
        answers = logits.argmax(1)
        correct.append(float(share * (answers == y).sum() + (1 - share) * (answers == other).sum()))
    run = {"optimizer": settings, "losses": losses, "correct": correct, "norms": norms, "final": recorded(state)}
    return run if decay is None else {**run, "averages": recorded(averages)}


def recorded(tensors):
    """All elements of tensors by name."""
    return {name: {"values": encode(values.detach().numpy())} for name, values in tensors.items()}


def focal(logits, wanted, weight, gamma):
    """Mean focal loss, divided by the labels' weights as PyTorch divides its weighted cross-entropy."""
    log_p = F.log_softmax(logits, 1).gather(1, wanted[:, None])[:, 0]
    weights = torch.ones_like(log_p) if weight is None else weight[wanted]
    return (-weights * (1 - log_p.exp()) ** gamma * log_p).sum() / weights.sum()


def focal_cases():
    """Mean focal losses of seven rows of five logits in float64, and their gradients."""
    logits, wanted = symmetric(91, ROWS * CLASSES, 4.0).reshape(ROWS, CLASSES), integers(92, ROWS, CLASSES)
    cases = []
    for class_weights in (None, CLASS_WEIGHTS):
        for gamma in (0.0, 0.5, 1.0, 2.0, 5.0):
            leaf = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
            weight = None if class_weights is None else torch.tensor(class_weights, dtype=torch.float64)
            loss = focal(leaf, torch.tensor(wanted), weight, gamma)
            if gamma == 0.0:
                assert torch.allclose(loss, F.cross_entropy(leaf, torch.tensor(wanted), weight=weight))
            loss.backward()
            case = {"gamma": gamma, "classWeights": class_weights}
            cases.append({**case, "loss": loss.item(), "gradient": leaf.grad.tolist()})
    return {"logits": logits.tolist(), "labels": wanted.tolist(), "cases": cases}


def main():
    torch.set_num_threads(1)
    golden = {
        "formatVersion": 1,
        "madeWith": {"torch": torch.__version__, "numpy": np.__version__},
        "dataset": DATASET,
        "batchSize": BATCH,
        "parameters": starts(),
        "clipping": [
            {"clipNorm": 3.0, "pull": None, **trajectory(SGD, clip_norm=3.0)},
            {"clipNorm": 3.5, "pull": PULL, **trajectory(SGD, clip_norm=3.5, pull=PULL)},
            {"clipNorm": 1.5, "pull": None, **trajectory(ADAMW, clip_norm=1.5)},
        ],
        "averaging": {"decay": 0.3, **trajectory(SGD, decay=0.3)},
        "cutmix": {"mixes": [mix_of(step) for step in range(STEPS)], **trajectory(SGD, cuts=True)},
        "focalCutmix": {"gamma": 1.5, **trajectory(SGD, cuts=True, gamma=1.5)},
        "rectangles": rectangles(),
        "focal": focal_cases(),
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
    print(*(run["norms"] for run in golden["clipping"]), sep="\n")
    print([mix["share"] for mix in golden["cutmix"]["mixes"]], golden["cutmix"]["losses"])


if __name__ == "__main__":
    main()
