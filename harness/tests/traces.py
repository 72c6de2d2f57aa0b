"""Made-up series of times whose truth is known: noise, steps, drifts, cycles, spikes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from pyrometer.analysis.series import Floats

Noise = Callable[[Generator, int], Floats]


def slow_example(count: int) -> Floats:
    """The slow part of the worked example: around 10, standard deviation 0.14."""
    return np.asarray(10 + 0.1 * ((7 * np.arange(count)) % 5 - 2))


def swift_example(count: int) -> Floats:
    """Its fast part: around 8, standard deviation 0.1."""
    return np.asarray(8 + 0.05 * ((3 * np.arange(count)) % 7 - 3))


def normal(sigma: float) -> Noise:
    """Independent, around 1."""
    return lambda rng, count: 1 + sigma * rng.normal(0, 1, count)


def resembling(sigma: float, rho: float) -> Noise:
    """Autoregressive of first order with lag-1 autocorrelation `rho`, around 1."""

    def noise(rng: Generator, count: int) -> Floats:
        values = np.empty(count)
        values[0] = rng.normal()
        for at in range(1, count):
            values[at] = rho * values[at - 1] + np.sqrt(1 - rho**2) * rng.normal()
        return np.asarray(1 + sigma * values)

    return noise


def spiky(share: float) -> Noise:
    """Noise of a hundredth, and that share of the values slower by a third (exponentially)."""

    def noise(rng: Generator, count: int) -> Floats:
        spikes = (rng.random(count) < share) * rng.exponential(0.3, count)
        return np.asarray(normal(0.01)(rng, count) + spikes)

    return noise


def lognormal(sigma: float) -> Noise:
    """Skewed."""
    return lambda rng, count: np.exp(sigma * rng.normal(0, 1, count))


def collected(rng: Generator, count: int) -> Floats:
    """Every eighth value slower by a fifth, as by a collector of garbage."""
    pauses = (np.arange(count) + rng.integers(8)) % 8 == 0
    return np.asarray(normal(0.01)(rng, count) + 0.2 * pauses)


def quantised(rng: Generator, count: int) -> Floats:
    """A clock that is coarser than the noise."""
    return np.asarray(np.round(normal(0.003)(rng, count) / 0.004) * 0.004)


# As they are named in docs/METHODOLOGY.md.
KINDS: dict[str, Noise] = {
    "independent, 1 %": normal(0.01),
    "independent, 5 %": normal(0.05),
    "lognormal, σ = 1": lognormal(1.0),
    "coarse clock": quantised,
    "every eighth 20 % slower": collected,
    "5 % spikes": spiky(0.05),
    "10 % spikes": spiky(0.10),
    "autocorrelation 0.5, 5 %": resembling(0.05, 0.5),
    "autocorrelation 0.8, 1 %": resembling(0.01, 0.8),
    "autocorrelation 0.8, 5 %": resembling(0.05, 0.8),
    "autocorrelation 0.95, 1 %": resembling(0.01, 0.95),
}
