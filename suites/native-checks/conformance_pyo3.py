"""What programs written on Ray Core rely on, with the route `pyo3`."""

from _conformance import items_of

globals().update(items_of("pyo3"))
