"""Exceptions: chaining, the order of finally clauses, tracebacks and their line numbers,
and the attributes that programs read from errors."""

import sys


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except BaseException as error:
        return type(error)
    return None


def caught(function, *arguments):
    """The exception that a call raises."""
    try:
        function(*arguments)
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def test_context_is_the_exception_being_handled():
    def fail_twice():
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second")  # noqa: B904 - implicit chaining is what is tested

    error = caught(fail_twice)
    assert type(error.__context__) is KeyError
    assert error.__cause__ is None and not error.__suppress_context__


def test_cause_is_explicit_and_hides_the_context():
    def convert(cause):
        try:
            raise KeyError
        except KeyError:
            raise ValueError from cause

    reason = OSError()
    assert caught(convert, reason).__cause__ is reason
    assert caught(convert, OSError).__suppress_context__
    silent = caught(convert, None)
    assert silent.__suppress_context__ and type(silent.__context__) is KeyError
    assert raised(convert, "text") is TypeError


def test_raising_an_old_exception_again_makes_no_context_cycle():
    def swap():
        try:
            raise KeyError("first")
        except KeyError as first:
            try:
                raise ValueError("second")
            except ValueError:
                raise first  # noqa: B904 - implicit chaining is what is tested

    error = caught(swap)
    assert type(error) is KeyError
    assert type(error.__context__) is ValueError
    assert error.__context__.__context__ is None


def test_finally_clauses_run_from_the_inside_out():
    log = []

    def leave(how):
        for number in range(2):
            try:
                try:
                    log.append(number)
                    if how == "return":
                        return "value"
                    if how == "continue":
                        continue
                    if how == "break":
                        break
                    raise KeyError
                finally:
                    log.append("inner")
            except KeyError:
                log.append("handler")
            else:
                log.append("else")
            finally:
                log.append("outer")
        return "end"

    results = [leave(how) for how in ("return", "continue", "break", "raise")]
    return [results, log]


def test_return_in_finally_swallows_the_exception():
    """In a string, for newer compilers warn of it."""
    import warnings

    source = """
def swallow():
    try:
        raise KeyError
    finally:
        return "swallowed"
def go_on():
    for _ in range(3):
        try:
            raise KeyError
        finally:
            break
    return "went on"
def override():
    try:
        return "first"
    finally:
        return "second"
"""
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(source, names)
    return [names["swallow"](), names["go_on"](), names["override"]()]


def test_value_to_return_is_computed_before_finally():
    def change():
        value = 1
        try:
            return value
        finally:
            value = 2

    assert change() == 1


def test_handled_exception_is_restored_after_a_nested_handler():
    assert sys.exc_info() == (None, None, None)
    try:
        raise KeyError
    except KeyError:
        try:
            raise OSError
        except OSError:
            assert sys.exc_info()[0] is OSError
        assert sys.exc_info()[0] is KeyError
        assert type(caught_again()) is KeyError
    assert sys.exc_info() == (None, None, None)


def caught_again():
    """A bare raise finds the exception that a caller is handling."""
    try:
        raise
    except Exception as error:
        return error


def test_bare_raise_needs_an_exception():
    assert type(caught_again()) is RuntimeError


def test_handlers_are_tried_in_order_and_lazily():
    def handle(error):
        try:
            raise error
        except LookupError:
            return "lookup"
        except (ValueError, ArithmeticError):
            return "number"
        except undefined_name:  # noqa: F821 - reached only by an unmatched error
            return "never"

    assert raised(handle, OSError()) is NameError
    return [handle(KeyError()), handle(IndexError), handle(OverflowError()), handle(UnicodeError())]


def test_only_exceptions_can_be_raised_or_caught():
    def catch(what):
        try:
            raise KeyError
        except what:
            pass

    def throw(what):
        raise what

    assert raised(catch, "text") is TypeError and raised(catch, (OSError, 5)) is TypeError
    assert raised(throw, "text") is TypeError and raised(throw, int) is TypeError


def fail_at_depth(depth):
    if depth == 0:
        raise ValueError("at the bottom")
    fail_at_depth(depth - 1)


def test_traceback_names_functions_and_lines():
    """Lines are counted from the first line of the function that failed."""
    import traceback

    error = caught(fail_at_depth, 2)
    entries = traceback.extract_tb(error.__traceback__)[1:]
    first_line = fail_at_depth.__code__.co_firstlineno
    assert entries[0].line.startswith("fail_at_depth(")
    return [[entry.name, entry.lineno - first_line] for entry in entries]


def test_traceback_can_be_replaced_and_cut():
    error = caught(fail_at_depth, 1)
    cut = error.with_traceback(error.__traceback__.tb_next.tb_next)
    assert cut is error and cut.__traceback__.tb_frame.f_locals["depth"] == 0
    assert error.with_traceback(None).__traceback__ is None


def test_printed_traceback_tells_the_whole_chain():
    import traceback

    def convert():
        try:
            fail_at_depth(0)
        except ValueError as error:
            raise KeyError("outer") from error

    error = caught(convert)
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    inner, outer = text.split("direct cause of the following exception")
    assert "ValueError: at the bottom" in inner and "in fail_at_depth" in inner
    assert outer.rstrip().endswith("KeyError: 'outer'") and "in convert" in outer


def test_text_of_exceptions():
    errors = [ValueError(), ValueError("a"), ValueError("a", 1), KeyError("k"), StopIteration(3)]
    return [[str(error), repr(error)] for error in errors]


def test_operating_system_errors_choose_their_class():
    import errno

    numbers = (errno.ENOENT, errno.EACCES, errno.EEXIST, errno.EPIPE, errno.EINTR, errno.EINVAL)
    errors = [OSError(number, "text", "file") for number in numbers]
    assert all(error.errno == number for error, number in zip(errors, numbers))
    assert errors[0].filename == "file" and errors[0].args == (errno.ENOENT, "text")
    return [type(error).__name__ for error in errors]


def test_errors_of_missing_files_carry_name_and_number():
    import errno

    error = caught(open, "/no/such/file")
    assert type(error) is FileNotFoundError
    assert error.filename == "/no/such/file" and error.errno == errno.ENOENT


def test_exit_is_not_an_ordinary_exception():
    assert raised(sys.exit, 3) is SystemExit and caught(sys.exit, "text").code == "text"
    assert not issubclass(SystemExit, Exception) and not issubclass(KeyboardInterrupt, Exception)
    assert issubclass(GeneratorExit, BaseException) and not issubclass(GeneratorExit, Exception)


def test_own_exceptions_may_define_everything():
    import traceback

    class Refusal(Exception):
        def __init__(self, code, *, hint=""):
            super().__init__(code)
            self.hint = hint

        def __str__(self):
            return "refused with %d" % self.args[0]

    error = Refusal(7, hint="ask again")
    assert error.args == (7,) and error.hint == "ask again"
    assert traceback.format_exception_only(Refusal, error)[-1].endswith("refused with 7\n")


def test_import_error_names_the_module():
    error = caught(__import__, "no_such_module_anywhere")
    assert type(error) is ModuleNotFoundError and error.name == "no_such_module_anywhere"


def test_assertion_carries_its_message():
    names = {}
    exec("def check(value):\n    assert value, ('got', value)", names)
    assert names["check"](1) is None
    assert caught(names["check"], 0).args == (("got", 0),)
