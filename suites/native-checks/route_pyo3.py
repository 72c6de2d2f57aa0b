"""The contract of accelerators, by PyO3."""

from _routes import contract_of

globals().update(contract_of("pyo3"))
