"""What has to be known of an interpreter to build something that it can load."""

import platform
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES


def facts():
    """Of the interpreter that runs this; versions are lists of numbers."""
    version = getattr(sys, "pypy_version_info", None) or sys.implementation.version
    return {
        "implementation": sys.implementation.name,
        "version": list(version[:3]),
        "language": list(sys.version_info[:3]),
        "suffixes": EXTENSION_SUFFIXES,
        "machine": platform.machine(),
        "include": [sysconfig.get_path("include")],
        "gil": not sysconfig.get_config_var("Py_GIL_DISABLED"),
    }
