"""Definitions of two rows that are this Python, and of one that cannot be had."""

from __future__ import annotations

import sys

SERIES = f"{sys.version_info[0]}.{sys.version_info[1]}"
HERE = f"cpython-{SERIES}"
TWIN = f"{HERE}+twin"
DEFINITION = f"""
implementation = "cpython"
title = "CPython"
[recipe.here]
kind = "host"
path = "{sys.executable}"
[recipe.nowhere]
kind = "debian"
suite = "bookworm"
packages = ["python3.11"]
executable = "usr/bin/python3.11"
[[row]]
series = "{SERIES}"
recipe = "here"
default = true
[[row]]
series = "{SERIES}"
variant = "twin"
recipe = "here"
default = true
[[row]]
series = "3.8"
recipe = "nowhere"
"""
