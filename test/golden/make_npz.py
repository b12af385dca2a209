"""Writes npz/*.npz: small files of images and labels as NumPy writes them, in the forms that Graft reads.

Needs NumPy. From the repository's root:

    ${PYTHON:-python3} test/golden/make_npz.py

With --check it writes nothing and fails if a file holds other arrays, or in another form, than it would write. The
archives' times and packed bytes differ from one writing to the next and are not compared.

Pixel (n, c, h, w) of every array of images is (50 n + 17 c + 5 h + w) mod 256.
"""

import io
import os
import sys
import zipfile

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npz")


def pixels(count, channels, height, width):
    """[N, C, H, W]."""
    n, c, h, w = np.ogrid[:count, :channels, :height, :width]
    return ((50 * n + 17 * c + 5 * h + w) % 256).astype(np.uint8)


def npy(array, version):
    with io.BytesIO() as buffer:
        np.lib.format.write_array(buffer, array, version=version)
        return buffer.getvalue()


def savez(**arrays):
    return lambda file: np.savez(file, **arrays)


def savez_compressed(**arrays):
    return lambda file: np.savez_compressed(file, **arrays)


def of_versions(**arrays):
    """Of every array, the version of its format beside it."""

    def write(file):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, (array, version) in arrays.items():
                archive.writestr(f"{name}.npy", npy(array, version))

    return write


def cases():
    ten = pixels(10, 3, 4, 5)
    return {
        "keras": savez_compressed(
            x_train=pixels(6, 1, 5, 4)[:, 0],
            y_train=np.array([3, 0, 1, 3, 0, 1], np.uint8),
            x_test=pixels(3, 1, 5, 4)[:, 0],
            y_test=np.array([1, 3, 2], np.int64),
        ),
        "channels-last": savez(
            images=np.ascontiguousarray(ten.transpose(0, 2, 3, 1)),
            labels=np.array([300, -2, 7, 7, -2, 300, 7, 7, 7, -2], ">i4"),
        ),
        "fortran": savez_compressed(
            images=np.asfortranarray(ten),
            labels=np.array([[2], [0], [0], [2], [2], [0], [0], [2], [2], [2]], "<u8"),
            class_names=np.array(["Käfer", "bee", "🐈"]),
        ),
        "versions": of_versions(
            images=(np.ascontiguousarray(ten[:, :1].transpose(0, 2, 3, 1)), (2, 0)),
            labels=(np.array([0, 1] * 5, np.int16), (3, 0)),
            class_names=(np.array([b"ant", "bée".encode()]), (1, 0)),
        ),
    }


def members(file):
    """Of every member: how it is packed, the version of its format, and its array."""
    with zipfile.ZipFile(file) as archive:
        found = {}
        for info in archive.infolist():
            content = archive.read(info)
            array = np.load(io.BytesIO(content), allow_pickle=False)
            form = (info.compress_type, content[6:8], array.dtype.str, array.shape, np.isfortran(array))
            found[info.filename] = (form, array.tolist())
        return found


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, write in cases().items():
        path = os.path.join(FOLDER, f"{name}.npz")
        with io.BytesIO() as buffer:
            write(buffer)
            if "--check" not in sys.argv[1:]:
                with open(path, "wb") as file:
                    file.write(buffer.getvalue())
            elif members(buffer) != members(path):
                raise SystemExit(f"{path} differs from what this script would write")


if __name__ == "__main__":
    main()
