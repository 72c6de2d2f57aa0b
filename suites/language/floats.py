"""Binary floating point as IEEE 754 and Python define it: exact printing and reading,
signed zeros, infinities, rounding of ties, and the sign of remainders."""

import math

NOTABLE = [
    0.1,
    1e16,
    1e22,
    1e23,
    123456789012345680.0,
    5e-324,
    2.2250738585072014e-308,
    1.7976931348623157e308,
    9007199254740993.0,
    -0.0,
    1e-5,
    0.0001,
    100.0,
]


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_repr_is_the_shortest_text_that_reads_back():
    for number in NOTABLE:
        assert float(repr(number)) == number
    return [repr(number) for number in NOTABLE]


def test_hexadecimal_text_is_exact():
    for number in NOTABLE:
        assert float.fromhex(number.hex()) == number
    return [number.hex() for number in NOTABLE]


def test_ratio_is_exact():
    return [list(number.as_integer_ratio()) for number in (0.1, -2.5, 1e22, 5e-324)]


def test_nan_equals_nothing_but_is_found_by_identity():
    nan = float("nan")
    assert nan != nan and not nan < nan and not nan >= nan
    assert nan in [nan] and [nan] == [nan]
    assert float("nan") not in [0.0, 1.0]


def test_zero_keeps_its_sign():
    assert -0.0 == 0.0 and math.copysign(1, -0.0) == -1
    assert math.atan2(0.0, -1.0) == -math.atan2(-0.0, -1.0)
    return [repr(0.0 * -1), repr(-0.0 + 0.0), repr(-0.0 - 0.0), repr(round(-0.4)), str(-0.0)]


def test_remainder_has_the_sign_of_the_divisor():
    pairs = [(-7.5, 2.0), (7.5, -2.0), (-7.5, -2.0), (-1e-20, 1.0), (5.0, -5.0), (-0.0, 3.0)]
    return [[repr(a % b), repr(a // b), repr(math.fmod(a, b))] for a, b in pairs]


def test_rounding_breaks_ties_to_even():
    assert [round(half) for half in (0.5, 1.5, 2.5, -0.5, -1.5)] == [0, 2, 2, 0, -2]
    assert isinstance(round(2.0), int) and isinstance(round(2.0, 0), float)
    return [repr(round(number, 2)) for number in (2.675, 1.005, -0.125, 1e300, 0.375)]


def test_text_is_read_with_the_rules_of_literals():
    assert float(" 1_0.5e1\n") == 105.0
    assert float("-Infinity") == -math.inf and math.isnan(float("+nan"))
    for text in ("", "1e", "0x1p3", "1__0.0", "1.0_", "in f", "1,0"):
        assert raised(float, text) is ValueError, text


def test_long_decimals_are_rounded_correctly():
    """Half-way cases that a reader with too few digits gets wrong."""
    texts = [
        "9007199254740992.9999999999999999999",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203126",
        "2.4703282292062327208e-324",
        "2.4703282292062328e-324",
    ]
    return [float(text).hex() for text in texts]


def test_operators_overflow_to_infinity_but_powers_raise():
    assert 1e308 * 10 == math.inf
    assert raised(lambda: 10.0**400) is OverflowError
    assert raised(lambda: 1.0 / 0) is ZeroDivisionError
    assert raised(lambda: 0.0**-1) is ZeroDivisionError
    assert raised(math.exp, 1000) is OverflowError


def test_conversion_to_int_truncates_and_is_exact():
    assert raised(int, math.nan) is ValueError
    assert raised(int, math.inf) is OverflowError
    numbers = (-2.9, 2.9, 1e23, -1e300)
    return [int(number) % 10**40 for number in numbers]


def test_floor_and_ceiling_return_integers_of_any_size():
    assert math.floor(-0.5) == -1 and math.ceil(-0.5) == 0
    return [math.floor(1e25), math.ceil(-1e25), math.trunc(-3.7)]


def test_exact_summation_loses_nothing():
    assert math.fsum([0.1] * 10) == 1.0
    assert math.fsum([1e100, 1.0, -1e100]) == 1.0
    return math.fsum([1 / n for n in range(1, 100)]).hex()


def test_complex_arithmetic_and_its_text():
    assert abs(3 + 4j) == 5.0
    assert complex("1e3-2j") == complex(1000, -2)
    assert raised(lambda: 1j < 2j) is TypeError
    values = [(1 + 2j) * (3 - 4j), (1 + 2j).conjugate(), 2j**2, complex(-0.0, -1.0)]
    return [repr(value) for value in values]


def test_root_of_a_negative_number_is_complex():
    assert isinstance((-8) ** (1 / 3), complex)
    assert raised(math.sqrt, -1) is ValueError
