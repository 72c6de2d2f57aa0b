"""Pyrometer's interpreters inside other tools: tox, virtualenv and nox.

Owns the names that their users write, and what those tools need to be told. Each tool is imported
only by the module of its name, so that none of them is a dependency of Pyrometer.
"""
