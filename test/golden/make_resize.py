"""Writes resize.json: what Pillow makes of a small image at other sizes.

Needs Pillow and NumPy (Debian: python3-pil, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_resize.py

With --check it writes nothing and fails if the file differs. The image comes from hash_data.py.
"""

import base64
import os

import numpy as np
import PIL
from PIL import Image

from compare import write_or_check
from hash_data import images

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "resize.json")
DATASET = {"seed": 83, "count": 1, "numClasses": 2, "channels": 3, "height": 37, "width": 50, "blocks": 9, "signal": 150}
# width and height: smaller, larger, one of each, a single pixel, its own size
SIZES = [(30, 22), (13, 9), (71, 64), (90, 20), (1, 1), (50, 37)]


def main():
    image = Image.fromarray(np.ascontiguousarray(images(DATASET)[0].transpose(1, 2, 0)).astype(np.uint8))
    resized = [
        {
            "interpolation": name,
            "width": width,
            "height": height,
            "pixels": base64.b64encode(image.resize((width, height), getattr(Image, name.upper())).tobytes()).decode(),
        }
        for name in ("bilinear", "bicubic")
        for width, height in SIZES
    ]
    golden = {"formatVersion": 1, "madeWith": {"pillow": PIL.__version__}, "dataset": DATASET, "resized": resized}
    return write_or_check(golden, PATH)


if __name__ == "__main__":
    raise SystemExit(main())
