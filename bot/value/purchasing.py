"""How often customers buy and whether they still do: the BG/NBD model.

Fader, Hardie and Lee: "Counting Your Customers" the Easy Way, Marketing Science 24 (2005), 275-284. While customers are
with us they buy at random at a rate of their own; after each purchase they may leave for good, with a likelihood of
their own. Rates spread over people like a gamma distribution (shape r, rate alpha, in weeks), likelihoods like a beta
distribution (a, b). `x` is the number of purchases after the first, `recency` the weeks from the first to the last,
`age` the weeks from the first until the end of looking. All formulas are used in a form that does not overflow for
customers with thousands of purchases.

It must not know an amount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, digamma, expit, gammaln

Floats = NDArray[np.float64]

BOUNDS = (-8.0, 8.0)
"""Within these, logarithms of the parameters are looked for. At the ends everybody is alike, or nobody ever leaves."""
START = np.array([-1.0, 1.0, -0.5, 0.5])
"""The logarithms of r, alpha, a and b with which the search begins: those of a common shop."""
_ROOTS, _WEIGHTS = np.polynomial.legendre.leggauss(64)
QUANTILES, WEIGHTS = (_ROOTS + 1) / 2, _WEIGHTS / 2
"""Where a distribution is looked at to sum over it, and how much each place weighs (Gauss and Legendre)."""
LEAST = 1e-12
"""No likelihood is taken to be smaller, so that it can be divided by."""
AT_ONCE = 10_000
"""For so many customers at a time it is summed, to bound the memory."""


@dataclass(frozen=True)
class PurchaseModel:
    """The four parameters of the model, for weeks."""

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return how likely customers were still there at the end of looking, from 0 to 1. Nobody can have left before
        a second purchase, so with x = 0 it is 1.

        Source: Fader, Hardie and Lee, "Computing P(alive) Using the BG/NBD Model" (2008), equation (2)."""
        odds_of_leaving = (
            np.log(self.a)
            - np.log(self.b + np.maximum(x, 1) - 1)
            + (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + recency))
        )
        return np.where(x > 0, expit(-odds_of_leaving), 1.0)

    def expected_if_alive(self, x: Floats, age: Floats, weeks: float) -> Floats:
        """Return how many purchases are expected in the next so many weeks of customers who are still there.

        Source: equation (10) of the article without its denominator, before it is integrated: with a likelihood p of
        leaving after each purchase, (1 - (1 + p weeks / (alpha + age))^-(r+x)) / p purchases are expected, and p is
        spread like a beta distribution (a, b+x). The sum is taken over its quantiles, because the
        hypergeometric function of the closed form overflows where people are very much alike."""
        counts, place = np.unique(x, return_inverse=True)
        likelihoods = np.maximum(betaincinv(self.a, self.b + counts[:, None], QUANTILES), LEAST)
        ahead, events = weeks / (self.alpha + age), self.r + x
        expected = np.empty(len(x))
        for start in range(0, len(x), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            p = likelihoods[place[part]]
            expected[part] = (-np.expm1(-events[part, None] * np.log1p(p * ahead[part, None])) / p) @ WEIGHTS
        return expected

    def expected(self, x: Floats, recency: Floats, age: Floats, weeks: float) -> Floats:
        """Return how many purchases are expected in the next so many weeks: equation (10)."""
        return self.alive(x, recency, age) * self.expected_if_alive(x, age, weeks)


def fit_purchases(x: Floats, recency: Floats, age: Floats) -> PurchaseModel | None:
    """Return the parameters under which these purchases are likeliest; None where there is nothing to learn from:
    nobody bought twice, or the search ends nowhere."""
    if not np.any(x > 0):
        return None
    # Customers who bought alike are reckoned once.
    rows, counts = np.unique(np.column_stack((x, recency, age)), axis=0, return_counts=True)
    x, recency, age = rows.T
    share = counts / counts.sum()

    def miss(logarithms: Floats) -> tuple[float, Floats]:
        likelihood, slopes = measure_likelihood(np.exp(logarithms), x, recency, age)
        return -float(share @ likelihood), -np.array([share @ slope for slope in slopes])

    found = minimize(miss, START, jac=True, method="L-BFGS-B", bounds=[BOUNDS] * len(START))
    return PurchaseModel(*(float(value) for value in np.exp(found.x))) if np.isfinite(found.fun) else None


def measure_likelihood(
    parameters: Floats, x: Floats, recency: Floats, age: Floats
) -> tuple[Floats, tuple[Floats, ...]]:
    """Return the logarithm of each customer's likelihood, equation (6) of the article in the form of the authors' note
    on Excel (2005), and its slopes along the logarithms of r, alpha, a and b."""
    r, alpha, a, b = parameters
    again = x > 0
    before = b + np.maximum(x, 1) - 1  # What the beta distribution has learnt until the last purchase.
    until_age, until_last = np.log(alpha + age), np.log(alpha + recency)
    stayed = -(r + x) * until_age
    left = np.log(a) - np.log(before) - (r + x) * until_last
    either = np.where(again, np.logaddexp(stayed, left), stayed)
    gone = np.where(again, expit(left - stayed), 0.0)
    likelihood = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + either
    likelihood += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    both = digamma(a + b) - digamma(a + b + x)
    slopes = (
        r * (digamma(r + x) - digamma(r) + np.log(alpha) - (1 - gone) * until_age - gone * until_last),
        r - alpha * (r + x) * ((1 - gone) / (alpha + age) + gone / (alpha + recency)),
        a * both + gone,
        b * (both + digamma(b + x) - digamma(b) - gone / before),
    )
    return likelihood, slopes
