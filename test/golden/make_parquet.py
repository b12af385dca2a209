"""Writes parquet/*.parquet: small files of images and labels as pyarrow writes them, in the forms that Graft reads.

Needs pyarrow. From the repository's root:

    ${PYTHON:-python3} test/golden/make_parquet.py

With --check it writes nothing and fails if a file holds other rows or metadata of its columns than it would write. The
bytes differ from one version of pyarrow to the next and are not compared.

Row n holds a grey PNG of 4x4 pixels of the value 10 n, and the label n mod 3.
"""

import io
import json
import os
import struct
import sys
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parquet")
ROWS = 12
NAMES = ["wasp", "ant", "bee"]
FEATURES = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": NAMES}}


def png(value, side=4):
    """A grey PNG of one value."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = (b"\0" + bytes([value]) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


IMAGES = [png(10 * n) for n in range(ROWS)]
LABELS = [n % 3 for n in range(ROWS)]


def with_features(table, features=FEATURES):
    """As Hugging Face's datasets write what the columns mean."""
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def structs(images=IMAGES):
    rows = [None if image is None else {"bytes": image, "path": f"{n}.png"} for n, image in enumerate(images)]
    return pa.array(rows, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))


def hub():
    return with_features(pa.table({"image": structs(), "label": pa.array(LABELS, pa.int64())}))


def missing():
    """Row 1 without an image, row 2 without bytes, row 3 without a label, row 4 with -1 for none."""
    images = [{"bytes": image, "path": None} for image in IMAGES]
    images[1], images[2] = None, {"bytes": None, "path": "2.png"}
    labels = [*LABELS[:3], None, -1, *LABELS[5:]]
    return with_features(pa.table({"label": pa.array(labels, pa.int64()), "image": pa.array(images, structs().type)}))


def words():
    return pa.table({"img": pa.array(IMAGES, pa.binary()), "class": pa.array([NAMES[label] for label in LABELS])})


def cases():
    """Of every file its table, and how it is written."""
    codecs = ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]
    return {
        **{f"hub-{codec}": (hub(), {"compression": codec}) for codec in codecs},
        # version 2 of the pages, three of them in each of two groups of rows
        "hub-pages": (
            hub(),
            {
                "data_page_version": "2.0",
                "row_group_size": 6,
                "use_dictionary": False,
                "data_page_size": 1,
                "write_batch_size": 2,
            },
        ),
        # a dictionary that is given up for plain pages
        "hub-dictionary": (hub(), {"dictionary_pagesize_limit": 200, "write_batch_size": 2}),
        "hub-deltas": (
            hub(),
            {"use_dictionary": False, "column_encoding": {"image.bytes": "DELTA_LENGTH_BYTE_ARRAY"}},
        ),
        "missing": (missing(), {}),
        "words": (words(), {"use_dictionary": ["class"]}),
    }


def main():
    check = "--check" in sys.argv[1:]
    os.makedirs(FOLDER, exist_ok=True)
    for name, (table, options) in cases().items():
        path = os.path.join(FOLDER, f"{name}.parquet")
        buffer = io.BytesIO()
        pq.write_table(table, buffer, **options)
        if not check:
            with open(path, "wb") as file:
                file.write(buffer.getvalue())
            continue
        found = pq.ParquetFile(path)
        wanted = pq.ParquetFile(buffer)
        same = found.read().equals(wanted.read(), check_metadata=True)
        forms = [
            [
                (group.column(c).compression, group.column(c).encodings)
                for group in map(file.metadata.row_group, range(file.metadata.num_row_groups))
                for c in range(group.num_columns)
            ]
            for file in (found, wanted)
        ]
        if not same or forms[0] != forms[1]:
            sys.exit(f"{path}: other rows, or in another form, than this script writes.")
    print("as written" if check else f"wrote {len(cases())} files")


main()
