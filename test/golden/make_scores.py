"""Writes scores.json: transferability scores and principal components, computed from their definitions by NumPy.

Needs NumPy 1.24 or later. From the repository's root:

    ${PYTHON:-python3} test/golden/make_scores.py

With --check it writes nothing and fails if the file differs by more than another version's rounding.

Each value is computed the way that its paper defines it and Graft does not: LogME with explicit matrices and their
inverses, the H-score with a covariance that is inverted, LEEP and NCE by tables of the joint distribution.
"""

import json
import os
import sys

import numpy as np

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scores.json")
TOLERANCE = 1e-8


def answer_cases():
    random = np.random.RandomState(21)
    cases = []
    for name, count, source, target, sharpness in (
        ("few images", 6, 3, 2, 1.0),
        ("sure answers", 40, 8, 2, 6.0),
        ("more target than source classes", 60, 3, 5, 2.0),
        ("a target class that does not occur", 30, 8, 10, 2.0),
    ):
        labels = random.randint(0, target, count)
        if "not occur" in name:
            labels[labels == 4] = 7
        logits = sharpness * (random.normal(0, 1, (count, source)) + np.eye(target, source)[labels])
        probabilities = np.round(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), 4)
        cases.append({
            "name": name, "labels": labels.tolist(), "probabilities": probabilities.ravel().tolist(),
            "leep": leep(probabilities, labels), "nce": nce(probabilities, labels),
        })
    return cases


def leep(theta, labels):
    joint = np.stack([theta[labels == y].sum(axis=0) for y in range(labels.max() + 1)]) / len(labels)  # [Y, Z]
    conditional = joint / joint.sum(axis=0)
    return float(np.mean([np.log(conditional[y] @ row) for y, row in zip(labels, theta)]))


def nce(theta, labels):
    answers = theta.argmax(axis=1)
    joint = np.zeros((labels.max() + 1, theta.shape[1]))
    np.add.at(joint, (labels, answers), 1 / len(labels))
    marginal = np.broadcast_to(joint.sum(axis=0), joint.shape)
    filled = joint > 0
    return float((joint[filled] * np.log(joint[filled] / marginal[filled])).sum())


def feature_cases():
    random = np.random.RandomState(22)
    cases = []
    for name, count, width, classes, distance in (
        ("many images", 60, 5, 2, 1.0),
        ("many images of three classes", 90, 8, 3, 2.0),
        ("no signal", 40, 6, 2, 0.0),
        ("as many images as features", 12, 12, 2, 1.0),
        ("fewer images than features", 10, 25, 2, 1.0),
        ("columns of zeros and a repeated one", 30, 8, 4, 1.5),
        ("a class that does not occur", 24, 4, 6, 1.0),
    ):
        labels = np.arange(count) % classes
        if "does not occur" in name:
            labels[labels == 3] = 5
        means = distance * random.normal(0, 1, (classes, width))
        features = np.maximum(means[labels] + random.normal(0, 1, (count, width)), -0.5)
        if "zeros" in name:
            features[:, 2] = 0
            features[:, 5] = features[:, 4]
        features = np.round(features, 3)
        cases.append({
            "name": name, "labels": labels.tolist(), "features": features.ravel().tolist(),
            "logme": logme(features, labels), "hScore": h_score(features, labels), "pca": pca(features),
        })
    return cases


def logme(features, labels):
    """The fixed point of alpha and beta with A = alpha I + beta F^T F itself, then the evidence of that A."""
    count, width = features.shape
    features = features / np.sqrt((features**2).sum() / count)
    gram = features.T @ features
    evidences = []
    for label in np.unique(labels):
        y = (labels == label).astype(float)
        alpha = beta = 1.0
        for _ in range(20000):
            inverse = np.linalg.inv(alpha * np.eye(width) + beta * gram)
            m = beta * inverse @ features.T @ y
            gamma = np.trace(beta * inverse @ gram)
            before = alpha / beta
            alpha = gamma / (m @ m + 1e-5)
            beta = (count - gamma) / (((features @ m - y) ** 2).sum() + 1e-5)
            if abs(alpha / beta - before) <= 1e-12 * before:
                break
        else:
            raise SystemExit("LogME does not settle")
        a = alpha * np.eye(width) + beta * gram
        m = beta * np.linalg.solve(a, features.T @ y)
        evidences.append((
            width / 2 * np.log(alpha) + count / 2 * np.log(beta) - 0.5 * np.linalg.slogdet(a)[1]
            - beta / 2 * ((features @ m - y) ** 2).sum() - alpha / 2 * (m @ m) - count / 2 * np.log(2 * np.pi)
        ) / count)
    return float(np.mean(evidences))


def h_score(features, labels):
    count, width = features.shape
    x = features - features.mean(axis=0)
    covariance = x.T @ x / count
    target = np.trace(covariance) / width * np.eye(width)
    # Ledoit and Wolf 2004, lemma 3.2 and section 3.3, by sums over images of whole matrices
    distance = ((covariance - target) ** 2).sum()
    noise = sum(((np.outer(row, row) - covariance) ** 2).sum() for row in x) / count**2
    shrinkage = min(noise, distance) / distance
    between = np.zeros((width, width))
    for label in np.unique(labels):
        mean = x[labels == label].mean(axis=0)
        between += (labels == label).mean() * np.outer(mean, mean)
    shrunk = (1 - shrinkage) * covariance + shrinkage * target
    return float(np.trace(np.linalg.inv(shrunk) @ ((1 - shrinkage) * between)))


def pca(features):
    x = features - features.mean(axis=0)
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    scores = u[:, :2] * s[:2]
    scores = scores * np.sign(scores[np.abs(scores).argmax(axis=0), [0, 1]])
    return {"scores": scores.ravel().tolist(), "explained": (s[:2] ** 2 / (s**2).sum()).tolist()}


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
        "madeWith": {"numpy": np.__version__},
        "answers": answer_cases(),
        "features": feature_cases(),
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
