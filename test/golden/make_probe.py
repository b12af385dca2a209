"""Writes probe.json: logistic regressions solved by scikit-learn.

Needs NumPy 1.24 and scikit-learn 1.2, or later. From the repository's root:

    ${PYTHON:-python3} test/golden/make_probe.py

With --check it writes nothing and fails if the file differs by more than another version's rounding.

Features are made by hash_data.py, so the file holds solutions alone. They are those of scikit-learn's objective at a
gradient of 1e-7 or less, which is checked here by the objective's definition: its default solver stops far earlier.
"""

import json
import os
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

from hash_data import integers, symmetric

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe.json")
TOLERANCE = 1e-5
STRENGTHS = (1e-3, 1e-1, 1.0, 1e2)
SHOWN = 6  # rows whose probabilities are kept


def problems():
    return [
        {"name": "2 classes, more images than features", "seed": 1, "count": 40, "width": 6, "numClasses": 2},
        {"name": "2 classes, fewer images than features", "seed": 2, "count": 20, "width": 30, "numClasses": 2},
        {"name": "5 classes, more images than features", "seed": 3, "count": 60, "width": 8, "numClasses": 5},
        {"name": "5 classes, fewer images than features", "seed": 4, "count": 30, "width": 40, "numClasses": 5},
        {
            "name": "2 weighted classes", "seed": 5, "count": 40, "width": 6, "numClasses": 2,
            "classWeights": [0.25, 3.0],
        },
        {
            "name": "5 weighted classes", "seed": 6, "count": 60, "width": 8, "numClasses": 5,
            "classWeights": [0.5, 1.0, 2.0, 1.0, 4.0],
        },
    ]


def data_of(problem):
    """Features, float32 [count, width], half of a class's own numbers in noise, and labels."""
    seed, count, width = problem["seed"], problem["count"], problem["width"]
    labels = integers(seed, count, problem["numClasses"])
    noise = symmetric(seed + 1000, count * width, 1.75).reshape(count, width).astype(np.float64)
    own = symmetric(seed + 2000, problem["numClasses"] * width, 1.0).reshape(-1, width).astype(np.float64)
    return (noise + 0.5 * own[labels]).astype(np.float32), labels


def solved(problem, strength):
    features, labels = data_of(problem)
    x = features.astype(np.float64)
    weights = problem.get("classWeights")
    model = LogisticRegression(
        C=strength, solver="newton-cg", tol=1e-8, max_iter=1000,
        class_weight=None if weights is None else dict(enumerate(weights)),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where rounding ends its search; require_solved decides
        model.fit(x, labels)
    sample_weights = np.ones(len(x)) if weights is None else np.array(weights)[labels]
    require_solved(model, x, labels, strength * sample_weights)
    intercept = model.intercept_
    if problem["numClasses"] > 2:
        intercept = intercept - intercept.mean()  # the same number added to all of them changes nothing
    return {
        "strength": strength,
        # of two classes, the second one's less the first one's
        "coefficients": rounded(model.coef_),
        "intercept": rounded(intercept),
        "probabilities": rounded(model.predict_proba(x[:SHOWN])),
    }


def require_solved(model, x, labels, weights):
    wanted = np.eye(len(model.classes_))[labels]
    residual = (model.predict_proba(x) - wanted) * weights[:, None]
    if len(model.classes_) == 2:
        residual = residual[:, 1:]
    gradient = np.concatenate([(residual.T @ x + model.coef_).ravel(), residual.sum(axis=0)])
    if np.abs(gradient).max() > 1e-7 * max(1.0, weights.sum()):
        raise SystemExit(f"not solved: gradient {np.abs(gradient).max()}")


def rounded(values):
    return [float(f"{value:.9g}") for value in np.ravel(values)]


def differences(made, kept, path="golden"):
    """What differs by more than rounding, as "path: what" sentences."""
    if isinstance(made, dict) and isinstance(kept, dict) and made.keys() == kept.keys():
        return [d for key in made if key != "madeWith" for d in differences(made[key], kept[key], f"{path}.{key}")]
    if isinstance(made, list) and isinstance(kept, list) and len(made) == len(kept):
        return [d for i, pair in enumerate(zip(made, kept)) for d in differences(*pair, f"{path}[{i}]")]
    if isinstance(made, float) and isinstance(kept, (int, float)):
        near = abs(made - kept) <= TOLERANCE * max(1.0, abs(kept))
        return [] if near else [f"{path}: expected {made!r}, got {kept!r}"]
    return [] if made == kept else [f"{path}: expected {made!r:.80}, got {kept!r:.80}"]


def main():
    golden = {
        "formatVersion": 1,
        "madeWith": {"numpy": np.__version__, "sklearn": sklearn.__version__},
        "problems": [{**problem, "solutions": [solved(problem, c) for c in STRENGTHS]} for problem in problems()],
    }
    entries = (f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in golden.items())
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    if "--check" in sys.argv[1:]:
        with open(PATH, encoding="utf-8") as file:
            found = differences(json.loads(text), json.load(file))
        if found:
            raise SystemExit("\n".join(found))
        return
    with open(PATH, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{PATH}: {len(text)} bytes")


if __name__ == "__main__":
    main()
