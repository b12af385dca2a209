"""How far a golden file is from what the script computes here."""

import base64
import json
import os
import sys

import numpy as np

TOLERANCE = 0.01  # of the largest element of a tensor, or of a number: another PyTorch rounds in another way
ENCODED = ("values", "samples", "logits", "maps")
VERSION_DEPENDENT = ("madeWith", "conditioning")


def write_or_check(made, path):
    """Writes a golden file or, with --check, says how it differs from what is made here; the exit code."""
    if "--check" in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            found = differences(json.loads(json.dumps(made)), json.load(file))
        print("\n".join(found) if found else f"{os.path.basename(path)} is as it should be")
        return 1 if found else 0
    with open(path, "w", encoding="utf-8") as file:
        json.dump(made, file)
    return 0


def differences(made, kept, path="golden"):
    """What differs by more than rounding, as "path: what" sentences."""
    if isinstance(made, dict) and isinstance(kept, dict):
        if made.keys() != kept.keys():
            return [f"{path}: expected the keys {sorted(made)}, got {sorted(kept)}"]
        return [d for key in made if key not in VERSION_DEPENDENT for d in entry_differences(made, kept, key, path)]
    if isinstance(made, list) and isinstance(kept, list):
        if len(made) != len(kept):
            return [f"{path}: expected {len(made)} entries, got {len(kept)}"]
        return [d for i, pair in enumerate(zip(made, kept)) for d in differences(*pair, f"{path}[{i}]")]
    if isinstance(made, float) and isinstance(kept, (int, float)):
        return far(np.array([made]), np.array([kept]), None, path)
    return [] if made == kept else [f"{path}: expected {made!r}, got {kept!r}"]


def entry_differences(made, kept, key, path):
    """The differences under one key; encoded tensors are compared by value."""
    if key in ENCODED and isinstance(made[key], str):
        return far(decoded(made[key]), decoded(kept[key]), made.get("scale"), f"{path}.{key}")
    if key in ("sum", "scale"):  # a sum may cancel to rounding; a scale is a choice of unit
        return []
    return differences(made[key], kept[key], f"{path}.{key}")


def decoded(text):
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float64)


def far(made, kept, scale, path):
    """One sentence if the arrays are further apart than the tolerance."""
    if made.shape != kept.shape:
        return [f"{path}: expected {made.size} numbers, got {kept.size}"]
    largest = np.abs(made).max() if scale is None else scale
    distance = np.abs(made - kept).max() / max(largest, 1e-12)
    return [f"{path}: expected the same within {TOLERANCE} of its scale, got {distance:.2g}"] if distance > TOLERANCE else []
