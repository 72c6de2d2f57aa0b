"""The contract of accelerators, by the reference in pure Python."""

from _routes import contract_of

globals().update(contract_of("pure"))
