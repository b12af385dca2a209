"""Writes statistics.json: what SciPy and scikit-learn give where Graft's own statistics have to give the same.

Needs SciPy 1.10 and scikit-learn 1.2 or later (Debian: python3-sklearn). From the repository's root:

    ${PYTHON:-python3} test/golden/make_statistics.py

With --check it writes nothing and fails if the file differs by more than another version's rounding.

What no library has is computed from its definition in the slowest way that can be read at a glance: Holm's
correction as the closed test it is, calibration by masks.
"""

import itertools
import json
import os
import sys
import warnings

import numpy as np
import scipy
import sklearn
from scipy import optimize, special, stats

from classifier_cases import classifier_cases

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "statistics.json")
TOLERANCE = 1e-8  # relative; SciPy's t.ppf and nct move in the tenth digit between versions


def distributions():
    """Rows of arguments and value."""
    degrees = (1, 2, 3, 4, 9, 29, 100, 10000)
    levels = (1e-6, 0.025, 0.2, 0.6, 0.95, 0.975, 0.9995)
    places = (-3.0, 0.0, 0.1, 1.0, 2.0, 5.0, 20.0, 100.0)
    return {
        "studentTQuantile": [[p, df, stats.t.ppf(p, df)] for df in degrees for p in levels],
        "studentTSurvival": [[t, df, stats.t.sf(t, df)] for df in degrees for t in places],
        "normalQuantile": [[p, stats.norm.ppf(p)] for p in (1e-10, 1e-5, 0.01, 0.3, 0.5, 0.9, 0.975, 0.99999)],
        "normalSurvival": [[z, stats.norm.sf(z)] for z in (-8.0, -2.0, -0.5, 0.0, 1e-9, 0.5, 1.9, 2.1, 5.0, 20.0)],
    }


def summaries():
    random = np.random.RandomState(11)
    cases = []
    for count, level in ((2, 0.95), (3, 0.95), (5, 0.9), (12, 0.99)):
        values = np.round(random.normal(0.9, 0.02, count), 4)
        low, high = stats.t.interval(level, count - 1, loc=values.mean(), scale=stats.sem(values))
        cases.append({
            "values": values.tolist(), "level": level, "mean": values.mean(), "standardDeviation": values.std(ddof=1),
            "low": low, "high": high, "quantiles": [[p, np.quantile(values, p)] for p in (0, 0.1, 0.25, 0.5, 0.77, 1)],
        })
    return cases


def paired():
    random = np.random.RandomState(13)
    drawn = [np.round(random.normal(0.01, 0.02, n), 5) for n in (2, 3, 5, 8, 20)]
    ties = [[0.01, 0.01, -0.01, 0.02, 0.03], [0.0, 0.01, 0.02, 0.0, -0.01, 0.02], [0.005] * 4 + [-0.005, 0.01]]
    many = [np.round(random.normal(0.004, 0.02, 60), 3)]
    return [paired_case(np.array(differences)) for differences in drawn + ties + many]


def paired_case(differences):
    count = len(differences)
    test = stats.ttest_rel(differences, np.zeros(count))
    low, high = stats.t.interval(0.95, count - 1, loc=differences.mean(), scale=stats.sem(differences))
    return {"differences": differences.tolist(), "t": test.statistic, "p": test.pvalue, "low": low, "high": high}


def paired_answers():
    """Two classifiers on the same images: McNemar's exact p, and the differences that a score test does not refuse."""
    tables = ((153, 12, 3), (100, 0, 0), (40, 5, 0), (2000, 60, 55), (40, 40, 0), (30, 0, 7), (10000, 310, 205))
    return [answers_case(*table) for table in tables]


def answers_case(images, first, second):
    z = stats.norm.ppf(0.975)

    def score(difference):
        def loss(share):
            shares = np.array([share + difference, share, 1 - 2 * share - difference])
            counts = np.array([first, second, images - first - second])
            return -np.sum(special.xlogy(counts, np.maximum(shares, 1e-300)))

        bounds = (max(0.0, -difference), (1 - difference) / 2)
        share = optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-14}).x
        return (first - second - images * difference) / np.sqrt(images * (2 * share + difference * (1 - difference)))

    def end(sign):
        edge = sign * (1 - 1e-9)
        if sign * score(edge) > -z:
            return float(sign)
        return optimize.brentq(lambda d: score(d) + sign * z, (first - second) / images + sign * 1e-12, edge, xtol=1e-13)

    return {
        "counts": {"images": images, "onlyFirst": first, "onlySecond": second},
        "p": stats.binomtest(first, first + second).pvalue if first + second > 0 else 1.0,
        "low": end(-1),
        "high": end(1),
    }


def holm():
    """Closed testing: a hypothesis falls once every set that holds it falls by Bonferroni."""
    random = np.random.RandomState(14)
    cases = [[0.04], [0.01, 0.04, 0.03], [0.5, 0.5, 0.01, 0.01], np.round(random.uniform(0, 0.1, 6), 4).tolist()]
    result = []
    for values in cases:
        sets = [s for size in range(1, len(values) + 1) for s in itertools.combinations(range(len(values)), size)]
        adjusted = [
            max(min(1.0, len(s) * min(values[j] for j in s)) for s in sets if i in s) for i in range(len(values))
        ]
        result.append({"p": values, "adjusted": adjusted})
    return result


def rank_correlations():
    random = np.random.RandomState(15)
    cases = []
    for count, digits in ((3, 6), (6, 6), (10, 6), (33, 6), (40, 6), (8, 0), (30, 1), (60, 0)):
        a = random.normal(0, 1, count)
        b = 0.5 * a + random.normal(0, 1, count)
        a, b = np.round(a, digits) + 0.0, np.round(b, digits) + 0.0
        rho, tau = stats.spearmanr(a, b), stats.kendalltau(a, b)
        cases.append({"a": a.tolist(), "b": b.tolist(), "spearman": list(rho), "kendallTauB": list(tau)})
    return cases


def differences(made, kept, path="golden"):
    """What differs by more than rounding, as "path: what" sentences."""
    if isinstance(made, dict) and isinstance(kept, dict) and made.keys() == kept.keys():
        return [d for key in made if key != "madeWith" for d in differences(made[key], kept[key], f"{path}.{key}")]
    if isinstance(made, list) and isinstance(kept, list) and len(made) == len(kept):
        return [d for i, pair in enumerate(zip(made, kept)) for d in differences(*pair, f"{path}[{i}]")]
    if isinstance(made, float) and isinstance(kept, (int, float)):
        # a tail of 1e-89 is held to fewer digits than a number of everyday size
        near = abs(made - kept) <= TOLERANCE * max(abs(made), abs(kept)) + 1e-15
        return [] if near else [f"{path}: expected {made!r}, got {kept!r}"]
    return [] if made == kept else [f"{path}: expected {made!r:.80}, got {kept!r:.80}"]


def main():
    warnings.simplefilter("ignore")  # divisions by 0 and small samples are among the cases
    golden = {
        "formatVersion": 1,
        "madeWith": {"scipy": scipy.__version__, "sklearn": sklearn.__version__, "numpy": np.__version__},
        "distributions": distributions(),
        "summaries": summaries(),
        "paired": paired(),
        "pairedAnswers": paired_answers(),
        "holm": holm(),
        "rankCorrelations": rank_correlations(),
        "classifiers": classifier_cases(),
    }
    entries = (f"{json.dumps(key)}: {json.dumps(value, default=float, allow_nan=False)}" for key, value in golden.items())
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
