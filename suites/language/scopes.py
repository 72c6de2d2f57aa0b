"""Which binding a name refers to, and in which order expressions are evaluated:
comprehensions, closures, class bodies and exec."""


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def noting(log):
    """A function that records its argument and returns it."""

    def note(value):
        log.append(value)
        return value

    return note


def test_comprehension_variable_does_not_leak():
    number = "outer"
    squares = [number * number for number in range(3)]
    assert number == "outer" and squares == [0, 1, 4]


def test_walrus_in_comprehension_binds_outside():
    assert any((found := word).startswith("p") for word in ["ruby", "python", "perl"])
    assert found == "python"


def test_class_scope_is_visible_only_to_the_first_iterable():
    class Body:
        size = 2
        visible = [index for index in range(size)]

    def hidden():
        class Body:
            factor = 2
            products = [factor * index for index in range(3)]  # noqa: F821 - that is the point

        return Body

    assert Body.visible == [0, 1]
    assert raised(hidden) is NameError


def test_closures_capture_variables_not_values():
    late = [lambda: index for index in range(3)]
    early = [lambda index=index: index for index in range(3)]
    return [[function() for function in late], [function() for function in early]]


def test_each_call_has_closure_cells_of_its_own():
    def counter(step):
        total = 0

        def advance():
            nonlocal total
            total += step
            return total

        return advance

    ones, tens = counter(1), counter(10)
    return [ones(), tens(), ones(), tens(), counter(5)()]


def test_nonlocal_reaches_over_intermediate_functions():
    def outer():
        value = 1

        def middle():
            def inner():
                nonlocal value
                value += 1

            inner()

        middle()
        return value

    assert outer() == 2


def test_unbound_names_are_told_apart():
    def before_assignment():
        _ = value  # noqa: F821 - that is the point
        value = 1  # noqa: F841

    def deleted_capture():
        value = 1

        def read():
            return value  # noqa: F821 - deleted below

        del value
        return read()

    assert raised(before_assignment) is UnboundLocalError
    assert raised(deleted_capture) is NameError


def test_name_of_a_caught_exception_is_unbound_afterwards():
    error = "before"
    try:
        raise ValueError
    except ValueError as error:  # noqa: F811, F841 - shadowed on purpose
        pass
    assert "error" not in locals()


def test_evaluation_goes_from_left_to_right():
    log = []
    note = noting(log)
    target = {}
    target[note("key")] = note("value")
    _ = {note(1): note(2), note(3): note(4)}
    _ = note(5) + note(6) * note(7)
    _ = max(note(8), *[note(9)], key=note(None))
    assert log[:2] == ["value", "key"]
    return log


def test_chained_comparison_evaluates_once_and_stops_early():
    log = []
    note = noting(log)
    assert note(1) < note(2) < note(3)
    assert not note(5) < note(4) < note(9)
    return log


def test_boolean_operators_return_an_operand():
    return [0 or "", "a" or 1, "a" and [], None and 1, not "", 1 if [] else 2]


def test_augmented_assignment_reads_its_target_once():
    log = []
    note = noting(log)
    counts = [1, 2]
    counts[note(0)] += note(5)
    assert counts == [6, 2] and log == [0, 5]


def test_augmented_assignment_inside_a_tuple_changes_the_list_and_fails():
    pair = ([1], 2)

    def extend():
        pair[0] += [2]

    assert raised(extend) is TypeError and pair == ([1, 2], 2)


def test_exec_uses_the_namespaces_it_is_given():
    names = {}
    exec("def double(n): return n * factor\nfactor = 3", names)
    assert names["double"](5) == 15
    outer, inner = {"x": 1}, {}
    exec("x = x + 1\ny = x", outer, inner)
    assert outer["x"] == 1 and inner == {"x": 2, "y": 2}
    assert eval("x + y", outer, {"y": 10}) == 11


def test_private_names_are_mangled_in_the_class_body():
    class _Vault:
        __code = 1

        def read(self):
            return self.__code

    assert _Vault().read() == 1 and hasattr(_Vault, "_Vault__code")
    assert not hasattr(_Vault, "__code")


def test_for_else_runs_unless_broken():
    def search(numbers):
        for number in numbers:
            if number == 2:
                break
        else:
            return "no two"
        return "two"

    assert search([1, 2, 3]) == "two" and search([1]) == search([]) == "no two"
