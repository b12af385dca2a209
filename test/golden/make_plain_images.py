"""Writes plain_images.json: small BMP and PNM files of every form, and the pixels that Pillow reads in them.

Needs Pillow and NumPy (Debian: python3-pil, python3-numpy). From the repository's root:

    ${PYTHON:-python3} test/golden/make_plain_images.py

With --check it writes nothing and fails if the file differs. Files are written by hand, so that Pillow judges how they
are read.
"""

import base64
import io
import os
import struct

import numpy as np
import PIL
from PIL import Image

from compare import write_or_check

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain_images.json")
WIDTH, HEIGHT = 7, 5
GREYS = [(value, value, value) for value in range(0, 256, 17)]
COLORS = [(13 * i % 256, 101 * i % 256, 255 - 15 * i) for i in range(16)]


def numbers(most, channels=1):
    """Pixels from a fixed sequence, 0 and the highest among them, rows from the top."""
    values = [(i * i * 31 + 7 * i) % (most + 1) for i in range(HEIGHT * WIDTH * channels - 2)]
    return np.array([0, most, *values], dtype=np.int64).reshape(HEIGHT, WIDTH * channels)


def packed(rows, bits):
    """Rows of numbers as bytes, the first in the highest bits."""
    return [
        bytes(int("".join(f"{v:0{bits}b}" for v in row).ljust(8 * -(-len(row) * bits // 8), "0")[i : i + 8], 2)
              for i in range(0, 8 * -(-len(row) * bits // 8), 8))
        for row in rows
    ]


def bmp(rows, bits, *, header=40, palette=(), masks=(), compression=0, top_down=False, gap=0):
    """A bitmap; `rows` are bytes from the top."""
    raster = b"".join(row + bytes(-len(row) % 4) for row in (rows if top_down else rows[::-1]))
    if header == 12:
        info = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, bits)
        colors = b"".join(bytes((b, g, r)) for r, g, b in palette)
    else:
        height = -HEIGHT if top_down else HEIGHT
        info = struct.pack("<IiiHHIIiiII", header, WIDTH, height, 1, bits, compression, len(raster), 2835, 2835, len(palette), 0)
        info += b"".join(struct.pack("<I", mask) for mask in masks)
        info += bytes(max(0, header - len(info)))
        colors = b"".join(bytes((b, g, r, 0)) for r, g, b in palette)
    offset = 14 + len(info) + len(colors) + gap
    return struct.pack("<2sIHHI", b"BM", offset + len(raster), 0, 0, offset) + info + colors + bytes(gap) + raster


def words(rows, letter):
    return [struct.pack(f"<{len(row)}{letter}", *(int(v) for v in row)) for row in rows]


def bmp_files():
    eight, three = packed(numbers(15), 8), packed(numbers(255, 3), 8)
    four = packed(numbers(255, 4), 8)
    argb = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    return {
        "1 bit": bmp(packed(numbers(1), 1), 1, palette=COLORS[3:5]),
        "1 bit, black and white": bmp(packed(numbers(1), 1), 1, palette=[(0, 0, 0), (255, 255, 255)]),
        "4 bits": bmp(packed(numbers(15), 4), 4, palette=COLORS),
        "8 bits": bmp(eight, 8, palette=COLORS),
        "8 bits, grey, a gap before the pixels": bmp(eight, 8, palette=GREYS, gap=6),
        "8 bits of OS/2": bmp(packed(numbers(255), 8), 8, header=12, palette=COLORS * 16),
        "16 bits": bmp(words(numbers(0x7FFF), "H"), 16),
        "16 bits with masks": bmp(words(numbers(0xFFFF), "H"), 16, masks=(0xF800, 0x7E0, 0x1F), compression=3),
        "24 bits": bmp(three, 24),
        "24 bits, top down": bmp(three, 24, top_down=True),
        "24 bits of OS/2": bmp(three, 24, header=12),
        "32 bits": bmp(four, 32),
        "32 bits with masks and alpha": bmp(four, 32, header=108, masks=argb, compression=3),
        "32 bits, red first": bmp(four, 32, masks=(0xFF000000, 0xFF0000, 0xFF00), compression=3),
    }


def pnm_files():
    def text(rows):
        return "\n".join(" ".join(str(v) for v in row) for row in rows).encode()

    size = f"{WIDTH} {HEIGHT}".encode()
    return {
        "P1": b"P1\n# by hand\n" + size + b"\n" + text(numbers(1)),
        "P2": b"P2 " + size + b" 15\n" + text(numbers(15)) + b"\n",
        "P3": b"P3\n" + size + b"\n255\n" + text(numbers(255, 3)),
        "P4": b"P4\n" + size + b"\n" + b"".join(packed(numbers(1), 1)),
        "P5": b"P5\n# one\n# two\n" + size + b"\n255\n" + b"".join(packed(numbers(255), 8)),
        "P5, white is 100": b"P5\n" + size + b"\n100\n" + b"".join(packed(numbers(100), 8)),
        "P5 of 16 bits": b"P5\n" + size + b"\n65535\n" + numbers(65535).astype(">u2").tobytes(),
        "P5, white is 1000": b"P5\r\n" + size + b"\n1000\n" + numbers(1000).astype(">u2").tobytes(),
        "P6": b"P6 " + size + b" 255 " + b"".join(packed(numbers(255, 3), 8)),
    }


def read(name, file):
    image = Image.open(io.BytesIO(file))
    if image.mode in ("1", "P"):
        image = image.convert("RGB" if image.mode == "P" else "L")
    values = np.array(image)
    return {
        "name": name,
        "file": base64.b64encode(file).decode(),
        "channels": 1 if values.ndim == 2 else values.shape[2],
        "isWords": image.mode.startswith("I"),
        "pixels": [int(v) for v in values.ravel()],
    }


def main():
    files = {**bmp_files(), **pnm_files()}
    golden = {
        "formatVersion": 1,
        "madeWith": {"pillow": PIL.__version__},
        "width": WIDTH,
        "height": HEIGHT,
        "images": [read(name, file) for name, file in files.items()],
    }
    return write_or_check(golden, PATH)


if __name__ == "__main__":
    raise SystemExit(main())
