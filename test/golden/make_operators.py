"""Writes operators.json: operators of today's files, what PyTorch makes of them and the gradients.

Needs PyTorch and NumPy. From the repository's root:

    ${PYTHON:-python3} test/golden/make_operators.py

With --check it writes nothing and fails if the file differs by more than rounding.

Every case is one node of an operator set, on inputs from hash_data.py; the gradients are those of the sum of the result
times weights, which come from there too. Everything is computed in double precision.
"""

import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from compare import write_or_check
from hash_data import symmetric

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operators.json")


def resize(mode, size, **options):
    return lambda x: F.interpolate(x, size=size, mode=mode, **options)


def attention(heads=None, mask=None, causal=False, scale=None):
    def apply(q, k, v):
        if heads is not None:
            q, k, v = (t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in (q, k, v))
        scores = q @ k.transpose(-1, -2) * (scale or q.shape[-1] ** -0.5)
        allowed = None if mask is None else torch.tensor(mask)
        if causal:
            allowed = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        if allowed is not None:
            hidden = allowed.dtype == torch.bool
            scores = scores.masked_fill(~allowed, -torch.inf) if hidden else scores + allowed
        y = scores.softmax(-1) @ v
        return y if heads is None else y.transpose(1, 2).flatten(2)

    return apply


def rms_norm(axes, epsilon):
    return lambda x, w: x * torch.rsqrt((x * x).mean(axes, keepdim=True) + epsilon) * w


def grouped(groups, epsilon=1e-5):
    return lambda x, w, b: F.group_norm(x, groups, w, b, epsilon)


def lp_pool(p, kernel, stride):
    return lambda x: F.avg_pool2d(x.abs() ** p, kernel, stride).mul(kernel * kernel) ** (1 / p)


HALF = {"coordinate_transformation_mode": "half_pixel"}
TORCH = {"coordinate_transformation_mode": "pytorch_half_pixel"}
FLOOR = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
CORNERS = {"mode": "linear", "coordinate_transformation_mode": "align_corners"}


def box(lengths, starts):
    """Indices of all places of a box, [*lengths, axes]."""
    return np.stack(np.meshgrid(*[np.arange(n) + s for n, s in zip(lengths, starts)], indexing="ij"), -1).tolist()


BIAS = [[0.5, -1.0, 0.25], [0.0, 2.0, -0.5]]
ALLOWED = [[True, False, True], [True, True, False]]
HEADS = [[2, 2, 2, 4], [2, 2, 3, 4], [2, 2, 3, 5]]
FLAT = [[2, 3, 8], [2, 3, 8], [2, 3, 6]]

# title, operator, operator set, attributes, shapes of inputs, constants by place, PyTorch
CASES = [
    ("InstanceNormalization", 17, {"epsilon": 1e-5}, [[2, 3, 4, 5], [3], [3]], {}, lambda x, w, b: F.instance_norm(x, weight=w, bias=b)),
    ("GroupNormalization", 21, {"num_groups": 2}, [[2, 6, 3, 2], [6], [6]], {}, grouped(2)),
    ("GroupNormalization", 21, {"num_groups": 1, "epsilon": 0.01}, [[2, 3, 4], [3], [3]], {}, grouped(1, 0.01)),
    ("GroupNormalization", 18, {"num_groups": 2}, [[2, 4, 3, 3], [2], [2]], {}, lambda x, w, b: grouped(2)(x, w.repeat_interleave(2), b.repeat_interleave(2))),
    ("RMSNormalization", 23, {}, [[2, 3, 4], [4]], {}, rms_norm([-1], 1e-5)),
    ("RMSNormalization", 23, {"axis": 1, "epsilon": 0.1}, [[2, 3, 4], [3, 4]], {}, rms_norm([-2, -1], 0.1)),
    ("Swish", 24, {}, [[2, 5]], {}, F.silu),
    ("Swish", 24, {"alpha": 1.5}, [[2, 5]], {}, lambda x: x * torch.sigmoid(1.5 * x)),
    ("Mish", 18, {}, [[2, 5]], {}, F.mish),
    ("Celu", 12, {"alpha": 1.5}, [[2, 5]], {}, lambda x: F.celu(x, 1.5)),
    ("Gelu", 20, {"approximate": "tanh"}, [[2, 5]], {}, lambda x: F.gelu(x, approximate="tanh")),
    ("Gelu", 20, {}, [[2, 5]], {}, F.gelu),
    ("ReduceL2", 18, {"keepdims": 0}, [[2, 3, 4]], {"1": [1]}, lambda x: x.norm(dim=1)),
    ("ReduceL1", 18, {}, [[2, 3, 4]], {"1": [-1]}, lambda x: x.abs().sum(-1, keepdim=True)),
    ("ReduceL1", 13, {"axes": [1]}, [[2, 3, 4]], {}, lambda x: x.abs().sum(1, keepdim=True)),
    ("LpPool", 18, {"kernel_shape": [2, 2], "strides": [2, 2], "p": 2, "dilations": [1, 1], "ceil_mode": 0}, [[2, 2, 4, 4]], {}, lp_pool(2, 2, 2)),
    ("LpPool", 18, {"kernel_shape": [3, 3], "strides": [1, 1], "p": 3}, [[1, 2, 5, 5]], {}, lp_pool(3, 3, 1)),
    ("GlobalLpPool", 13, {"p": 2}, [[2, 3, 4, 2]], {}, lambda x: x.flatten(2).norm(dim=2)[:, :, None, None]),
    ("AveragePool", 19, {"kernel_shape": [2, 2], "dilations": [1, 1]}, [[1, 2, 4, 4]], {}, lambda x: F.avg_pool2d(x, 2, 1)),
    ("Einsum", 13, {"equation": "bhid,bhjd->bhij"}, [[2, 2, 3, 4], [2, 2, 5, 4]], {}, lambda a, b: torch.einsum("bhid,bhjd->bhij", a, b)),
    ("Einsum", 13, {"equation": "nchw,nqc->nqhw"}, [[2, 3, 2, 2], [2, 4, 3]], {}, lambda a, b: torch.einsum("nchw,nqc->nqhw", a, b)),
    ("Einsum", 13, {"equation": "...ij,...j->...i"}, [[2, 3, 4], [2, 4]], {}, lambda a, b: torch.einsum("...ij,...j->...i", a, b)),
    ("Resize", 18, FLOOR, [[2, 2, 3, 3]], {"2": [1.0, 1.0, 2.0, 2.0]}, resize("nearest", (6, 6))),
    ("Resize", 18, FLOOR, [[1, 2, 5, 4]], {"3": [1, 2, 3, 7]}, resize("nearest", (3, 7))),
    ("Resize", 18, {"mode": "linear", **HALF}, [[2, 2, 3, 4]], {"3": [2, 2, 6, 7]}, resize("bilinear", (6, 7), align_corners=False)),
    ("Resize", 18, {"mode": "linear", **TORCH, "axes": [2, 3]}, [[2, 2, 5, 5]], {"3": [3, 2]}, resize("bilinear", (3, 2), align_corners=False)),
    ("Resize", 18, CORNERS, [[1, 2, 3, 3]], {"3": [1, 2, 5, 7]}, resize("bilinear", (5, 7), align_corners=True)),
    ("Resize", 18, {"mode": "cubic", **HALF, "cubic_coeff_a": -0.75}, [[1, 1, 4, 5]], {"3": [1, 1, 7, 9]}, resize("bicubic", (7, 9), align_corners=False)),
    ("DepthToSpace", 13, {"blocksize": 2, "mode": "CRD"}, [[2, 8, 2, 3]], {}, lambda x: F.pixel_shuffle(x, 2)),
    ("SpaceToDepth", 13, {"blocksize": 2}, [[1, 3, 4, 2]], {}, lambda x: F.pixel_unshuffle(x, 2).unflatten(1, (3, 4)).transpose(1, 2).flatten(1, 2)),
    ("Pad", 18, {"mode": "reflect"}, [[1, 2, 4, 4]], {"1": [0, 0, 2, 1, 0, 0, 1, 3]}, lambda x: F.pad(x, (1, 3, 2, 1), mode="reflect")),
    ("Pad", 18, {"mode": "edge"}, [[1, 2, 3, 3]], {"1": [0, 0, 1, 0, 0, 0, 2, 1]}, lambda x: F.pad(x, (0, 1, 1, 2), mode="replicate")),
    ("Pad", 18, {}, [[1, 2, 4, 4]], {"1": [-1, 2, 1, 0], "3": [2, 3]}, lambda x: F.pad(x, (2, 0, -1, 1))),
    ("Pad", 19, {"mode": "wrap"}, [[1, 1, 3, 4]], {"1": [0, 0, 1, 2, 0, 0, 0, 1]}, lambda x: F.pad(x, (2, 1, 1, 0), mode="circular")),
    ("Tile", 13, {}, [[1, 2, 3]], {"1": [2, 1, 3]}, lambda x: x.repeat(2, 1, 3)),
    ("Tile", 13, {}, [[2, 3]], {"1": [1, 1]}, lambda x: x * 1),
    ("Attention", 23, {}, HEADS, {}, attention()),
    ("Attention", 23, {"scale": 0.3}, HEADS, {"3": BIAS}, attention(mask=BIAS, scale=0.3)),
    ("Attention", 23, {}, HEADS, {"3": ALLOWED}, attention(mask=ALLOWED)),
    ("Attention", 23, {"q_num_heads": 2, "kv_num_heads": 2, "is_causal": 1}, FLAT, {}, attention(heads=2, causal=True)),
    ("GatherND", 13, {}, [[3, 4, 2]], {"1": [[0, -1], [2, 1], [0, 3]]}, lambda x: x[[0, 2, 0], [3, 1, 3]]),
    ("GatherND", 13, {}, [[3, 2]], {"1": [[2], [0], [2]]}, lambda x: x[[2, 0, 2]]),
    ("LRN", 13, {"size": 3, "alpha": 0.5, "beta": 0.75, "bias": 2.0}, [[2, 5, 3, 2]], {}, lambda x: F.local_response_norm(x, 3, 0.5, 0.75, 2.0)),
    ("LRN", 13, {"size": 5, "alpha": 0.9}, [[1, 6, 4]], {}, lambda x: F.local_response_norm(x, 5, 0.9, 0.75, 1.0)),
    ("Attention", 25, {"left_window_size": 0, "right_window_size": 1}, HEADS, {}, attention(mask=[[True, True, False], [False, True, True]])),
    ("AveragePool", 19, {"kernel_shape": [64, 2], "strides": [64, 1], "ceil_mode": 1, "pads": [0, 0, 0, 0]}, [[1, 2, 4, 5]], {}, lambda x: F.avg_pool2d(x, (64, 2), (64, 1), ceil_mode=True)),
    ("AveragePool", 19, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}, [[1, 2, 2, 2]], {}, lambda x: F.avg_pool2d(x, 3, 1, 1)),
    ("AveragePool", 19, {"kernel_shape": [64, 64], "strides": [64, 64], "ceil_mode": 1, "count_include_pad": 1, "pads": [0, 0, 0, 0]}, [[2, 3, 4, 5]], {}, lambda x: F.avg_pool2d(x, 64, ceil_mode=True)),
    ("Erfc", 17, {}, [[2, 5]], {}, torch.erfc),
    ("ScatterND", 18, {}, [[2, 4, 3], [2, 2, 3]], {"1": box([2, 2], [0, -3])}, lambda x, y: torch.cat([x[:, :1], y, x[:, 3:]], 1)),
    ("ScatterND", 18, {}, [[2, 4, 3], [2, 2, 2]], {"1": box([2, 2, 2], [0, 2, 1])}, lambda x, y: F.pad(y, (1, 0, 2, 0)) + x * (F.pad(torch.ones(2, 2, 2), (1, 0, 2, 0)) == 0)),
    ("ScatterND", 18, {"reduction": "add"}, [[3, 2, 2], [2, 2, 2]], {"1": box([2], [1])}, lambda x, y: x + F.pad(y, (0, 0, 0, 0, 1, 0))),
    ("Col2Im", 18, {"strides": [2, 2], "pads": [1, 1, 1, 1]}, [[2, 18, 9]], {"1": [6, 5], "2": [3, 3]}, lambda x: F.fold(x, (6, 5), 3, padding=1, stride=2)),
    ("Col2Im", 18, {"dilations": [1, 2], "strides": [3, 1]}, [[1, 12, 10]], {"1": [7, 7], "2": [2, 2]}, lambda x: F.fold(x, (7, 7), 2, dilation=(1, 2), stride=(3, 1))),
]


def tensor(seed, shape):
    values = symmetric(seed, int(np.prod(shape)), 1.5).astype(np.float64).reshape(shape)
    return torch.from_numpy(values).requires_grad_()


def recorded(index, case):
    op, opset, attributes, shapes, constants, apply = case
    inputs = [tensor(1000 + 10 * index + place, shape) for place, shape in enumerate(shapes)]
    y = apply(*inputs)
    weights = torch.from_numpy(symmetric(1009 + 10 * index, y.numel(), 1.0).astype(np.float64)).reshape(y.shape)
    grads = torch.autograd.grad((y * weights).sum(), inputs)
    numbers = lambda t: [float(f"{value:.9g}") for value in t.detach().flatten().tolist()]
    return {
        "opType": op,
        "opset": opset,
        "attributes": attributes,
        "shapes": shapes,
        "constants": constants,
        "output": {"shape": list(y.shape), "data": numbers(y)},
        "gradients": [numbers(grad) for grad in grads],
    }


if __name__ == "__main__":
    cases = [recorded(index, case) for index, case in enumerate(CASES)]
    sys.exit(write_or_check({"madeWith": f"PyTorch {torch.__version__.split('+')[0]}", "cases": cases}, PATH))
