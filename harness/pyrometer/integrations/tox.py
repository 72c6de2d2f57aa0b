"""tox environments on Pyrometer's interpreters: `tox --runner pyrometer`.

Owns three things that a virtualenv discovery alone cannot do: a row's own environment variables
(`+jit` is nothing else), rows named in an environment's name, and packages for interpreters whose
pip cannot reach an index. Everything else is tox's ordinary runner.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tox.config.types import Command
from tox.plugin import impl
from tox.tox_env.errors import Fail
from tox.tox_env.python.pip.pip_install import Pip
from tox.tox_env.python.virtual_env.api import VirtualEnv
from tox.tox_env.python.virtual_env.package.pyproject import Pep517VirtualEnvPackager
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner

from pyrometer.errors import WorldFailure

if TYPE_CHECKING:
    from tox.tox_env.register import ToxEnvRegister

    from pyrometer.model import Row

RUNNER = "pyrometer"
PACKAGER = "pyrometer-pep-517"
TOX_INSTALLS_WITH = ["python", "-I", "-m", "pip", "install"]


class RowPip(Pip):
    """tox's pip, which is handed wheels where it could not fetch any."""

    def build_install_cmd(self, args: Sequence[str]) -> list[str]:
        """The command that installs `args`, after the host has fetched them if it has to."""
        from pyrometer.integrations.wheels import Wheelhouse, reaches_an_index

        python = self._env.base_python
        chosen = self._env.conf.get("install_command", Command).args[: len(TOX_INSTALLS_WITH)]
        if reaches_an_index(python.impl_lower) or chosen != TOX_INSTALLS_WITH:
            return super().build_install_cmd(args)
        house = Wheelhouse(
            folder=self._env.env_dir / "wheels",
            python=python.version_dot,
            environment=self._env.environment_variables,
        )
        try:
            return super().build_install_cmd(house.fetch(args))
        except WorldFailure as failure:
            raise Fail(failure.line) from failure


class RowEnvironment(VirtualEnv, ABC):
    """What a tox environment has to know of rows, whether it tests or packages."""

    _row_pip: RowPip | None = None

    @property
    def installer(self) -> Pip:
        """Made when tox first asks, which is before it knows any interpreter."""
        if self._row_pip is None:
            self._row_pip = RowPip(self)
        return self._row_pip

    @property
    def row(self) -> Row | None:
        """The row of the first base Python that names one: the one that discovery answers with."""
        from pyrometer.integrations.supply import row_meant

        named = (row_meant(name) for name in self.conf.get("base_python", list[str]))
        return next((row for row in named if row is not None), None)

    def virtualenv_env_vars(self) -> dict[str, str]:
        """virtualenv's variables, with Pyrometer's discovery."""
        return {**super().virtualenv_env_vars(), "VIRTUALENV_DISCOVERY": "pyrometer"}

    @property
    def environment_variables(self) -> dict[str, str]:
        """tox's variables, and the row's where `set_env` does not say otherwise.

        Not among the defaults of `set_env`: a `{env:…}` in `base_python` would go round for ever.
        """
        from pyrometer.integrations.supply import environment_of

        return {**environment_of(self.row), **super().environment_variables}

    @classmethod
    def extract_base_python(cls, env_name: str) -> str | None:
        """A row's name within the environment's, which tox would take for another interpreter's."""
        from pyrometer.integrations.names import row_within
        from pyrometer.integrations.supply import rows

        row = row_within(env_name, rows())
        return super().extract_base_python(env_name) if row is None else row.name

    @classmethod
    def _validate_base_python(
        cls,
        env_name: str,
        base_pythons: list[str],
        ignore_base_python_conflict: bool,  # noqa: FBT001 - tox's signature
    ) -> list[str]:
        """tox would read `cpython-3.15+jit` as a path: rows named as such are beyond its doubt."""
        from pyrometer.integrations.supply import rows

        ours = {row.name for row in rows()}
        others = [name for name in base_pythons if name not in ours]
        checked = super()._validate_base_python(env_name, others, ignore_base_python_conflict)
        return base_pythons if checked == others else checked


class RowRunner(RowEnvironment, VirtualEnvRunner):
    """Runs tests on a row."""

    @staticmethod
    def id() -> str:
        """What `--runner` and the key `runner` call it."""
        return RUNNER

    @property
    def _package_tox_env_type(self) -> str:
        return PACKAGER


class RowPackager(RowEnvironment, Pep517VirtualEnvPackager):
    """Builds wheels on a row, where a project asks for that."""

    @staticmethod
    def id() -> str:
        """What a runner calls it."""
        return PACKAGER


@impl
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Add both kinds of environment; tox's own runner stays the default."""
    register.add_run_env(RowRunner)
    register.add_package_env(RowPackager)
