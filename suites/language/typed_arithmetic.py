"""Arithmetic of typed functions at the edges of the machine word: where compilers go wrong."""

COMPILED = (
    "added",
    "multiplied",
    "shifted",
    "negated",
    "floor_quotient",
    "floor_remainder",
    "divided",
    "counted",
)

WORD = 2**63 - 1


def added(left: int, right: int) -> int:
    return left + right


def multiplied(left: int, right: int) -> int:
    return left * right


def shifted(number: int, places: int) -> int:
    return number << places


def negated(number: int) -> int:
    return -number


def floor_quotient(number: int, divisor: int) -> int:
    return number // divisor


def floor_remainder(number: int, divisor: int) -> int:
    return number % divisor


def divided(number: float, divisor: float) -> float:
    return number / divisor


def counted(limit: int) -> int:
    count = 0
    while count < limit:
        count = count + 1
    return count


def test_arithmetic_within_a_word():
    assert added(2, 3) == 5
    assert multiplied(-4, 3) == -12
    assert shifted(1, 40) == 1 << 40
    assert negated(7) == -7
    assert floor_quotient(7, 2) == 3
    assert floor_remainder(7, 2) == 1
    assert divided(1.0, 4.0) == 0.25


def test_a_loop_counts():
    assert counted(1000) == 1000


def test_a_sum_beyond_a_word():
    assert added(WORD, 1) == 2**63


def test_a_product_beyond_a_word():
    assert multiplied(2**62, 4) == 2**64


def test_a_shift_beyond_a_word():
    assert shifted(1, 70) == 2**70


def test_negation_beyond_a_word():
    assert negated(-WORD - 1) == 2**63


def test_a_quotient_of_a_negative_number_is_floored():
    assert floor_quotient(-7, 2) == -4


def test_a_remainder_has_the_sign_of_the_divisor():
    assert floor_remainder(-7, 2) == 1
    assert floor_remainder(7, -2) == -1


def test_division_of_integers_by_zero_raises():
    try:
        floor_quotient(1, 0)
    except ZeroDivisionError:
        return
    raise AssertionError("no ZeroDivisionError")


def test_division_of_floats_by_zero_raises():
    try:
        divided(1.0, 0.0)
    except ZeroDivisionError:
        return
    raise AssertionError("no ZeroDivisionError")


def test_a_float_is_welcome_where_an_integer_was_announced():
    assert added(0.5, 0.25) == 0.75
