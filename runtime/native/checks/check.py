"""Checkers of the Rust core, with lines for what each did: check.py NAME [ARGUMENT...]

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

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import building
from checking import (
    HERE,
    NATIVE,
    SANITIZED,
    Found,
    build,
    host,
    must_find,
    must_pass,
    run,
)
from in_python import contract

FOUND = 1
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
    tests = ["test", "--manifest-path", NATIVE / "Cargo.toml", "--locked", "--offline"]
    said = must_pass([*command, *tests, "-p", "polyray-core"], **settings)
    yield "{} tests of the core, nothing found".format(*TESTS.search(said).groups())


def sanitizers(_words):
    """Two threads on the C ABI by ThreadSanitizer and AddressSanitizer; the contract by that."""
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
        for line in contract(Path(folder)):
            yield "AddressSanitizer: " + line


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
    return build(NATIVE, *words, RUSTFLAGS=SANITIZED.format(kind))


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
    command = [*building.compiler(), "-g", "-O1", f"-I{NATIVE}", HERE / "threads/threads.c"]
    building.run([*map(str, command), *map(str, words)])


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
