"""What a runtime_env brings: modules, folders, and packages that pip installs once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import polyray as ray
from polyray import packages
from polyray.exceptions import RayError, RuntimeEnvSetupError

pytestmark = pytest.mark.slow

METADATA = "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one wheel that is all that pip looks at, and a cache of its own."""
    wheel = tmp_path / "index" / "example-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("example.py", "where = 'in the wheel'\n")
        archive.writestr("example-1.0.dist-info/METADATA", METADATA)
        archive.writestr("example-1.0.dist-info/WHEEL", WHEEL)
        archive.writestr("example-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return wheel.parent


@ray.remote
def imports(name: str) -> str:
    return str(getattr(__import__(name), "where", ""))


@ray.remote
class Importer:
    def imports(self, name: str) -> str:
        return str(getattr(__import__(name), "where", ""))


def test_modules_and_folders_are_found(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("where = 'in the package'\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "alone.py").write_text("where = 'in the folder'\n")
    ray.init(num_cpus=1, runtime_env={"py_modules": [str(tmp_path / "package")]})
    env = {"working_dir": str(tmp_path / "folder")}
    assert ray.get(imports.remote("package")) == "in the package"
    assert ray.get(imports.options(runtime_env=env).remote("alone")) == "in the folder"
    with pytest.raises(NotImplementedError, match="conda"):
        imports.options(runtime_env={"conda": "x"})


def test_packages_are_installed_once_and_only_for_who_asks(index: Path) -> None:
    ray.init(num_cpus=1)
    env = {"pip": ["example==1.0"]}
    assert ray.get(imports.options(runtime_env=env).remote("example")) == "in the wheel"
    made = packages.folder(["example==1.0"]).stat().st_mtime_ns
    (index / "example-1.0-py3-none-any.whl").unlink()
    actor = Importer.options(runtime_env={"pip": {"packages": ["example==1.0"]}}).remote()
    assert ray.get(actor.imports.remote("example")) == "in the wheel"
    assert packages.folder(["example==1.0"]).stat().st_mtime_ns == made
    with pytest.raises(ModuleNotFoundError):
        ray.get(imports.remote("example"))


def test_a_package_that_nobody_has_fails_what_asks_for_it(index: Path) -> None:
    ray.init(num_cpus=1)
    env = {"pip": ["example==2.0"]}
    with pytest.raises(RuntimeEnvSetupError, match=r"pip could not install \['example==2.0'\]"):
        ray.get(imports.options(runtime_env=env).remote("example"))
    actor = Importer.options(runtime_env=env).remote()
    with pytest.raises(RayError, match="pip could not install"):
        ray.get(actor.imports.remote("example"))
    assert ray.get(imports.remote("json")) == ""


def test_requirements_are_a_list_a_file_or_a_dict(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("# ours\nb==1  # why\n\na\n")
    assert packages.listed(str(file)) == ["a", "b==1"]
    assert packages.listed({"packages": ["x"], "pip_check": False}) == ["x"]
    with pytest.raises(TypeError, match="list of requirements"):
        imports.options(runtime_env={"pip": 5})
