"""CPython from source: what reaches configure, what is kept, and each failure in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.definitions import load_rows
from pyrometer.definitions.locate import definitions_root
from pyrometer.errors import Mistake, WorldFailure
from pyrometer.model import Recipe, Source
from pyrometer.provision.gcc import Gcc
from pyrometer.provision.keys import key_of
from pyrometer.provision.recipes import source
from pyrometer.provision.roots import Packages
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop

OPTIONS: Mapping[str, object] = {
    "suite": "forky",
    "package": "python3.13",
    "version": "3.13.15",
    "sha256": "1" * 64,
    "compiler_packages": ["gcc", "make"],
    "library_packages": ["libssl-dev"],
    "configure": ["--disable-gil"],
}
CONFIGURE = """#!/bin/sh
{ env; echo; printf '%s\\n' "$@"; pwd; } > "${1#--prefix=}/../../seen"
echo "${1#--prefix=}" > prefix
"""
# Its answers to "what do you lack" and "what was not built" are the files beside it.
PYTHON = """#!/bin/sh
case $2 in *import_module*) cat "$0.lacks" ;; *) cat "$0.missing" ;; esac
"""
MAKE = """#!/bin/sh
[ "$1" = --version ] && echo "GNU Make (Debian 4.4.1-3) 4.4.1" && exit
echo "$@" >> calls
[ "$2" = install ] || exit 0
bin=$(cat prefix)/bin; mkdir -p "$bin"; cp calls "$bin"
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Site:
    """A pretended tarball, compiler and libraries, each of which a test may spoil."""

    def __init__(self, folder: Path) -> None:
        store = Store.at(folder / "store")
        root = store.begin("k")
        self.folder = folder
        self.shop = Workshop(store=store, name="cpython-3.13+ft", root=root, log=store.logs / "k")
        self.configure = CONFIGURE
        self.lacks = ""
        self.missing = "_tkinter\n"
        self.make = MAKE

    @property
    def recipe(self) -> Recipe:
        return Recipe(kind="source", options=OPTIONS)

    def unpack_tarball(self, _path: Path, into: Path, _shop: Workshop) -> Path:
        script(into / "Python-3.13.15" / "configure", self.configure)
        return into / "Python-3.13.15"

    def libraries(self, _recipe: Recipe, shop: Workshop) -> tuple[Source, ...]:
        (shop.root / "usr/local").mkdir(parents=True)
        libraries = shop.root / "usr/lib/triplet"
        for path in ("usr/include/ssl.h", "usr/bin/tool", "usr/lib/triplet/libssl.a"):
            script(shop.root / path, "")
        script(libraries / "libssl.so.3", "")
        return (named("libssl-dev"), named("libc6"))

    @contextmanager
    def compiler(self, _packages: Packages, shop: Workshop) -> Iterator[Gcc]:
        programs = shop.root / "toolchain/programs"
        script(programs / "make", self.make + self._python())
        script(programs / "gcc", '#!/bin/sh\necho "gcc (Debian 16.2.0-3) 16.2.0"\n')
        script(programs / "ld", '#!/bin/sh\necho "GNU ld 2.47.50"\n')
        yield Gcc(programs=programs, sources=(named("gcc"), named("libc6")))

    def _python(self) -> str:
        python = script(self.folder / "python", PYTHON)
        return (
            f'cp {python} "$bin/python3.13"\n'
            f"printf '%s' '{self.lacks}' > \"$bin/python3.13.lacks\"\n"
            f"printf '%s' '{self.missing}' > \"$bin/python3.13.missing\"\n"
        )


def named(name: str) -> Source:
    return Source(name=name, version="1", sha256=name.ljust(64, "0"))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    made = Site(tmp_path)
    origin = Source(name="python3.13", version="3.13.15", sha256="1" * 64)
    monkeypatch.setattr(source, "fetch_tarball", lambda *_: (origin, Path("x.orig.tar")))
    monkeypatch.setattr(source, "unpack_tarball", made.unpack_tarball)
    monkeypatch.setattr(source, "_unpack_libraries", made.libraries)
    monkeypatch.setattr(source, "gcc", made.compiler)
    monkeypatch.setattr(source, "strays", lambda *_: ())
    return made


def refusal(site: Site) -> str:
    with pytest.raises(WorldFailure) as caught:
        source.obtain(site.recipe, site.shop)
    assert "\n" not in caught.value.line
    assert str(site.shop.log) in caught.value.line
    return caught.value.line


def test_the_receipt_names_tarball_packages_flags_and_what_was_not_built(site: Site) -> None:
    made = source.obtain(site.recipe, site.shop)
    names = [one.name for one in made.sources]
    assert names == ["python3.13", "gcc", "libc6", "libssl-dev"]  # each package once
    assert made.executable == "usr/local/bin/python3.13"
    assert made.flags == (
        "--without-static-libpython",
        "--disable-test-modules",
        "--without-ensurepip",
        "--disable-gil",
        "CC=gcc",
        "CFLAGS_NODIST=-g0",
        "not built: _tkinter",
    )
    assert made.toolchain == {"gcc": "16.2.0-3", "ld": "2.47.50", "make": "4.4.1-3"}
    assert not any(str(site.folder) in flag for flag in made.flags)


def test_configure_sees_nothing_of_the_persons_environment(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CFLAGS", "LDFLAGS", "PYTHONPATH", "CPATH", "PKG_CONFIG_PATH", "MAKEFLAGS"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PATH", "/shims:/usr/bin:/bin")
    source.obtain(site.recipe, site.shop)
    seen = (site.shop.root / "seen").read_text()
    assert "elsewhere" not in seen
    root = site.shop.root
    assert f"PATH={root}/toolchain/programs:/usr/bin:/bin\n" in seen
    assert "CC=gcc\n" in seen
    assert f"--with-openssl={root}/usr\n" in seen
    assert seen.endswith(f"{root}/work/build\n")


def test_only_what_runs_is_kept(site: Site) -> None:
    source.obtain(site.recipe, site.shop)
    kept = {str(p.relative_to(site.shop.root)) for p in site.shop.root.rglob("*") if p.is_file()}
    assert "usr/lib/triplet/libssl.so.3" in kept
    assert not {path for path in kept if path.startswith(("work", "usr/include", "usr/bin"))}
    assert "usr/lib/triplet/libssl.a" not in kept


def test_an_optimised_build_is_asked_for_as_debian_asks(site: Site) -> None:
    optimised = replace(site.recipe, options={**OPTIONS, "optimised": True})
    flags = source.obtain(optimised, site.shop).flags
    assert {"--enable-optimizations", "--with-lto"} <= set(flags)


def test_a_configure_that_fails_is_told_with_its_words_and_the_log(site: Site) -> None:
    site.configure = "#!/bin/sh\necho 'configure: error: no C compiler' >&2; echo x >&2; exit 1\n"
    assert "configure failed: configure: error: no C compiler (log: " in refusal(site)


def test_a_compilation_that_fails_is_told_by_the_compilers_words(site: Site) -> None:
    error = "../Objects/a.c:3:1: error: unknown type"
    site.make = f"#!/bin/sh\necho '{error}' >&2; echo 'make: *** [a.o] Error 1' >&2; exit 2\n"
    assert f"make failed: {error} (log: " in refusal(site)


def test_a_build_without_a_library_is_refused_by_name(site: Site) -> None:
    site.lacks = "ssl\nlzma\n"
    line = refusal(site)
    assert "cpython-3.13+ft: it was built without ssl, lzma (mend `library_packages`" in line


def test_a_build_that_would_use_the_hosts_libraries_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "strays", lambda *_: ("libssl.so.3",))
    with pytest.raises(WorldFailure, match=r"lack libssl\.so\.3 \(.*`library_packages`"):
        source.obtain(site.recipe, site.shop)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"optimised": "yes"}, "`optimised` must be a bool"),
        ({"configure": "--x"}, "`configure` must be a list"),
        ({"packages": []}, "unknown key `packages`"),
    ],
)
def test_options_are_checked(changed: dict[str, object], said: str) -> None:
    with pytest.raises(Mistake, match=said):
        source.check(Recipe(kind="source", options={**OPTIONS, **changed}), "row-1")


def test_a_tarball_needs_a_checksum() -> None:
    options = {key: value for key, value in OPTIONS.items() if key != "sha256"}
    with pytest.raises(Mistake, match="`sha256` is missing"):
        source.check(Recipe(kind="source", options=options), "row-1")


def test_the_free_threaded_row_differs_from_its_neighbour_in_one_word() -> None:
    rows = {row.name: row for row in load_rows(definitions_root() / "interpreters")[0]}
    plain, free = rows["cpython-3.13+source"], rows["cpython-3.13+ft"]
    assert dict(free.recipe.options) == {**plain.recipe.options, "configure": ["--disable-gil"]}
    assert (plain.expect.gil, free.expect.gil) == (True, False)
    assert len({key_of(rows[name]) for name in ("cpython-3.13", plain.name, free.name)}) == 3
