from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Build, Receipt, Recipe
from pyrometer.provision import jdk
from pyrometer.provision.emulator import Emulator
from pyrometer.provision.jdk import find_jdk
from pyrometer.provision.recipes import maven
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop

RECIPE = Recipe(
    kind="maven",
    options={"version": "25.0.3", "java": 25, "java_suite": "forky", "java_packages": ["jre"]},
)
MVN = """#!/bin/sh
for word; do case $word in -DoutputDirectory=*) out=${word#*=};; esac; done
mkdir -p $out && echo jar > $out/python-launcher-25.0.3.jar
"""
JAVA = '#!/bin/sh\necho "$@"\n'
OTHER = "aarch64" if platform.machine() == "x86_64" else "x86_64"
EMULATING = """#!/bin/sh
shift 2; echo "$PYROMETER_GRAALPY $@" >> "$0.words"; exec "$@"
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def java_home(folder: Path, version: str) -> Path:
    script(folder / "bin" / "java", JAVA)
    (folder / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return folder


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop whose Maven and JDK are pretended."""
    script(tmp_path / "tools" / "mvn", MVN)
    monkeypatch.setenv("PATH", f"{tmp_path}/tools:/usr/bin:/bin")
    monkeypatch.setenv("JAVA_HOME_25", str(java_home(tmp_path / "jdk", "25.0.3")))
    store = Store.at(tmp_path / "store")
    return Workshop(store=store, name="graalpy-25.0", root=store.begin("k"), log=store.logs / "k")


def test_a_jdk_is_known_by_its_release_file(tmp_path: Path) -> None:
    old, new = java_home(tmp_path / "17", "17.0.15"), java_home(tmp_path / "25", "25.0.3")
    found = find_jdk(25, {"JAVA_HOME_25": str(old), "JAVA_HOME": str(new)})
    assert found is not None
    assert (found.home, found.version) == (new, "25.0.3")


@pytest.mark.parametrize("release", ["", "nonsense", 'JAVA_VERSION="255.0"\n'])
def test_what_is_no_jdk_25_is_passed_over(tmp_path: Path, release: str) -> None:
    home = java_home(tmp_path / "25", "25")
    (home / "release").write_text(release)
    found = find_jdk(25, {"JAVA_HOME": str(home)})
    assert found is None or found.home != home


def test_a_build_has_its_jars_in_the_receipt_and_names_java_by_path(shop: Workshop) -> None:
    made = maven.obtain(RECIPE, shop)
    assert [(s.name, s.version, len(s.sha256)) for s in made.sources] == [
        ("python-launcher", "25.0.3", 64),
        ("python-launcher", "25.0.3", 64),
    ]
    assert made.toolchain == {"java": "25.0.3"}
    launcher = (shop.root / made.executable).read_text()
    assert str(find_jdk(25).home / "bin/java") in launcher  # type: ignore[union-attr]


def test_for_another_processor_java_is_unpacked_and_emulated(
    shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first start interprets, and it starts children without a program of its own."""
    foreign = replace(shop, machine=OTHER)
    emulating = script(tmp_path / "qemu", EMULATING)
    receipt = Receipt(row="emulator", recipe="debian", key="k", executable="qemu", sources=())
    build = Build(root=tmp_path, executable=emulating, receipt=receipt)
    emulator = Emulator(build=build, argv=(str(emulating), "-cpu", "old"))
    monkeypatch.setattr(maven, "emulator_of", lambda *_: emulator)
    monkeypatch.setattr(jdk, "fetch_packages", lambda *_: [])
    monkeypatch.setattr(jdk, "relink_java", lambda *_: None)
    home = java_home(shop.root / "usr/lib/jvm/java-25", "25.0.5")
    made = maven.obtain(RECIPE, foreign)
    assert made.toolchain == {"java": "25.0.5"}
    launcher = (shop.root / made.executable).read_text()
    words = f"{emulating} -cpu old {home}/bin/java -Djdk.lang.Process.launchMechanism=FORK"
    assert f"exec {words} " in launcher
    (first,) = (tmp_path / "qemu.words").read_text().splitlines()
    assert first.startswith(f"interp {home}/bin/java ")
    assert "EnableJVMCI" not in first


def test_a_maven_that_fails_is_told_with_its_words_and_the_log(
    shop: Workshop, tmp_path: Path
) -> None:
    script(tmp_path / "tools" / "mvn", "#!/bin/sh\necho '[ERROR] checksum is wrong' >&2; exit 1\n")
    with pytest.raises(WorldFailure, match=r"maven failed: .*checksum is wrong \(log: "):
        maven.obtain(RECIPE, shop)


def test_a_maven_that_brings_nothing(shop: Workshop, tmp_path: Path) -> None:
    script(tmp_path / "tools" / "mvn", "#!/bin/sh\nexit 0\n")
    with pytest.raises(WorldFailure, match="maven brought no jar for lib"):
        maven.obtain(RECIPE, shop)


def test_a_java_that_does_not_start(shop: Workshop, tmp_path: Path) -> None:
    script(tmp_path / "jdk" / "bin" / "java", "#!/bin/sh\necho 'no VM' >&2; exit 1\n")
    with pytest.raises(WorldFailure, match="a first start failed: no VM"):
        maven.obtain(RECIPE, shop)


def test_options_are_checked() -> None:
    with pytest.raises(Mistake, match="`java` is missing"):
        maven.check(Recipe(kind="maven", options={"version": "25.0.3"}), "graalpy-25.0")
