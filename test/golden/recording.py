"""What the golden file keeps of the tensors of a run."""

import base64

import numpy as np

from hash_data import hash32

NO_GRADIENT = 1e-10  # of the gradient of the same layer's weight, in float64


def encode(values):
    """Little-endian float32 in base64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def record(name, tensor, sampling, scale=None):
    """A tensor in full, or its sums and some of its values at hashed positions.

    scale: stands for the largest element of a tensor that is rounding around its start.
    """
    values = tensor.detach().double().numpy().reshape(-1)
    entry = {"name": name, "shape": list(tensor.shape)}
    if scale is not None:
        entry["scale"] = scale
    if values.size <= sampling["fullUpTo"]:
        return {**entry, "values": encode(values)}
    hashed = hash32(sampling["seed"], np.arange(sampling["samples"]))
    positions = (hashed % np.uint64(values.size)).astype(np.int64)
    sums = {"sum": values.sum(), "sumOfSquares": np.square(values).sum()}
    return {**entry, **sums, "samples": encode(values[positions])}


def without_gradient(run):
    """Parameters whose gradient is zero but for rounding, such as a bias whose effect normalisation takes away."""
    gradients = {name: float(gradient.abs().max()) for name, gradient in run["gradients"].items()}
    return {name for name, largest in gradients.items() if largest < NO_GRADIENT * gradients[weight_of(name)]}


def weight_of(name):
    """The weight of the layer that owns a parameter."""
    return name.rpartition(".")[0] + ".weight"


def recorded(run, sampling, rounding):
    """The tensors of a run; those in `rounding` are measured by what their layer's weight does."""

    def scale(name, values):
        return float(values[weight_of(name)].abs().max()) if name in rounding else None

    moves = {name: run["final"][name] - run["initial"][name] for name in run["final"]}
    return {
        "firstLogits": record("logits", run["logits"], sampling),
        "firstGradients": [record(n, g, sampling, scale(n, run["gradients"])) for n, g in run["gradients"].items()],
        "finalParameters": [record(n, p, sampling, scale(n, moves)) for n, p in run["final"].items()],
        "finalStatistics": [record(n, s, sampling) for n, s in run["statistics"].items()],
    }
