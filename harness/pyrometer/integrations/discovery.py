"""Virtualenv's discovery of interpreters, with Pyrometer's among them.

Owns `virtualenv --discovery pyrometer` (or VIRTUALENV_DISCOVERY=pyrometer, which tox passes on).
A name that means one of our rows is answered by that row or by nothing, so that a result is never
another interpreter's; all other names and all paths are virtualenv's own business.
"""

from __future__ import annotations

import logging

from virtualenv.discovery.builtin import Builtin
from virtualenv.discovery.py_info import PythonInfo

from pyrometer.errors import PyrometerError

logger = logging.getLogger("pyrometer")


class PyrometerDiscovery(Builtin):
    """Answers the names of rows with their builds."""

    def run(self) -> PythonInfo | None:
        """The interpreter of the first name that can be answered, or None."""
        asked = tuple(self.python_spec)
        try:
            found = (self._answer(name) for name in asked)
            return next((interpreter for interpreter in found if interpreter is not None), None)
        finally:
            self.python_spec = asked  # it is what the message of a failure prints

    def _answer(self, name: str) -> PythonInfo | None:
        from pyrometer.integrations import supply

        row = supply.row_meant(name)
        if row is None:
            return self._by_virtualenv(name)
        try:
            executable = supply.target_for(row).build.executable
        except PyrometerError as failure:
            logger.warning("pyrometer: %s", _about(name, failure.line))
            return None
        patient = {"PY_DISCOVERY_TIMEOUT": supply.ANSWER_S, **supply.environment_of(row)}
        self._env = {**patient, **self._env}
        try:
            return self._by_virtualenv(str(executable))
        except RuntimeError as error:
            why = f"{row.name} cannot have virtual environments: {error}"
            logger.warning("pyrometer: %s", _about(name, why))
            return None

    def _by_virtualenv(self, name: str) -> PythonInfo | None:
        self.python_spec = (name,)
        return super().run()


def _about(name: str, line: str) -> str:
    return line if line.startswith(name) else f"{name}: {line}"
