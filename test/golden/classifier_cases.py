"""Classifiers for the golden file of statistics: labels, probabilities, and scikit-learn's metrics of them."""

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

BINS = 15


def classifier_cases():
    return [
        case("four classes, float64", drawn(21, 240, 4), np.float64),
        case("four classes, float32", drawn(22, 160, 4), np.float32),
        case("two classes", drawn(23, 80, 2), np.float64),
        case("many ties", sixteenths(24, 120, 3), np.float64, curves=True),
        case("a class that is never predicted", never_predicted(25, 60), np.float64, curves=True),
        case("zeros and ones", certain(26, 40, 3), np.float64),
    ]


def drawn(seed, count, classes):
    """Softmax of noisy logits, to five digits."""
    random = np.random.RandomState(seed)
    labels = random.randint(0, classes, count)
    logits = 1.5 * random.normal(size=(count, classes)) + 1.2 * np.eye(classes)[labels]
    exponentials = np.exp(logits)
    probabilities = np.round(exponentials / exponentials.sum(axis=1, keepdims=True), 5)
    probabilities[:, -1] = np.round(1 - probabilities[:, :-1].sum(axis=1), 5)
    return labels, np.abs(probabilities)


def sixteenths(seed, count, classes):
    """Multiples of 1/16: sums are exact and many scores are equal, also with the top one."""
    random = np.random.RandomState(seed)
    labels = random.randint(0, classes, count)
    chances = 0.5 * np.eye(classes)[labels] + 0.5 / classes
    return labels, np.array([random.multinomial(16, row) for row in chances]) / 16


def never_predicted(seed, count):
    labels, probabilities = sixteenths(seed, count, 3)
    probabilities[:, 0] += probabilities[:, 2]  # half of class 2's share is more than it ever gets
    probabilities[:, 2] = 0
    return labels, probabilities


def certain(seed, count, classes):
    """One class has all the probability, rightly or wrongly."""
    random = np.random.RandomState(seed)
    labels = random.randint(0, classes, count)
    guessed = np.where(random.uniform(size=count) < 0.7, labels, random.randint(0, classes, count))
    return labels, np.eye(classes)[guessed]


def case(name, drawn_case, dtype, curves=False):
    labels, rounded = drawn_case
    probabilities = rounded.astype(dtype)
    classes = list(range(probabilities.shape[1]))
    predicted = probabilities.argmax(axis=1)
    truth = np.eye(len(classes), dtype=int)[labels]
    scores = metrics.precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    top = probabilities.max(axis=1).astype(np.float64)
    return {
        "name": name, "numClasses": len(classes), "dtype": np.dtype(dtype).name, "labels": labels.tolist(),
        "probabilities": rounded.ravel().tolist(),
        "confusion": metrics.confusion_matrix(labels, predicted, labels=classes).ravel().tolist(),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted),
        "perClass": [list(row) for row in zip(*(column.tolist() for column in scores))],
        **{
            average: list(metrics.precision_recall_fscore_support(
                labels, predicted, labels=classes, average=average, zero_division=0)[:3])
            for average in ("macro", "weighted")
        },
        "rocArea": [metrics.roc_auc_score(truth[:, c], probabilities[:, c]) for c in classes],
        "macroRocArea": metrics.roc_auc_score(truth, probabilities, average="macro"),
        "averagePrecision": [metrics.average_precision_score(truth[:, c], probabilities[:, c]) for c in classes],
        "macroAveragePrecision": metrics.average_precision_score(truth, probabilities, average="macro"),
        "curves": [class_curves(truth[:, c], probabilities[:, c]) for c in classes] if curves else None,
        "logLoss": metrics.log_loss(labels, probabilities, labels=classes),
        "brierScore": float(np.mean(np.sum((probabilities.astype(np.float64) - truth) ** 2, axis=1))),
        "binaryBrierScore": metrics.brier_score_loss(labels, probabilities[:, 1]) if len(classes) == 2 else None,
        "topK": [top_k(labels, probabilities, k, classes) for k in classes[1:]],
        "calibration": calibration(predicted == labels, top),
    }


def class_curves(truth, scores):
    """scikit-learn's curves from the highest threshold down, without the points that it adds in front."""
    false_positives, true_positives, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(truth, scores)
    return {
        "thresholds": thresholds[1:].tolist(), "falsePositiveRate": false_positives[1:].tolist(),
        "truePositiveRate": true_positives[1:].tolist(), "precision": precision[:-1][::-1].tolist(),
        "recall": recall[:-1][::-1].tolist(),
    }


def top_k(labels, probabilities, k, classes):
    """scikit-learn's top-k accuracy; None with ties, which it breaks by the higher class."""
    if any(len(set(row)) < len(row) for row in probabilities.tolist()):
        return None
    if len(classes) == 2:
        return float(np.mean(probabilities.argmax(axis=1) == labels))
    return metrics.top_k_accuracy_score(labels, probabilities, k=k, labels=classes)


def calibration(right, confidence):
    """Guo et al. 2017 by masks; the bins that are not empty as scikit-learn has them too."""
    ends = np.arange(BINS + 1) / BINS
    masks = [(confidence > low) & (confidence <= high) for low, high in zip(ends[:-1], ends[1:])]
    gaps = [abs(right[m].mean() - confidence[m].mean()) if m.any() else 0.0 for m in masks]
    share_right, mean_confidence = calibration_curve(right, confidence, n_bins=BINS)
    return {
        "expected": float(sum(m.mean() * gap for m, gap in zip(masks, gaps))),
        "maximum": float(max(gaps)),
        "images": [int(m.sum()) for m in masks],
        "filled": [list(pair) for pair in zip(mean_confidence.tolist(), share_right.tolist())],
    }
