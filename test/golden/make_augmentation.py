"""Writes augmentation.json: what augmentation makes of small images, as torchvision and PyTorch define it.

Needs PyTorch and NumPy (Debian: python3-torch, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_augmentation.py

With --check it writes nothing and fails if the file differs by more than another PyTorch's rounding.

The values are reals, of which Graft's bytes are the nearest whole numbers. Images come from hash_data.py. Windows and rotations are PyTorch's own `interpolate` and `grid_sample` in float64; the
colours are torchvision's formulas for images of real numbers (functional_tensor.py), written out here, since
torchvision is not among Debian's packages.
"""

import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from compare import differences
from hash_data import images
from recording import encode

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "augmentation.json")
DATASET = {"seed": 71, "count": 2, "numClasses": 2, "channels": 3, "height": 9, "width": 12, "blocks": 3, "signal": 160}

CHANGES = [
    [("brightness", 1.37)],
    [("brightness", 0.25)],
    [("contrast", 0.6)],
    [("contrast", 1.8)],
    [("saturation", 0.0)],
    [("saturation", 1.75)],
    [("hue", 0.13)],
    [("hue", -0.5)],
    [("hue", 0.31), ("saturation", 1.4), ("brightness", 1.3), ("contrast", 0.7)],
    [("contrast", 1.6), ("brightness", 0.8), ("hue", -0.07), ("saturation", 0.3)],
]
# top, left, height, width
WINDOWS = [(0, 0, 9, 11), (2, 3, 5, 7), (8, 11, 1, 1), (0, 4, 3, 8), (1, 0, 8, 12)]
DEGREES = [5.0, -17.5, 45.0, 90.0, 131.0, 180.0]


def grey(image):
    return 0.2989 * image[0] + 0.587 * image[1] + 0.114 * image[2]


def blend(image, other, ratio):
    return np.clip(ratio * image + (1.0 - ratio) * other, 0.0, 1.0)


def to_hsv(image):
    r, g, b = image
    largest, smallest = image.max(axis=0), image.min(axis=0)
    same = largest == smallest
    chroma = largest - smallest
    saturation = chroma / np.where(same, 1.0, largest)
    divisor = np.where(same, 1.0, chroma)
    rc, gc, bc = (largest - r) / divisor, (largest - g) / divisor, (largest - b) / divisor
    hr = (largest == r) * (bc - gc)
    hg = ((largest == g) & (largest != r)) * (2.0 + rc - bc)
    hb = ((largest != g) & (largest != r)) * (4.0 + gc - rc)
    return np.fmod((hr + hg + hb) / 6.0 + 1.0, 1.0), saturation, largest


def to_rgb(h, s, v):
    i = np.floor(h * 6.0)
    f = h * 6.0 - i
    p, q, t = (np.clip(v * (1.0 - x), 0.0, 1.0) for x in (s, s * f, s * (1.0 - f)))
    sextant = i.astype(int) % 6
    choose = lambda *sextants: np.choose(sextant, sextants)
    return np.stack([choose(v, q, p, p, t, v), choose(t, v, v, q, p, p), choose(p, p, t, v, v, q)])


def change(image, kind, amount):
    """One change of an image [3, H, W] in [0, 1]."""
    if kind == "brightness":
        return blend(image, np.zeros_like(image), amount)
    if kind == "contrast":
        return blend(image, grey(image).mean(), amount)
    if kind == "saturation":
        return blend(image, grey(image), amount)
    h, s, v = to_hsv(image)
    return to_rgb(np.remainder(h + amount, 1.0), s, v)


def changed(image, changes):
    """The image in [0, 255] after some changes."""
    values = image.astype(np.float64) / 255.0
    for kind, amount in changes:
        values = change(values, kind, amount)
    return values * 255.0


def enlarged(image, window):
    top, left, height, width = window
    cut = torch.from_numpy(image[None, :, top : top + height, left : left + width].astype(np.float64))
    return F.interpolate(cut, size=image.shape[1:], mode="bilinear", align_corners=False)[0].numpy()


def rotated(image, degrees):
    """Counter-clockwise about the middle; grid places are -1 and 1 at the middles of the outermost pixels."""
    height, width = image.shape[1:]
    angle = np.deg2rad(degrees)
    y, x = np.mgrid[:height, :width].astype(np.float64)
    dx, dy = x - (width - 1) / 2, y - (height - 1) / 2
    from_x, from_y = np.cos(angle) * dx - np.sin(angle) * dy, np.sin(angle) * dx + np.cos(angle) * dy
    grid = torch.from_numpy(np.stack([from_x / ((width - 1) / 2), from_y / ((height - 1) / 2)], axis=-1))[None]
    source = torch.from_numpy(image[None].astype(np.float64))
    return F.grid_sample(source, grid, mode="bilinear", padding_mode="reflection", align_corners=True)[0].numpy()


def main():
    first, second = images(DATASET)
    golden = {
        "formatVersion": 1,
        "madeWith": {"torch": torch.__version__, "numpy": np.__version__},
        "dataset": DATASET,
        "colors": [
            {"changes": [{"kind": k, "amount": a} for k, a in changes], "values": encode(changed(first, changes))}
            for changes in CHANGES
        ],
        "windows": [
            {**dict(zip(("top", "left", "height", "width"), w)), "values": encode(enlarged(second, w))} for w in WINDOWS
        ],
        "rotations": [{"degrees": d, "values": encode(rotated(second, d))} for d in DEGREES],
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
    print(f"{PATH}: {len(golden['colors'])} colours, {len(WINDOWS)} windows, {len(DEGREES)} rotations")


if __name__ == "__main__":
    main()
