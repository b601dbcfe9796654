"""How much customers spend at a purchase: the Gamma-Gamma model.

Fader and Hardie: "The Gamma-Gamma Model of Monetary Value" (2013), after Fader, Hardie and Lee: "RFM and CLV", Journal
of Marketing Research 42 (2005), 415-430. What one customer spends varies like a gamma distribution (shape p) around a
mean of their own, and the means vary over people by another (shape q, scale gamma, in units of money).

It must not know how often somebody buys but as the number that a mean is made of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

Floats = NDArray[np.float64]

BOUNDS = (-8.0, 8.0)
"""Within these, logarithms of the parameters are looked for; at the upper end everybody spends alike."""


@dataclass(frozen=True)
class SpendingModel:
    """The three parameters of the model; `gamma` in the unit of the amounts."""

    p: float
    q: float
    gamma: float

    def expected(self, count: Floats, mean: Floats) -> Floats:
        """Return what customers are expected to spend at a purchase who spent `mean` at each of `count`: their own
        mean, drawn towards everybody's the more, the fewer they were. Source: equation (5) of the note."""
        return np.asarray(self.p * (self.gamma + count * mean) / (self.p * count + self.q - 1), dtype=np.float64)


def fit_spending(count: Floats, mean: Floats) -> SpendingModel | None:
    """Return the parameters under which these means are likeliest; None where there is nothing to learn from. Means
    of 0 are left out."""
    paid = (mean > 0) & (count > 0)
    if not np.any(paid):
        return None
    count = count[paid]
    # Of the size of 1, so that the same search finds cents and thousands.
    unit = float(np.average(mean[paid]))
    mean = mean[paid] / unit

    def miss(logarithms: Floats) -> float:
        p, q, gamma = np.exp(logarithms)
        likelihood = gammaln(p * count + q) - gammaln(p * count) - gammaln(q) + q * np.log(gamma)
        likelihood += (p * count - 1) * np.log(mean) + p * count * np.log(count)
        likelihood -= (p * count + q) * np.log(gamma + count * mean)
        return float(-np.mean(likelihood))

    found = minimize(miss, np.zeros(3), method="L-BFGS-B", bounds=[BOUNDS, (np.log(1.01), BOUNDS[1]), BOUNDS])
    if not np.isfinite(found.fun):
        return None
    p, q, gamma = (float(value) for value in np.exp(found.x))
    return SpendingModel(p, q, gamma * unit)
