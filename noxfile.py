"""Maintainers' chores; the test matrix is in tox.ini."""

import re
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")

nox.options.sessions = ["docs"]
nox.options.error_on_missing_interpreters = True


@nox.session
def report(session: nox.Session) -> None:
    """Measure the default set and make its report; arguments go to `pyrometer run`."""
    session.install("--constraint", "constraints.txt", "--editable", ".")
    session.run("pyrometer", "run", "--report", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Check that every relative link of the documentation leads somewhere."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    pages += sorted(ROOT.glob("*/README.md"))
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    if dead:
        session.error("dead links:\n" + "\n".join(dead))


@nox.session(name="update-interpreters")
def update_interpreters(session: nox.Session) -> None:
    """Build the default set anew, so that rolling sources are taken as they are today."""
    session.install("--constraint", "constraints.txt", "--editable", ".")
    words = [word for name in session.posargs or ["cpython-*", "pypy-*"] for word in ("-i", name)]
    session.run("pyrometer", "build", "--remove", *words)
    session.run("pyrometer", "build", *words)
    session.run("pyrometer", "build", "--list")


@nox.session(venv_backend="none")
def clean(session: nox.Session) -> None:
    """Remove everything that can be made again; results/raw stays."""
    for pattern in ("*.egg-info", ".*_cache", ".hypothesis", ".tox", "dist", "**/__pycache__"):
        for path in ROOT.glob(pattern):
            session.log(f"removing {path.relative_to(ROOT)}")
            shutil.rmtree(path)


@nox.session(name="prove-tox")
def prove_tox(session: nox.Session) -> None:
    """Test other people's projects through our tox runner; writes results/integrations/tox.md."""
    session.install("--constraint", "constraints.txt", "--editable", ".", "tox", "virtualenv")
    session.run("python", "results/integrations/prove_tox.py", *session.posargs)


@nox.session
def simulate(session: nox.Session) -> None:
    """Run polyray's core through random schedules; `nox -s simulate -- 1000000` says how many."""
    session.install("cloudpickle", "pytest", "pytest-xdist", "hypothesis")
    count = session.posargs[0] if session.posargs else "1000000"
    words = ["-q", "-n", "auto", "runtime/tests/test_simulation.py"]
    session.run("pytest", *words, env={"POLYRAY_SCHEDULES": count})


@nox.session
def soak(session: nox.Session) -> None:
    """Run polyray for ten minutes: memory, descriptors and segments must stay flat."""
    session.install("--constraint", "constraints.txt", "./runtime")
    session.run("python", "runtime/tests/soak.py", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz polyray's frame decoder; arguments go to the fuzzer (`-max_total_time=300`)."""
    session.install("--constraint", "constraints.txt", "./runtime", "atheris")
    words = session.posargs or ["-max_total_time=60"]
    session.run("python", "runtime/tests/fuzz_frames.py", *words)


def native(session: nox.Session, checker: str) -> None:
    """Run a checker of the Rust core; it says itself what is missing."""
    session.run(sys.executable, "runtime/native/checks/check.py", checker, *session.posargs)


@nox.session(venv_backend="none")
def loom(session: nox.Session) -> None:
    """Take two threads through a ring in every order; needs cargo, the first time a network."""
    native(session, "loom")


@nox.session(venv_backend="none")
def miri(session: nox.Session) -> None:
    """Interpret the core's tests with Miri; needs rustup's nightly, the first time a network."""
    native(session, "miri")


@nox.session(venv_backend="none")
def sanitizers(session: nox.Session) -> None:
    """Run the Rust core and routes to it under ThreadSanitizer and AddressSanitizer.

    Needs rustc and gcc, and a network for what HPy and cffi are built with.
    """
    native(session, "sanitizers")


@nox.session(name="fuzz-core", venv_backend="none")
def fuzz_core(session: nox.Session) -> None:
    """Give the Rust core hostile bytes; arguments go to libFuzzer (`-max_total_time=300`)."""
    native(session, "fuzz")


@nox.session
def wheels(session: nox.Session) -> None:
    """Make polyray and polyray-native, sources and wheels; needs cargo. Arguments: a folder."""
    folder = session.posargs[0] if session.posargs else "dist"
    session.install("--constraint", "constraints.txt", "build", "maturin[zig]==1.16.0")
    session.run("python", "-m", "build", "--outdir", folder, "runtime")
    session.run("python", "runtime/native/pyo3/wheel.py", folder, *session.posargs[1:])


@nox.session
def growth(session: nox.Session) -> None:
    """Measure how costs grow with actors, tasks and bytes, beside Ray; writes results/runtime."""
    words = ("--editable", ".", "./runtime", "matplotlib")
    session.install("--constraint", "constraints.txt", *words)
    session.run("python", "results/runtime/growth.py", *session.posargs)


@nox.session
def footprint(session: nox.Session) -> None:
    """Measure polyray's start and memory beside Ray's; writes results/runtime/footprint.json."""
    session.install("--constraint", "constraints.txt", "--editable", ".", "./runtime")
    session.run("python", "results/runtime/footprint.py", *session.posargs)


@nox.session
def neighbours(session: nox.Session) -> None:
    """Measure what stands beside polyray: bare sockets, multiprocessing, xoscar; writes results."""
    # Without the constraints: xoscar wants an older scipy.
    session.install("--editable", ".", "./runtime", "xoscar==0.12.2")
    session.run("python", "results/runtime/neighbours.py", *session.posargs)
