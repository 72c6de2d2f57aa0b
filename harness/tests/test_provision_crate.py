from __future__ import annotations

import hashlib
import io
import platform
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Build, Receipt, Recipe, Source
from pyrometer.provision import checkout
from pyrometer.provision.crates import Crate, archive_of, extract, locked
from pyrometer.provision.cross import Cross
from pyrometer.provision.emulator import Emulator
from pyrometer.provision.recipes import crate
from pyrometer.provision.roots import Packages
from pyrometer.provision.rust import Rust
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop

CARGO = """#!/bin/sh
[ "$1" = --version ] && echo "cargo 1.97.1" && exit
if [ "$1" = generate-lockfile ]; then
    echo 'source = "registry-1"' > "$(dirname "$3")/Cargo.lock" && exit
fi
[ "$2" = --path ] && cp "$3/Cargo.lock" "$CARGO_TARGET_DIR.lock"
env > "$CARGO_TARGET_DIR.env"; echo "$@" > "$CARGO_TARGET_DIR.words"
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin" "$CARGO_TARGET_DIR" && printf '#!/bin/sh\\nexit 0\\n' > "$2/bin/rustpython"
chmod +x "$2/bin/rustpython"
"""
OTHER = "aarch64" if platform.machine() == "x86_64" else "x86_64"
NOWHERE = Path("/nowhere")
RECEIPT = Receipt(row="emulator", recipe="debian", key="k", executable="qemu", sources=())
EMULATOR = Emulator(
    build=Build(root=NOWHERE, executable=NOWHERE, receipt=RECEIPT), argv=("/qemu", "-cpu", "old")
)
SPOKEN = 'error: failed to select a version for the requirement `parser = \\"^9\\"`'


def packed(folder: Path, name: str, files: dict[str, str]) -> str:
    """A crate's archive in cargo's cache; returns its checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.crate"
    with tarfile.open(path, "w:gz") as archive:
        for inside, text in files.items():
            member = tarfile.TarInfo(f"{name}/{inside}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cargo's cache of one registry."""
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))
    return tmp_path / "cargo/registry/cache/registry-1"


@pytest.fixture
def recipe(cache: Path) -> Recipe:
    """RustPython with a library of one module."""
    library = packed(cache, "pylib-0.6.0", {"Lib/this.py": "x = 1\n", "src/lib.rs": ""})
    lock = f'[[package]]\nname = "pylib"\nversion = "0.6.0"\nchecksum = "{library}"\n'
    lock += '[[package]]\nname = "rustpython"\nversion = "0.6.0"\n'
    program = packed(cache, "rustpython-0.6.0", {"Cargo.lock": lock})
    texts = {
        "crate": "rustpython",
        "version": "0.6.0",
        "sha256": program,
        "library": "pylib",
        "library_path": "lib/python3.14",
        "rust_suite": "forky",
        "libffi_suite": "bookworm",
    }
    options = {**texts, "features": ["stdlib", "jit"], "rust_packages": ["rustc", "cargo"]}
    return Recipe(kind="crate", options=options)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop whose compiler is pretended."""
    store = Store.at(tmp_path / "store")
    made = Workshop(store=store, name="rustpython-0.6", root=store.begin("k"), log=store.logs / "k")

    @contextmanager
    def pretended(_packages: Packages, _shop: Workshop) -> Iterator[Rust]:
        cargo = tmp_path / "cargo-program"
        if not cargo.exists():
            cargo.write_text(CARGO)
        cargo.chmod(0o755)
        source = Source(name="rustc", version="1.97.1", sha256="0" * 64)
        yield Rust(rustc=cargo, cargo=cargo, sources=(source,))

    monkeypatch.setattr(crate, "rust", pretended)
    monkeypatch.setattr(crate, "_static_libffi", lambda *_: ())
    return made


def test_a_build_has_the_crates_the_lock_and_the_compiler_in_its_receipt(
    shop: Workshop, recipe: Recipe
) -> None:
    made = crate.obtain(recipe, shop)
    names = [(source.name, source.version) for source in made.sources]
    assert names == [
        ("rustpython", "0.6.0"),
        ("rustpython/Cargo.lock", "1 crates"),
        ("pylib", "0.6.0"),
        ("rustc", "1.97.1"),
    ]
    assert (shop.root / "lib/python3.14/this.py").read_text() == "x = 1\n"
    assert (shop.root / made.executable).is_file()
    assert not (shop.root / "target").exists()
    assert made.flags == ("lto=thin", "features=stdlib,jit")


def test_cargo_is_locked_and_sees_no_flags_of_the_persons(
    shop: Workshop, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
    monkeypatch.setenv("RUSTFLAGS", "-C target-cpu=native")
    monkeypatch.setenv("CARGO_HTTP_PROXY", "kept")
    crate.obtain(recipe, shop)
    environment = (shop.root / "target.env").read_text()
    assert "target-cpu" not in environment
    assert "OPT_LEVEL" not in environment
    assert "CARGO_HTTP_PROXY=kept" in environment
    words = (shop.root / "target.words").read_text()
    what = "rustpython --version==0.6.0 --no-default-features --features stdlib,jit"
    assert words == f"install {what} --locked --no-track --root {shop.root}\n"


@pytest.fixture
def program(tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A program of ours with one part."""
    folder = tmp_path / "definitions/interpreters/mine"
    (folder / "target").mkdir(parents=True)
    (folder / "target/made").write_text("by cargo")
    (folder / "Cargo.toml").write_text("[package]")
    (folder / "crates.lock").write_text('source = "REGISTRY"\nversion = "1"\n')
    monkeypatch.setattr(checkout, "definitions_root", lambda: tmp_path / "definitions")
    place = "interpreters/mine"
    return replace(recipe, options={**recipe.options, "program": place, "parts": [place]})


def test_a_program_of_ours_is_compiled_from_a_copy_with_its_lock(
    shop: Workshop, program: Recipe, tmp_path: Path
) -> None:
    made = crate.obtain(program, shop)
    copied = shop.root / "checkout/interpreters/mine"
    words = (shop.root / "target.words").read_text()
    assert words == f"install --path {copied} --locked --no-track --root {shop.root}\n"
    assert (shop.root / "target.lock").read_text() == 'source = "registry-1"\nversion = "1"\n'
    assert ("checkout", "2 files") in [(source.name, source.version) for source in made.sources]
    assert not copied.exists()
    assert not (tmp_path / "definitions/interpreters/mine/Cargo.lock").exists()


def test_what_a_program_of_ours_is_made_of_is_decisive(program: Recipe, tmp_path: Path) -> None:
    before = checkout.source_of(program)
    (tmp_path / "definitions/interpreters/mine/target/made").write_text("again")
    assert checkout.source_of(program) == before
    (tmp_path / "definitions/interpreters/mine/Cargo.toml").write_text("[package] # another")
    assert checkout.source_of(program) != before
    gone = replace(program, options={**program.options, "parts": ["interpreters/gone"]})
    with pytest.raises(WorldFailure, match="interpreters/gone is not there"):
        checkout.source_of(gone)


def test_a_crate_that_no_longer_resolves_is_told_in_one_line(
    shop: Workshop, recipe: Recipe, tmp_path: Path
) -> None:
    program = tmp_path / "cargo-program"
    program.write_text(f'#!/bin/sh\necho "    Updating index" >&2\necho "{SPOKEN}" >&2\nexit 101\n')
    with pytest.raises(WorldFailure, match=r"cargo failed: error: failed to select a version") as e:
        crate.obtain(recipe, shop)
    assert "\n" not in e.value.line
    assert str(shop.log) in e.value.line


def test_a_crate_with_another_checksum_is_refused(shop: Workshop, recipe: Recipe) -> None:
    options = {**recipe.options, "sha256": "1" * 64}
    with pytest.raises(WorldFailure, match=r"rustpython-0.6.0.crate has another sha256 than was"):
        crate.obtain(Recipe(kind="crate", options=options), shop)


def test_a_crate_that_cargo_did_not_bring_is_told(shop: Workshop, cache: Path) -> None:
    with pytest.raises(WorldFailure, match=r"absent-1.crate is not in cargo's cache"):
        archive_of(Crate(name="absent", version="1", sha256="1" * 64), shop)
    assert not cache.exists()


def test_the_same_crate_of_another_registry_is_passed_over(shop: Workshop, cache: Path) -> None:
    packed(cache.with_name("a-wrong-one"), "x-1", {"Lib/y.py": "wrong"})
    sha256 = packed(cache, "x-1", {"Lib/y.py": "right", "Lib/deep/z.py": ""})
    extract(Crate(name="x", version="1", sha256=sha256), "Lib", shop.root / "lib", shop)
    assert (shop.root / "lib/y.py").read_text() == "right"
    assert (shop.root / "lib/deep/z.py").exists()


def test_a_crate_without_a_lock_is_told(shop: Workshop, cache: Path) -> None:
    sha256 = packed(cache, "x-1", {"README": ""})
    with pytest.raises(WorldFailure, match=r"x-1.crate has no Cargo.lock"):
        locked(Crate(name="x", version="1", sha256=sha256), shop)


def test_a_key_that_is_missing_is_a_mistake() -> None:
    with pytest.raises(Mistake, match="`crate` is missing"):
        crate.check(Recipe(kind="crate", options={"version": "1"}), "rustpython-0.6")


def test_for_another_architecture_cargo_gets_a_compiler_and_the_program_a_launcher(
    shop: Workshop, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = replace(shop, machine=OTHER)

    @contextmanager
    def pretended(_shop: Workshop) -> Iterator[Cross]:
        source = Source(name=f"gcc-{OTHER}", version="12.2.0", sha256="0" * 64)
        yield Cross(cc=Path("/cross/gcc"), ar=Path("/cross/ar"), sources=(source,))

    def unpacked(_suite: str, _shop: Workshop) -> tuple[Source, ...]:
        return (Source(name="libc6", version="2.36", sha256="0" * 64),)

    relinked: list[Path] = []
    monkeypatch.setattr(crate, "cross_gcc", pretended)
    monkeypatch.setattr(crate, "_c_library", unpacked)
    monkeypatch.setattr(crate, "relink", lambda path, _shop: relinked.append(path))
    monkeypatch.setattr(crate, "emulator_of", lambda _machine, _shop: EMULATOR)
    made = crate.obtain(recipe, foreign)
    assert made.executable == "emulated/rustpython"
    assert relinked == [shop.root / "bin/rustpython"]
    launcher = (shop.root / made.executable).read_text()
    assert f'/qemu -cpu old -0 "$0" {shop.root}/bin/rustpython' in launcher
    words = (shop.root / "target.words").read_text()
    assert words.endswith(f" --root {shop.root} --target {OTHER}-unknown-linux-gnu\n")
    environment = (shop.root / "target.env").read_text()
    assert f"CARGO_TARGET_{OTHER.upper()}_UNKNOWN_LINUX_GNU_LINKER=/cross/gcc" in environment
    assert f"CC_{OTHER}_unknown_linux_gnu=/cross/gcc" in environment
    assert f"AR_{OTHER}_unknown_linux_gnu=/cross/ar" in environment
    assert {"libc6", f"gcc-{OTHER}", "rustc"} <= {source.name for source in made.sources}


def test_the_host_s_own_is_compiled_without_a_target(shop: Workshop, recipe: Recipe) -> None:
    crate.obtain(recipe, replace(shop, machine=platform.machine()))
    assert "--target" not in (shop.root / "target.words").read_text()
