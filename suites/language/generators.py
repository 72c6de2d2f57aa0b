"""Generators as coroutines: what send, throw, close and delegation do, and in which
order the clean-up code runs."""

import sys


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def logging_generator(log):
    """Records what it receives; a ValueError is answered with a value."""
    received = yield "started"
    while received is not None:
        log.append(received)
        try:
            received = yield received * 2
        except ValueError as error:
            log.append("caught " + str(error))
            received = "after error"
        finally:
            log.append("finally")
    return "finished"


def test_values_and_exceptions_can_be_sent():
    log = []
    generator = logging_generator(log)
    answers = [next(generator), generator.send(5), generator.throw(ValueError("x"))]
    try:
        generator.send(None)
    except StopIteration as stop:
        answers.append(stop.value)
    return [answers, log]


def test_first_value_sent_must_be_none():
    generator = logging_generator([])
    assert raised(generator.send, 1) is TypeError
    assert generator.send(None) == "started"


def test_close_runs_the_finally_clause_once():
    log = []
    generator = logging_generator(log)
    next(generator)
    generator.send("a")
    generator.close()
    generator.close()
    assert log == ["a", "finally"] and raised(next, generator) is StopIteration


def test_close_before_the_start_runs_nothing():
    log = []
    generator = logging_generator(log)
    generator.close()
    assert log == [] and list(generator) == []


def test_yielding_instead_of_closing_is_an_error():
    def stubborn():
        try:
            yield 1
        finally:
            yield 2

    generator = stubborn()
    next(generator)
    assert raised(generator.close) is RuntimeError


def test_stop_iteration_inside_becomes_a_runtime_error():
    def leaking():
        yield next(iter([]))

    try:
        next(leaking())
    except RuntimeError as error:
        assert type(error.__cause__) is StopIteration
    else:
        raise AssertionError("StopIteration ended the generator")


def test_delegation_forwards_everything_and_returns_a_value():
    log = []

    def outer():
        result = yield from logging_generator(log)
        yield result

    generator = outer()
    answers = [next(generator), generator.send("a"), generator.throw(ValueError("b"))]
    answers.append(generator.send(None))
    return [answers, log]


def test_closing_closes_the_delegate_first():
    log = []

    def inner():
        try:
            yield
        finally:
            log.append("inner")

    def outer():
        try:
            yield from inner()
        finally:
            log.append("outer")

    generator = outer()
    next(generator)
    generator.close()
    return log


def test_delegation_works_on_any_iterable():
    def flatten(items):
        for item in items:
            if isinstance(item, list):
                yield from flatten(item)
            else:
                yield item

    def chars():
        return (yield from "ab")

    assert list(chars()) == ["a", "b"]
    return list(flatten([1, [2, [3, []], 4], [[5]]]))


def test_deep_delegation():
    def descend(depth):
        if depth:
            yield from descend(depth - 1)
        yield depth

    assert sum(descend(100)) == 5050


def test_throw_at_the_start_is_raised_at_the_first_line():
    generator = logging_generator([])
    assert raised(generator.throw, KeyError("early")) is KeyError
    assert raised(next, generator) is StopIteration


def test_running_generator_cannot_be_entered_again():
    def reenter():
        yield raised(next, generator)

    generator = reenter()
    assert next(generator) is ValueError


def test_handled_exception_is_private_to_the_generator():
    def handler():
        try:
            raise KeyError
        except KeyError:
            yield sys.exc_info()[0]
            yield sys.exc_info()[0]
        yield sys.exc_info()[0]

    generator = handler()
    inside = [next(generator)]
    assert sys.exc_info()[0] is None
    try:
        raise OSError
    except OSError:
        inside += [next(generator), next(generator)]
        assert sys.exc_info()[0] is OSError
    assert inside == [KeyError, KeyError, OSError]


def test_first_iterable_of_an_expression_is_evaluated_at_once():
    assert raised(lambda: (item for item in missing)) is NameError  # noqa: F821
    lazy = (missing for _ in [1])  # noqa: F821
    assert raised(next, lazy) is NameError


def test_return_in_finally_ends_the_generator_quietly():
    source = """
def quiet():
    try:
        yield 1
    finally:
        return 2
"""
    names = run_without_warnings(source)
    generator = names["quiet"]()
    next(generator)
    try:
        generator.throw(KeyError)
    except StopIteration as stop:
        assert stop.value == 2


def run_without_warnings(source):
    """Since Python 3.14 the compiler warns of a return that leaves a finally clause."""
    import warnings

    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(source, names)
    return names


def test_state_can_be_inspected():
    import inspect

    generator = logging_generator([])
    states = [inspect.getgeneratorstate(generator)]
    next(generator)
    states.append(inspect.getgeneratorstate(generator))
    assert generator.gi_frame.f_locals["log"] == [] and generator.gi_yieldfrom is None
    generator.close()
    states.append(inspect.getgeneratorstate(generator))
    assert generator.gi_frame is None
    return states


def test_two_generators_interleave():
    def pairs(name):
        for number in range(3):
            yield name + str(number)

    left, right = pairs("a"), pairs("b")
    return [next(side) for side in (left, right, right, left, left, right)]
