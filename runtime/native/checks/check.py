"""Checkers of the Rust core, each with a line for what it did: check.py NAME [ARGUMENT...]

A checker must first find a defect that is planted for it; then it must find none in the product.
Ends with 3 and one line where something is missing here, with 1 and the checker's words where it
found something.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "tools"))

import building  # noqa: E402

FOUND = 1
# A stable compiler knows its sanitizers, but takes such words only when told that it may.
UNSTABLE = {"RUSTC_BOOTSTRAP": "1"}
# The standard library is not instrumented; what is checked calls next to nothing of it.
SANITIZED = "-Zsanitizer={} -Cunsafe-allow-abi-mismatch=sanitizer"
# The words of cargo fuzz, for where there is none.
COVERED = "-Cpasses=sancov-module -Ccodegen-units=1 --cfg fuzzing " + " ".join(
    f"-Cllvm-args=-sanitizer-coverage-{word}"
    for word in ("level=4", "inline-8bit-counters", "pc-table", "trace-compares")
)
# Miri has the instructions that it is told of; what is planted for it ends with these words.
INTERPRETED = {"RUSTFLAGS": "-Ctarget-feature=+sse4.2", "MIRIFLAGS": "-Zmiri-strict-provenance"}
DEFECTS = {
    "race": "Data race detected",
    "beyond": "64 bytes, but got",
    "stale": "encountered a dangling reference",
}
TESTS = re.compile(r"test result: ok. ([1-9]\d*) passed")
RUNS = re.compile(r"^Done (\d+) runs in (\d+) second", re.MULTILINE)


class Found(Exception):
    """What a checker says about the core."""


def loom(_words):
    """All orders of two threads on a ring; the core's files on loom's atomic numbers."""
    made = build(HERE / "loom").parent / "debug"
    must_find([made / "polyray-loom", "planted"], "deadlock")
    yield must_pass([made / "polyray-loom"])


def miri(_words):
    """The core's own tests, each step of them held to what Rust leaves undefined."""
    settings = {"env": {**os.environ, **INTERPRETED, "CARGO_TARGET_DIR": str(HERE / "target/miri")}}
    command = [shutil.which("cargo") or "cargo", "+nightly", "miri"]
    try:
        there = run([*command, "--version"]).returncode == 0
    except OSError:
        there = False
    if not there:
        lacking = "no Miri: rustup toolchain install nightly --component miri,rust-src"
        raise building.CannotBuild(lacking)
    building.run([*command, "setup"])  # the standard library, once for a toolchain
    planted = ["run", "--quiet", "--manifest-path", HERE / "miri/Cargo.toml", "--"]
    for defect, what in DEFECTS.items():
        must_find([*command, *planted, defect], what, **settings)
    tests = ["test", "--manifest-path", HERE.parent / "Cargo.toml", "--locked", "--offline"]
    said = must_pass([*command, *tests, "-p", "polyray-core"], **settings)
    yield "{} tests of the core, nothing found".format(*TESTS.search(said).groups())


def sanitizers(_words):
    """Two threads on the C ABI by ThreadSanitizer and AddressSanitizer; the contract by one."""
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "thread")
        link_thread_sanitizer(program, sanitized("thread"))
        must_find([program, "race"], "data race")
        yield "ThreadSanitizer: " + must_pass([program])
        program = str(Path(folder) / "address")
        words = ["-fsanitize=address", sanitized("address") / building.ARCHIVE, "-lpthread"]
        compile_threads([*words, "-o", program])
        must_find([program, "overflow"], "heap-buffer-overflow")
        yield "AddressSanitizer: " + must_pass([program])
        yield "AddressSanitizer: " + contract(Path(folder))


def fuzz(words):
    """Hostile bytes for each target of the folder `fuzz`; words go to libFuzzer."""
    building.compiler("c++")
    flags = f"{COVERED} {SANITIZED.format('address')}"
    # Flags for this one target are not for what the compiler itself loads: derive macros.
    made = build(HERE / "fuzz", "--release", RUSTFLAGS=flags, CARGO_BUILD_TARGET=host())
    must_find([made / "planted", "-max_total_time=60"], "a planted defect", cwd=str(made))
    for target in sorted(path.stem for path in (HERE / "fuzz/fuzz_targets").glob("*.rs")):
        if target != "planted":
            command = [made / target, "-max_total_time=60", *words]
            said = must_pass(command, cwd=str(made), stderr=subprocess.STDOUT)
            yield "{}: {} runs in {} s, nothing found".format(target, *RUNS.search(said).groups())


def sanitized(kind):
    """The folder with the core's library, instrumented."""
    words = ["--release", "--locked", "--offline"]
    return build(HERE.parent, *words, RUSTFLAGS=SANITIZED.format(kind))


def link_thread_sanitizer(program, made):
    """With the runtime of rustc: a C compiler's may be too old for what rustc calls."""
    folder = Path(
        building.run(["rustc", "--print", "sysroot"]).strip(), "lib/rustlib", host(), "lib"
    )
    runtimes = sorted(folder.glob("librustc-*_rt.tsan.a"))
    if not runtimes:
        raise building.CannotBuild("rustc has no ThreadSanitizer: that of rustup has")
    compiled = program + ".o"
    compile_threads(["-fsanitize=thread", "-c", "-o", compiled])
    whole = ["-Wl,--whole-archive", runtimes[0], "-Wl,--no-whole-archive", "-Wl,--export-dynamic"]
    words = [compiled, made / building.ARCHIVE, *whole, "-lpthread", "-ldl", "-lm", "-lrt"]
    building.run([*building.compiler(), *map(str, words), "-o", program])


def compile_threads(words):
    """The C program of two threads."""
    command = [*building.compiler(), "-g", "-O1", f"-I{HERE.parent}", HERE / "threads/threads.c"]
    building.run([*map(str, command), *map(str, words)])


def contract(folder):
    """The contract of accelerators on the route through the C API, all of it instrumented."""
    environment = {
        **os.environ,
        **UNSTABLE,
        "CC": " ".join([*building.compiler(), "-fsanitize=address"]),
        "RUSTFLAGS": SANITIZED.format("address"),
        "CARGO_TARGET_DIR": str(target(HERE.parent, SANITIZED.format("address"))),
    }
    build_file = HERE.parent / "capi/build.py"
    building.run([sys.executable, str(build_file), str(folder / "capi")], env=environment)
    library = building.run([*building.compiler(), "-print-file-name=libasan.so"]).strip()
    environment = {
        **os.environ,
        "LD_PRELOAD": library,
        # The interpreter frees not all at its end. Each object is a piece of memory of its own.
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
        "POLYRAY_NATIVE": str(folder),
        "POLYRAY_ACCEL": "pure",  # of peers, which load routes by name
        "PYTHONPATH": os.pathsep.join([str(RUNTIME), str(RUNTIME / "tests/contract")]),
    }
    beyond = "import ctypes; b = ctypes.create_string_buffer(64); ctypes.memmove(b, b, 65)"
    must_find([sys.executable, "-c", beyond], "heap-buffer-overflow", env=environment)
    keep = (
        "from accel_contract import checks_of; checks = checks_of('capi')\n"
        "for check in checks.values(): check()\n"
        "print(len(checks), 'checks of the contract on route capi')"
    )
    return must_pass([sys.executable, "-c", keep], env=environment)


def host():
    """The triple of this machine."""
    said = building.run(["rustc", "-vV"])
    return re.search(r"^host: (\S+)$", said, re.MULTILINE).group(1)


def build(folder, *words, **settings):
    """Build what is in a folder; where its release is."""
    into = target(folder, settings.get("RUSTFLAGS", ""))
    environment = {**os.environ, **UNSTABLE, **settings, "CARGO_TARGET_DIR": str(into)}
    manifest = folder / "Cargo.toml"
    return building.cargo("build", "--quiet", *words, manifest=manifest, env=environment)


def target(folder, flags):
    """A folder for what cargo builds of a folder with such flags."""
    kind = (re.findall(r"sanitizer=(\w+)", flags) or ["plain"])[0]
    return HERE / "target" / folder.name / kind


def must_find(words, what, **settings):
    """Run a checker on a planted defect."""
    ended = run(words, **settings)
    if ended.returncode == 0 or what not in ended.stderr:
        raise Found(f"{words[0]} does not see the defect that is planted for it ({what})")


def must_pass(words, **settings):
    """Run a checker on the product; what it printed."""
    ended = run(words, **settings)
    if ended.returncode:
        raise Found(ended.stdout + (ended.stderr or ""))
    return ended.stdout.strip()


def run(words, **settings):
    """Run a program, with what it says as text."""
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
    return subprocess.run([str(word) for word in words], text=True, check=False, **settings)


CHECKERS = {check.__name__: check for check in (loom, miri, sanitizers, fuzz)}


def main(words):
    """Run the checker that is named."""
    if not words or words[0] not in CHECKERS:
        print(f"usage: {sys.argv[0]} {'|'.join(CHECKERS)} [ARGUMENT...]", file=sys.stderr)
        return 2
    try:
        for line in CHECKERS[words[0]](words[1:]):
            print(line, flush=True)
    except building.CannotBuild as error:
        print(f"{words[0]}: {error}", file=sys.stderr)
        return building.CANNOT
    except Found as found:
        print(f"{words[0]}: {found}", file=sys.stderr)
        return FOUND
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
