"""Frames, tracing and the sys module: what debuggers, coverage tools and loggers read
from a running program."""

import inspect
import sys
import unittest


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def caller_name():
    return sys._getframe(1).f_code.co_name


def test_frames_lead_to_the_caller():
    def inner():
        return [
            caller_name(),
            sys._getframe(1).f_code.co_name,
            sys._getframe().f_back.f_locals["here"],
        ]

    here = "local"
    assert inner() == ["inner", "test_frames_lead_to_the_caller", here]
    assert raised(sys._getframe, 10**6) is ValueError


def test_frames_show_locals_globals_and_line():
    value = 5
    frame = inspect.currentframe()
    first = frame.f_code.co_firstlineno
    line = frame.f_lineno
    assert frame.f_locals["value"] == value and frame.f_globals is globals()
    return line - first


def test_frames_of_an_exception_keep_their_locals():
    def fail(depth):
        marker = depth * 10
        return fail(depth - 1) if depth else marker / depth

    try:
        fail(2)
    except ZeroDivisionError as error:
        frames = [frame for frame, _ in walk(error.__traceback__)]
    assert [frame.f_locals["marker"] for frame in frames[1:]] == [20, 10, 0]


def walk(trace):
    while trace:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def test_stack_inspection_names_callers():
    def inner():
        return inspect.stack()[0:2]

    names = [record.function for record in inner()]
    assert names == ["inner", "test_stack_inspection_names_callers"]


def traced_program(limit):
    total = 0
    for number in range(limit):
        total += number
    return total


def test_trace_function_sees_every_line():
    events = []
    first = traced_program.__code__.co_firstlineno

    def tracer(frame, event, argument):
        if frame.f_code is traced_program.__code__:
            value = argument if event == "return" else None
            events.append([event, frame.f_lineno - first, value])
            return tracer
        return None

    previous = sys.gettrace()
    sys.settrace(tracer)
    try:
        traced_program(2)
    finally:
        sys.settrace(previous)
    return events


def test_profile_function_sees_calls_and_returns():
    events = []

    def profiler(frame, event, argument):
        if frame.f_code is traced_program.__code__ and not event.startswith("c_"):
            events.append([event, argument])

    previous = sys.getprofile()
    sys.setprofile(profiler)
    try:
        traced_program(3)
    finally:
        sys.setprofile(previous)
    return events


def test_trace_function_sees_exceptions():
    kinds = []

    def fail():
        try:
            {}["x"]
        except KeyError:
            return "caught"

    def tracer(frame, event, argument):
        if event == "exception":
            kinds.append(argument[0].__name__)
        return tracer if frame.f_code is fail.__code__ else None

    previous = sys.gettrace()
    sys.settrace(tracer)
    try:
        fail()
    finally:
        sys.settrace(previous)
    return kinds


def test_display_hook_and_excepthook_can_be_replaced():
    shown = []
    original, sys.displayhook = sys.displayhook, shown.append
    try:
        exec(compile("1 + 1\n", "<console>", "single"))
    finally:
        sys.displayhook = original
    assert shown == [2] and callable(sys.excepthook) and sys.__excepthook__ is not None


def test_audit_hooks_are_called():
    if not hasattr(sys, "addaudithook"):
        raise unittest.SkipTest("sys.addaudithook")
    events = []
    listening = [True]

    def hook(event, arguments):
        if listening and event == "pyrometer.test":
            events.append(arguments)

    sys.addaudithook(hook)
    sys.audit("pyrometer.test", 1, "two")
    listening.clear()
    sys.audit("pyrometer.test", "unheard")
    assert events == [(1, "two")]


def test_platform_facts_are_consistent():
    info = sys.int_info
    assert sys.maxsize in (2**31 - 1, 2**63 - 1) and info.bits_per_digit > 0
    assert sys.byteorder == ("little" if (1).to_bytes(2, sys.byteorder)[0] else "big")
    assert sys.float_info.max * 2 == float("inf") and sys.float_info.mant_dig == 53
    assert sys.maxunicode == 0x10FFFF and sys.version_info >= (3, 9)
    assert sys.implementation.name and sys.hash_info.modulus in (2**31 - 1, 2**61 - 1)


def test_interned_text_is_one_object():
    left, right = "".join(["in", "terned"]), "".join(["int", "erned"])
    assert sys.intern(left) is sys.intern(right)
    assert raised(sys.intern, 5) is TypeError


def test_locals_are_a_snapshot_or_the_namespace():
    def function():
        value = 1
        locals()["value"] = 2
        return value

    assert function() == 1
    globals()["made_at_run_time"] = 3
    assert made_at_run_time == 3  # noqa: F821 - made on the line above
    del globals()["made_at_run_time"]
