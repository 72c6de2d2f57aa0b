"""How the interpreter runs: compiler, collector, limits."""

import sys

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)


def spin(rounds):
    total = 0
    for number in range(rounds):
        total += number % 7
    return total


def has_live_jit():
    """A just-in-time compiler is built in and switched on in this process."""
    return any(attempt() for attempt in (cpython_jit, pypy_jit, graalpy_jit))


def cpython_jit():
    """CPython 3.14 and later say so themselves."""
    try:
        return sys._jit.is_enabled()
    except AttributeError:
        return False


def pypy_jit():
    """PyPy counts the loops it has compiled: run one hot and look."""
    try:
        import pypyjit

        spin(20_000)
        return pypyjit.get_stats_snapshot().counters["TOTAL_COMPILED_LOOPS"] > 0
    except (*ABSENT, KeyError):
        return False


def graalpy_jit():
    """GraalPy accepts a demand for compilation only where it can compile."""
    if sys.implementation.name != "graalpy":
        return False
    demand = ["--experimental-options", "--engine.Compilation=true"]
    return child([*demand, "-c", "pass"]).returncode == 0


def has_function_compiler():
    """A single function can be compiled on request (function.__jit__)."""

    def double(number: int) -> int:
        return number + number

    try:
        double.__jit__()
    except ABSENT:
        return False
    return double(21) == 42


def has_prompt_finalisation():
    """An object's finaliser runs at once when the last reference goes."""
    log = []

    class Final:
        def __del__(self):
            log.append("deleted")

    final = Final()
    del final
    return log == ["deleted"]


def has_reference_counts():
    """sys.getrefcount counts the references to an object."""
    try:
        thing = object()
        before = sys.getrefcount(thing)
        others = [thing] * 5
        return sys.getrefcount(thing) - before == len(others)
    except ABSENT:
        return False


def has_generational_freeze():
    """gc.freeze moves all objects out of the collector's sight, for forking servers."""
    try:
        import gc

        gc.freeze()
        frozen = gc.get_freeze_count()
        gc.unfreeze()
        return frozen > 0
    except ABSENT:
        return False


def has_collector_callbacks():
    """gc.callbacks tells when a collection starts and stops."""
    import gc

    phases = []

    def note(phase, details):
        phases.append(phase)

    try:
        gc.callbacks.append(note)
    except ABSENT:
        return False
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(note)
    return phases[:2] == ["start", "stop"]


def has_referrers():
    """gc.get_referrers finds what keeps an object alive."""
    import gc

    class Kept:
        pass

    kept = Kept()
    holder = [kept]
    try:
        return any(referrer is holder for referrer in gc.get_referrers(kept))
    except ABSENT:
        return False


def has_deep_recursion():
    """Ten thousand nested calls fit once the recursion limit allows them."""
    # In a child, for some interpreters overrun their stack and die.
    program = """
import sys, threading
def descend(depth):
    return depth and descend(depth - 1)
sys.setrecursionlimit(12_000)
threading.stack_size(64 * 2**20)
thread = threading.Thread(target=lambda: print(descend(10_000)))
thread.start()
thread.join()
"""
    return child(["-c", program]).stdout.strip() == b"0"


def child(arguments):
    """This interpreter run to its end with the given arguments."""
    import subprocess

    command = [sys.executable, *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def has_bytecode_cache():
    """Imported modules leave compiled code behind for the next start."""
    import importlib.util
    import os
    import py_compile
    import tempfile

    try:
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "module.py")
            with open(source, "w", encoding="ascii") as file:
                file.write("value = 1\n")
            compiled = py_compile.compile(source, doraise=True)
            return compiled == importlib.util.cache_from_source(source) and os.path.exists(compiled)
    except ABSENT:
        return False


def has_digit_limit():
    """Conversion between huge integers and decimal text is refused beyond a limit."""
    try:
        return sys.get_int_max_str_digits() > 0
    except ABSENT:
        return False


def has_optimised_asserts():
    """Code compiled with optimisation contains no assert statements."""
    try:
        exec(compile("assert False", "<program>", "exec", optimize=1))
    except AssertionError:
        return False
    return True


def has_import_times():
    """-X importtime prints how long each import took."""
    return b"import time:" in child(["-X", "importtime", "-c", "pass"]).stderr


def has_isolated_start():
    """-I starts the interpreter isolated from its environment."""
    return child(["-I", "-c", "import sys; print(sys.flags.isolated)"]).stdout.strip() == b"1"
