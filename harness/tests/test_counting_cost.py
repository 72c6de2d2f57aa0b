"""The cost of counting: factors are of processes of the same round."""

from __future__ import annotations

from benchmarks.counting_cost import table


def test_a_factor_is_of_the_native_process_of_its_round() -> None:
    costs = {
        "one": {
            "case": {
                "native": [1.0, 2.0],
                "counted": [10.0, 20.0],
                "counted aarch64": [8.0, 36.0],
            }
        }
    }
    (*_, line) = table(costs).splitlines()
    assert line == "| one | 1.41 | 10.0× [10.0, 10.0] | 12.0× [8.0, 18.0] |"
