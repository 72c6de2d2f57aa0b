"""Every row of the microbenchmark does what it should, once."""

from __future__ import annotations

import pytest

import polyray as ray
from polyray import benchmark_rows

HEAVY = {"single client put bytes", "multi client tasks async"}
ROWS = [name for name in benchmark_rows.ROWS if name not in HEAVY and "gigabytes" not in name]


def test_a_wrong_result_is_refused() -> None:
    for right in (b"ok", [b"ok", b"ok"], None, 0, ray.ObjectRef()):
        benchmark_rows.check("row", right)
    for wrong in (b"no", [b"ok", b"no"], 1, 0.5, "ok"):
        with pytest.raises(ValueError, match="row 'row' gave"):
            benchmark_rows.check("row", wrong)


@pytest.mark.slow
def test_every_row_gives_what_it_should() -> None:
    ray.init(num_cpus=2, resources={"custom": 100})
    bench = benchmark_rows.Bench(ray)
    for name in ROWS:
        make, _ = benchmark_rows.ROWS[name]
        benchmark_rows.check(name, make(bench)())
