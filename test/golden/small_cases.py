"""Golden values of optimizers, learning-rate schedules and losses, all computed in float64."""

import torch
import torch.nn.functional as F

from hash_data import integers, symmetric

OPTIMIZER_STEPS = 10
SCHEDULE_STEPS = 100

SGD = {"algorithm": "sgd", "learningRate": 0.1, "momentum": 0.0, "nesterov": False, "weightDecay": 0.0}
ADAM = {"algorithm": "adam", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.0}

OPTIMIZERS = {
    "sgd": SGD,
    "momentum": {**SGD, "momentum": 0.9},
    "nesterov": {**SGD, "momentum": 0.9, "nesterov": True},
    "sgd-l2": {**SGD, "weightDecay": 0.1},
    "momentum-l2": {**SGD, "momentum": 0.9, "weightDecay": 0.1},
    "nesterov-l2": {**SGD, "momentum": 0.9, "nesterov": True, "weightDecay": 0.1},
    "adam": ADAM,
    "adam-l2": {**ADAM, "weightDecay": 0.1},
    "adamw": {**ADAM, "algorithm": "adamw", "weightDecay": 0.1},
}

SCHEDULES = {
    "one-cycle": {
        "kind": "oneCycle",
        "maxLearningRate": 0.1,
        "totalSteps": SCHEDULE_STEPS,
        "warmupFraction": 0.3,
        "initialDivisor": 25.0,
        "finalDivisor": 1e4,
    },
    "cosine": {"kind": "cosine", "learningRate": 0.1, "totalSteps": SCHEDULE_STEPS, "minLearningRate": 0.001},
    "step": {"kind": "step", "learningRate": 0.1, "stepSize": 30, "gamma": 0.1},
}


def make_optimizer(parameters, settings):
    """The torch optimizer that `settings`, as written to the golden file, describes."""
    rate, decay = settings["learningRate"], settings["weightDecay"]
    if settings["algorithm"] == "sgd":
        momentum, nesterov = settings["momentum"], settings["nesterov"]
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, nesterov=nesterov, weight_decay=decay)
    algorithm = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["algorithm"]]
    betas = (settings["beta1"], settings["beta2"])
    return algorithm(parameters, lr=rate, betas=betas, eps=settings["epsilon"], weight_decay=decay)


def optimizer_cases():
    """The same five start values and ten gradients through every optimizer."""
    size = 5
    initial = symmetric(11, size, 1.0)
    gradients = symmetric(12, OPTIMIZER_STEPS * size, 1.0).reshape(OPTIMIZER_STEPS, size)
    cases = []
    for name, settings in OPTIMIZERS.items():
        parameter = torch.nn.Parameter(torch.tensor(initial, dtype=torch.float64))
        optimizer = make_optimizer([parameter], settings)
        after = []
        for gradient in gradients:
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
            optimizer.step()
            after.append(parameter.tolist())
        cases.append({"name": name, "settings": settings, "parameters": after})
    return {"initial": initial.tolist(), "gradients": gradients.tolist(), "cases": cases}


def make_schedule(optimizer, settings):
    """The torch schedule that `settings` describes."""
    schedulers = torch.optim.lr_scheduler
    if settings["kind"] == "oneCycle":
        return schedulers.OneCycleLR(
            optimizer,
            max_lr=settings["maxLearningRate"],
            total_steps=settings["totalSteps"],
            pct_start=settings["warmupFraction"],
            div_factor=settings["initialDivisor"],
            final_div_factor=settings["finalDivisor"],
            anneal_strategy="cos",
        )
    if settings["kind"] == "cosine":
        return schedulers.CosineAnnealingLR(
            optimizer, T_max=settings["totalSteps"], eta_min=settings["minLearningRate"]
        )
    return schedulers.StepLR(optimizer, step_size=settings["stepSize"], gamma=settings["gamma"])


def schedule_cases():
    """The learning rate, and for one-cycle the momentum, that each step from 0 on uses."""
    cases = []
    for name, settings in SCHEDULES.items():
        parameter = torch.nn.Parameter(torch.zeros(1))
        optimizer = torch.optim.SGD([parameter], lr=settings.get("learningRate", 1.0), momentum=0.9)
        schedule = make_schedule(optimizer, settings)
        rates, momenta = [], []
        for step in range(SCHEDULE_STEPS):
            rates.append(optimizer.param_groups[0]["lr"])
            momenta.append(optimizer.param_groups[0]["momentum"])
            optimizer.step()
            if step < SCHEDULE_STEPS - 1:
                schedule.step()
        case = {"name": name, "settings": settings, "learningRates": rates}
        if settings["kind"] == "oneCycle":
            case["momenta"] = momenta
        cases.append(case)
    return cases


def loss_cases():
    """Mean cross-entropy over six rows of five logits, and its gradient."""
    rows, classes = 6, 5
    logits = symmetric(21, rows * classes, 4.0).reshape(rows, classes)
    labels = integers(22, rows, classes)
    cases = []
    for smoothing in (0.0, 0.1):
        leaf = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
        loss = F.cross_entropy(leaf, torch.tensor(labels), label_smoothing=smoothing)
        loss.backward()
        cases.append({"smoothing": smoothing, "loss": loss.item(), "gradient": leaf.grad.tolist()})
    return {"logits": logits.tolist(), "labels": labels.tolist(), "cases": cases}
