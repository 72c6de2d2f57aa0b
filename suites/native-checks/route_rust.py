"""The contract of accelerators, by a module that is linked into RustPython."""

from _routes import contract_of

globals().update(contract_of("rust"))
