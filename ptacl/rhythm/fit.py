"""Training of the read-out of the rhythm on simulated ECGs of exactly known rhythm.

python -m ptacl.rhythm.fit [--seed 11] [--hearts 80] [--out ptacl/rhythm/readout.json]

Prints the confusion and the calibration on other simulated hearts.
"""

import argparse
from pathlib import Path

import numpy as np
from jaxtyping import Float64, Int

from ptacl.rhythm.examples import Examples, class_numbers, simulated_examples
from ptacl.rhythm.features import FEATURES
from ptacl.rhythm.readout import PRIORS, SHIPPED, Readout, softmax, write_readout
from ptacl.types import RHYTHMS

SEED, HEARTS, TEST_SEED = 11, 80, 12
STRENGTH = 0.3
"""Inverse of the ridge penalty of the regression."""
LIMIT_SHARES = (0.002, 0.998)


def fit_readout(examples: Examples, seed: int = SEED, hearts: int = HEARTS) -> Readout:
    """Fit the regression, each rhythm with the weight of its prior.

    Args:
        examples: ECGs of known rhythm.
        seed: that they were made with.
        hearts: number of hearts that they were made from.
    """
    from sklearn.linear_model import LogisticRegression

    low, high = np.quantile(examples.features, LIMIT_SHARES, axis=0)
    limited = np.clip(examples.features, low, high)
    mean, sd = limited.mean(axis=0), limited.std(axis=0).clip(0.05)
    numbers = class_numbers(examples.names)
    equal = 1.0 / np.bincount(numbers, minlength=len(RHYTHMS))[numbers]
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit((limited - mean) / sd, numbers, sample_weight=equal * numbers.size / len(RHYTHMS))
    priors = np.array([PRIORS[name] for name in RHYTHMS])
    # trained with equal shares: the odds of the prior are added
    intercepts = model.intercept_ + np.log(priors)
    return Readout(
        features=FEATURES,
        rhythms=RHYTHMS,
        mean=tuple(mean.tolist()),
        sd=tuple(sd.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        weights=tuple(tuple(row) for row in model.coef_.tolist()),
        intercepts=tuple((intercepts - intercepts.mean()).tolist()),
        seed=seed,
        hearts=hearts,
    )


def expected_calibration_error(
    probabilities: Float64[np.ndarray, "ecgs rhythms"],
    numbers: Int[np.ndarray, " ecgs"],
    weights: Float64[np.ndarray, " ecgs"],
    bins: int = 10,
) -> float:
    """Return the mean gap between the probability of the named rhythm and how often it is right.

    Args:
        probabilities: of each rhythm.
        numbers: index of the true rhythm.
        weights: of the ECGs; they make the mixture that of the priors.
        bins: of equal width over the probability.
    """
    named, certain = probabilities.argmax(axis=1), probabilities.max(axis=1)
    bin_of = np.minimum((certain * bins).astype(int), bins - 1)
    total, error = float(weights.sum()), 0.0
    for index in range(bins):
        inside = bin_of == index
        if inside.any():
            right = np.average(named[inside] == numbers[inside], weights=weights[inside])
            stated = np.average(certain[inside], weights=weights[inside])
            error += float(weights[inside].sum()) / total * abs(float(right - stated))
    return error


def prior_weights(numbers: Int[np.ndarray, " ecgs"]) -> Float64[np.ndarray, " ecgs"]:
    """Return weights under which the shares of the rhythms are the priors.

    Args:
        numbers: index of the true rhythm of each ECG.
    """
    priors = np.array([PRIORS[name] for name in RHYTHMS])
    return priors[numbers] / np.bincount(numbers, minlength=len(RHYTHMS))[numbers]


def confusion(readout: Readout, examples: Examples) -> str:
    """Return the confusion and the calibration as text, a row for each true rhythm."""
    numbers = class_numbers(examples.names)
    probabilities = softmax(readout.logits(examples.features))
    named = probabilities.argmax(axis=1)
    lines = ["true rhythm".ljust(28) + "".join(name[:9].rjust(10) for name in RHYTHMS)]
    for index, name in enumerate(RHYTHMS):
        for kind in sorted({k for k, n in zip(examples.kinds, examples.names, strict=True)
                            if n == name}):  # fmt: skip
            rows = np.array([k == kind for k in examples.kinds]) & (numbers == index)
            counts = np.bincount(named[rows], minlength=len(RHYTHMS))
            lines.append(kind.ljust(28) + "".join(str(c).rjust(10) for c in counts))
    error = expected_calibration_error(probabilities, numbers, prior_weights(numbers))
    right = np.average(named == numbers, weights=prior_weights(numbers))
    lines.append(f"right {right:.3f}, expected calibration error {error:.3f}, under the priors")
    return "\n".join(lines)


def main() -> None:
    """Fit, write and test the read-out."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--hearts", type=int, default=HEARTS)
    options.add_argument("--out", type=Path, default=SHIPPED)
    given = options.parse_args()
    examples = simulated_examples(given.seed, given.hearts)
    readout = fit_readout(examples, given.seed, given.hearts)
    write_readout(readout, given.out)
    print(f"{len(examples.names)} ECGs of {given.hearts} hearts and of ill ones, seed {given.seed}")
    print(confusion(readout, simulated_examples(TEST_SEED, max(given.hearts // 4, 2))))


if __name__ == "__main__":
    main()
