"""How much work a case does: a known share more where a slowdown is injected."""

import os

PER_MILLE = int(os.environ.get("PYROMETER_DOSE", "0"))


def units(size):
    """`size` units of work, and the wanted thousandths of that on top."""
    return size + size * PER_MILLE // 1000
