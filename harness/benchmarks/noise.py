"""Times of processes whose truth is known: noise as machines make it.

Owns the model: ln(time) of an iteration is the drift of the machine in its block, plus what its
process drew when it started, plus noise of its own that resembles the iteration before. Both kinds
of noise may have heavy tails. Nothing here knows how sides are compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TAILS = 5  # degrees of freedom of the heavy-tailed noise: kurtosis 9


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Standard deviations of ln(time), 0.01 for 1 %; `drift` is of the machine, per block.

    `resembling` is the lag-1 autocorrelation of iterations.
    """

    name: str
    process: float = 0.01
    iteration: float = 0.01
    heavy: bool = False
    drift: float = 0.0
    resembling: float = 0.0


KINDS = (
    Noise(name="normal"),
    Noise(name="iterations vary more", process=0.003),
    Noise(name="processes vary more", process=0.02, iteration=0.005),
    Noise(name="heavy tails", heavy=True),
    Noise(name="drift", drift=0.01),
    Noise(name="autocorrelation", resembling=0.5),
    Noise(name="all of it", heavy=True, drift=0.01, resembling=0.5),
)


def side(noise: Noise, machine: Floats, iterations: int, rng: Generator) -> Floats:
    """Times of one side, blocks × iterations, around 1; `machine` is the state of each block."""
    blocks = machine.size
    own = _drawn(noise, (blocks, 1), rng) * noise.process
    fresh = _drawn(noise, (blocks, iterations), rng)
    every = np.empty_like(fresh)
    every[:, 0] = fresh[:, 0]
    keep = noise.resembling
    for at in range(1, iterations):
        every[:, at] = keep * every[:, at - 1] + np.sqrt(1 - keep**2) * fresh[:, at]
    return np.exp(machine[:, None] + own + every * noise.iteration)


def drifting(noise: Noise, blocks: int, rng: Generator) -> Floats:
    """The state of the machine in each block: a random walk."""
    return np.cumsum(rng.normal(0, noise.drift, blocks)) if noise.drift else np.zeros(blocks)


def _drawn(noise: Noise, shape: tuple[int, int], rng: Generator) -> Floats:
    """Of standard deviation 1."""
    if not noise.heavy:
        return rng.normal(size=shape)
    return np.asarray(rng.standard_t(TAILS, size=shape) / np.sqrt(TAILS / (TAILS - 2)))
