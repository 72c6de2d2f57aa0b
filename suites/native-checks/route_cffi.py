"""The contract of accelerators, by cffi's API mode."""

from _routes import contract_of

globals().update(contract_of("cffi"))
