"""The contract of accelerators, by HPy's CPython ABI."""

from _routes import contract_of

globals().update(contract_of("hpy-cpython"))
