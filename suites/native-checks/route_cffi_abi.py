"""The contract of accelerators, by cffi's ABI mode."""

from _routes import contract_of

globals().update(contract_of("cffi-abi"))
