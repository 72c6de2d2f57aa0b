"""The with statement and contextlib: order of entry and exit, exceptions that are
swallowed, replaced or raised half-way."""

import contextlib


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


class Step:
    """Logs its entry and exit; may fail at either or swallow what it sees."""

    def __init__(self, log, name, *, fail="", swallow=False):
        self.log, self.name, self.fail, self.swallow = log, name, fail, swallow

    def __enter__(self):
        if self.fail == "enter":
            raise KeyError(self.name)
        self.log.append("enter " + self.name)
        return self.name

    def __exit__(self, kind, error, trace):
        self.log.append("exit %s %s" % (self.name, kind.__name__ if kind else "quietly"))
        if self.fail == "exit":
            raise ValueError(self.name)
        return self.swallow


def test_exit_runs_in_reverse_order():
    log = []
    with Step(log, "a") as a, Step(log, "b") as b:
        log.append(a + b)
    return log


def test_exception_is_seen_until_it_is_swallowed():
    log = []
    with Step(log, "outer"), Step(log, "middle", swallow=True), Step(log, "inner"):
        raise OSError
    return log


def test_failing_entry_leaves_only_what_was_entered():
    log = []

    def enter():
        with Step(log, "a"), Step(log, "b", fail="enter"), Step(log, "c"):
            log.append("body")

    assert raised(enter) is KeyError
    return log


def test_exception_in_exit_replaces_and_keeps_the_first_as_context():
    log = []
    try:
        with Step(log, "a", fail="exit"):
            raise KeyError("body")
    except ValueError as error:
        assert type(error.__context__) is KeyError
    else:
        raise AssertionError("nothing was raised")


def test_exit_runs_when_the_body_is_left_early():
    log = []

    def leave():
        for name in "abc":
            with Step(log, name, swallow=True):
                if name == "a":
                    continue
                if name == "b":
                    break
        with Step(log, "d"):
            return "returned"

    assert leave() == "returned"
    return log


def test_protocol_is_looked_up_on_the_type():
    class Plain: ...

    plain = Plain()
    plain.__enter__ = plain.__exit__ = lambda *rest: None

    def enter():
        with plain:
            pass

    assert raised(enter) in (TypeError, AttributeError)


def test_generator_becomes_a_context_manager():
    log = []

    @contextlib.contextmanager
    def step(name):
        log.append("enter")
        try:
            yield name
        except KeyError:
            log.append("swallowed")
        finally:
            log.append("exit")

    with step("x") as name:
        log.append(name)
    with step("y"):
        raise KeyError

    @step("z")
    def decorated():
        log.append("body")

    decorated()
    return log


def test_generator_must_yield_once():
    @contextlib.contextmanager
    def never():
        return
        yield

    @contextlib.contextmanager
    def twice():
        yield
        yield

    def enter(manager):
        with manager:
            pass

    assert raised(enter, never()) is RuntimeError
    assert raised(enter, twice()) is RuntimeError


def test_stack_unwinds_callbacks_and_managers():
    log = []
    with contextlib.ExitStack() as stack:
        stack.enter_context(Step(log, "a", swallow=True))
        stack.callback(log.append, "callback")
        stack.push(Step(log, "b"))
        stack.enter_context(Step(log, "c", fail="exit"))
        raise KeyError
    with contextlib.ExitStack() as stack:
        stack.callback(log.append, "never")
        kept = stack.pop_all()
    log.append("kept")
    kept.close()
    return log


def test_small_tools():
    import io

    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.suppress(ZeroDivisionError):
        print("captured")
        print(1 // 0)
    with contextlib.nullcontext("same") as same, contextlib.closing(io.BytesIO()) as buffer:
        pass
    assert same == "same" and buffer.closed and text.getvalue() == "captured\n"
