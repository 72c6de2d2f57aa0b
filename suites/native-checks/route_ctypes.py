"""The contract of accelerators, by ctypes."""

from _routes import contract_of

globals().update(contract_of("ctypes"))
