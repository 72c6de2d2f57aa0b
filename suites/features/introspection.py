"""What debuggers, profilers and coverage tools need from an interpreter."""

import sys

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)


def watched():
    total = 1
    total += 1
    return total


def has_tracing():
    """sys.settrace reports every line that runs."""
    lines = []

    def tracer(frame, event, argument):
        if frame.f_code is not watched.__code__:
            return None
        if event == "line":
            lines.append(frame.f_lineno - frame.f_code.co_firstlineno)
        return tracer

    return observed(sys, "settrace", tracer) and lines == [1, 2, 3]


def observed(module, setter, hook):
    """Call watched() under a hook; whether it could be set at all."""
    getter = setter.replace("set", "get")
    try:
        previous = getattr(module, getter)()
        getattr(module, setter)(hook)
    except ABSENT:
        return False
    try:
        watched()
    finally:
        getattr(module, setter)(previous)
    return True


def has_profiling_hook():
    """sys.setprofile reports calls and returns."""
    events = []

    def profiler(frame, event, argument):
        if frame.f_code is watched.__code__:
            events.append(event)

    return observed(sys, "setprofile", profiler) and events == ["call", "return"]


def has_monitoring():
    """sys.monitoring reports events to several tools at low cost."""
    try:
        monitoring = sys.monitoring
        tool, event = monitoring.PROFILER_ID, monitoring.events.PY_RETURN
        monitoring.use_tool_id(tool, "pyrometer")
    except (*ABSENT, ValueError):
        return False
    returned = []
    try:
        monitoring.register_callback(
            tool, event, lambda code, offset, value: returned.append(value)
        )
        monitoring.set_local_events(tool, watched.__code__, event)
        watched()
        monitoring.set_local_events(tool, watched.__code__, 0)
        return returned == [2]
    finally:
        monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)


def has_deterministic_profiler():
    """cProfile counts calls and their time."""
    try:
        import cProfile

        profiler = cProfile.Profile()
        profiler.runcall(watched)
        return any(entry.code is watched.__code__ for entry in profiler.getstats())
    except (*ABSENT, ValueError):
        return False


def has_allocation_tracing():
    """tracemalloc tells which line allocated how much."""
    try:
        import tracemalloc

        tracemalloc.start()
    except ABSENT:
        return False
    try:
        kept = bytearray(100_000)
        trace = tracemalloc.get_object_traceback(kept)
        return tracemalloc.get_traced_memory()[0] >= len(kept) and trace[0].filename == __file__
    finally:
        tracemalloc.stop()


def has_bytecode():
    """dis shows the instructions of a function."""
    try:
        import dis

        operations = [instruction.opname for instruction in dis.get_instructions(watched)]
        return any(name.startswith("RETURN") for name in operations)
    except ABSENT:
        return False


def has_column_positions():
    """Code objects know the columns of every instruction (co_positions)."""
    try:
        positions = list(watched.__code__.co_positions())
    except ABSENT:
        return False
    return any(start is not None for _, _, start, _ in positions)


def has_frames():
    """sys._getframe gives the running frames, with their local variables."""
    secret = "visible"
    try:
        return sys._getframe().f_locals["secret"] == secret
    except ABSENT:
        return False


def has_frames_of_all_threads():
    """sys._current_frames shows what every thread is doing."""
    import threading

    try:
        return sys._current_frames()[threading.get_ident()].f_code.co_filename == __file__
    except ABSENT:
        return False


def has_jumping_debugger():
    """A trace function can move execution to another line (f_lineno)."""
    visited = []

    def jumping():
        visited.append("first")
        visited.append("skipped")
        return "end"

    first = jumping.__code__.co_firstlineno

    def tracer(frame, event, argument):
        if frame.f_code is not jumping.__code__:
            return None
        if event == "line" and frame.f_lineno == first + 2:
            frame.f_lineno = first + 3
        return tracer

    previous = sys.gettrace()
    sys.settrace(tracer)
    try:
        jumping()
    except (*ABSENT, ValueError):
        return False
    finally:
        sys.settrace(previous)
    return visited == ["first"]


def has_crash_tracebacks():
    """faulthandler prints where each thread is, also after a crash."""
    try:
        import faulthandler
        import tempfile

        with tempfile.TemporaryFile() as file:
            faulthandler.dump_traceback(file)
            file.seek(0)
            return b"has_crash_tracebacks" in file.read()
    except ABSENT:
        return False


def has_audit_events():
    """sys.addaudithook reports opened files, started processes and the like."""
    events, listening = [], [True]

    def hook(event, arguments):
        if listening and event == "open":
            events.append(event)

    try:
        sys.addaudithook(hook)
        with open(__file__, "rb"):
            pass
    except ABSENT:
        return False
    finally:
        listening.clear()
    return bool(events)


def has_sizes_of_objects():
    """sys.getsizeof tells how many bytes an object takes."""
    try:
        return sys.getsizeof(bytes(10_000)) >= 10_000
    except (*ABSENT, TypeError):
        return False
