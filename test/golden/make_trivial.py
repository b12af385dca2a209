"""Writes trivial.json: what the operations of TrivialAugment make of small images, as Pillow does them.

Needs Pillow and NumPy (Debian: python3-pil, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_trivial.py

With --check it writes nothing and fails if the file differs.

Levels and colours are Pillow's ImageEnhance and ImageOps, which torchvision's TrivialAugmentWide calls for images of
Pillow's; the bytes are exact. Moves are Pillow's bilinear Image.transform of images of reals whose edges were repeated
outwards, with torchvision's matrices; Graft's bytes are the nearest whole numbers. Images come from hash_data.py.
"""

import base64
import json
import math
import os
import sys

import numpy as np
from PIL import Image, ImageEnhance, ImageOps, __version__

from compare import differences
from hash_data import images
from recording import encode

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trivial.json")
BLOCKS = {"numClasses": 2, "blocks": 4}
# equalize depends on the number of pixels: the step is 1 for colour, with levels past white, and 3 for grey
DATASETS = {
    "color": {"seed": 81, "count": 1, **BLOCKS, "channels": 3, "height": 16, "width": 20, "signal": 160},
    "grey": {"seed": 82, "count": 1, **BLOCKS, "channels": 1, "height": 26, "width": 30, "signal": 200},
    "small": {"seed": 83, "count": 1, **BLOCKS, "channels": 3, "height": 9, "width": 12, "signal": 160},
}
LEVELS = [
    *(
        (operation, magnitude)
        for operation in ("brightness", "color", "contrast", "sharpness")
        for magnitude in (-0.99, -0.363, 0.495)
    ),
    *(("posterize", bits) for bits in (5, 2)),
    *(("solarize", threshold) for threshold in (255.0, 119.0, 76.5)),
    ("autoContrast", 0),
    ("equalize", 0),
]
MOVES = [
    *((operation, slope) for operation in ("shearX", "shearY") for slope in (0.33, -0.99)),
    *((operation, pixels) for operation in ("translateX", "translateY") for pixels in (3.2, -7.4, 32.0)),
    *(("rotate", degrees) for degrees in (4.5, -58.5, 135.0)),
]
# degrees, pixels to the right, pixels down, scale
PLACEMENTS = [(0.0, 1.25, -0.5, 1.0), (7.5, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.8), (-12.0, -0.75, 0.9, 1.15)]
EDGE = 64  # more than any move brings in from outside

ENHANCE = {
    "brightness": ImageEnhance.Brightness,
    "color": ImageEnhance.Color,
    "contrast": ImageEnhance.Contrast,
    "sharpness": ImageEnhance.Sharpness,
}


def changed(image, operation, magnitude):
    """Bytes [C, H, W] after an operation on levels."""
    picture = Image.fromarray(image[0] if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0)))
    if operation in ENHANCE:
        picture = ENHANCE[operation](picture).enhance(1.0 + magnitude)
    elif operation == "posterize":
        picture = ImageOps.posterize(picture, magnitude)
    elif operation == "solarize":
        picture = ImageOps.solarize(picture, magnitude)
    else:
        picture = {"autoContrast": ImageOps.autocontrast, "equalize": ImageOps.equalize}[operation](picture)
    values = np.asarray(picture)
    return values[None] if values.ndim == 2 else values.transpose(2, 0, 1)


def placed(degrees, right, down, scale, size):
    """torchvision's matrix from new places to old ones, about the middle, angles counter-clockwise."""
    width, height = size
    cos, sin = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    to_x, to_y = width / 2 + right, height / 2 + down
    return (cos, -sin, width / 2 - cos * to_x + sin * to_y, sin, cos, height / 2 - sin * to_x - cos * to_y)


def matrix(operation, magnitude, size):
    if operation == "rotate":
        return placed(magnitude, 0.0, 0.0, 1.0, size)
    return {
        "shearX": (1.0, magnitude, 0.0, 0.0, 1.0, 0.0),
        "shearY": (1.0, 0.0, 0.0, magnitude, 1.0, 0.0),
        "translateX": (1.0, 0.0, -int(magnitude), 0.0, 1.0, 0.0),
        "translateY": (1.0, 0.0, 0.0, 0.0, 1.0, -int(magnitude)),
    }[operation]


def warped(image, map):
    """Reals [C, H, W]: what the map takes from the image with its edges repeated."""
    a, b, c, d, e, f = map
    height, width = image.shape[1:]
    # old places count from the corner of the widened image
    shifted = (a, b, c + EDGE, d, e, f + EDGE)
    planes = []
    for plane in image:
        wide = Image.fromarray(np.pad(plane.astype(np.float32), EDGE, mode="edge"))
        planes.append(np.asarray(wide.transform((width, height), Image.AFFINE, shifted, Image.BILINEAR)))
    return np.stack(planes)


def main():
    made = {name: images(dataset)[0].astype(np.uint8) for name, dataset in DATASETS.items()}
    small = made["small"]
    size = small.shape[2], small.shape[1]
    golden = {
        "formatVersion": 1,
        "madeWith": {"pillow": __version__, "numpy": np.__version__},
        "datasets": DATASETS,
        "levels": [
            {
                "image": image,
                "operation": operation,
                "magnitude": magnitude,
                "bytes": base64.b64encode(changed(made[image], operation, magnitude).tobytes()).decode("ascii"),
            }
            for image in ("color", "grey")
            for operation, magnitude in LEVELS
        ],
        "moves": [
            {"operation": o, "magnitude": m, "values": encode(warped(small, matrix(o, m, size)))} for o, m in MOVES
        ],
        "placements": [
            {
                **dict(zip(("degrees", "right", "down", "scale"), placement)),
                "values": encode(warped(small, placed(*placement, size))),
            }
            for placement in PLACEMENTS
        ],
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
    print(f"{PATH}: {len(golden['levels'])} changes of levels, {len(MOVES)} moves, {len(PLACEMENTS)} placements")


if __name__ == "__main__":
    main()
