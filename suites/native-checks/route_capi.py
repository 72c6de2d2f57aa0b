"""The contract of accelerators, by the C API."""

from _routes import contract_of

globals().update(contract_of("capi"))
