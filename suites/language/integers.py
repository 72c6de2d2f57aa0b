"""Integers have no edge: these checks walk along machine words, signs and bases,
where an implementation with small-integer fast paths is most likely to be wrong."""

WORD_EDGES = [2**bits for bits in (15, 30, 31, 32, 53, 62, 63, 64)]
SIGNED_PAIRS = [(7, 2), (-7, 2), (7, -2), (-7, -2), (-6, 3), (0, -5), (-1, 2**70), (2**70, -3)]


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_floor_division_rounds_towards_minus_infinity():
    for dividend, divisor in SIGNED_PAIRS:
        quotient, remainder = divmod(dividend, divisor)
        assert quotient * divisor + remainder == dividend
        assert remainder == 0 or (remainder < 0) == (divisor < 0)
    return [[a // b, a % b] for a, b in SIGNED_PAIRS]


def test_sums_and_products_cross_machine_words():
    for edge in WORD_EDGES:
        assert (edge - 1) + 1 == edge and -(-edge) == edge
        assert (-edge - 1) + 1 == -edge
    return [[edge + edge, -edge - 1, (edge - 1) * (edge + 1), -edge * -1] for edge in WORD_EDGES]


def test_loop_counter_grows_out_of_a_machine_word():
    """A compiled loop must notice the overflow in the middle of its run."""
    value, trace = 1, []
    for step in range(200):
        value = value * 3 - step
        if step % 40 == 39:
            trace.append(value)
    return trace


def test_most_negative_word_divided_by_minus_one_is_positive():
    for bits in (31, 63):
        assert -(2**bits) // -1 == 2**bits
        assert -(2**bits) % -1 == 0
        assert abs(-(2**bits)) == 2**bits


def test_right_shift_of_negative_rounds_down():
    assert -5 >> 1 == -3
    assert -1 >> 1000 == -1
    assert (1 << 200) >> 199 == 2
    return [[edge << 1, -edge >> 1, (-edge - 1) >> 3, edge >> 64] for edge in WORD_EDGES]


def test_shift_by_negative_count_is_an_error():
    assert raised(lambda count: 1 << count, -1) is ValueError
    assert raised(lambda count: 1 >> count, -1) is ValueError


def test_bitwise_operators_use_endless_twos_complement():
    assert ~0 == -1 and -1 & 2**100 == 2**100
    pairs = [(-6, 2**65 - 1), (-(2**64), 2**63 + 5), (-1, -(2**32))]
    return [[a & b, a | b, a ^ b, ~a] for a, b in pairs]


def test_division_undoes_multiplication_of_huge_numbers():
    left, right, rest = 3**700 + 1, 7**300 - 2, 12345
    assert divmod(left * right + rest, right) == (left, rest)
    return (left * right) % 10**30


def test_powers_with_a_modulus():
    assert pow(3, -1, 11) == 4
    assert raised(pow, 2, -1, 4) is ValueError
    return [pow(-7, 5, 13), pow(7, 5, -13), pow(2, 10**20, 10**9 + 7), pow(0, 0, 1)]


def test_every_base_round_trips():
    number = -(36**20) - 12345
    for spec, base in (("b", 2), ("o", 8), ("d", 10), ("x", 16)):
        assert int(format(number, spec), base) == number
    return [hex(number), oct(number), bin(-5), int("-zz", 36), int("0x_ff", 0), int("1_000")]


def test_malformed_literals_are_refused():
    for text in ("", " ", "1__0", "_1", "1_", "0x", "1 2", "--1", "1.0", "0b2"):
        assert raised(int, text, 0) is ValueError, text
    assert raised(int, "10", 37) is ValueError


def test_digits_of_every_script_are_read():
    assert int("\u0663\u0664") == 34
    assert int(" \u0967\n") == 1


def test_byte_strings_round_trip_with_sign_and_order():
    for number in (0, 127, -128, 2**63 - 1, -(2**63), 2**100):
        size = number.bit_length() // 8 + 1
        for order in ("big", "little"):
            encoded = number.to_bytes(size, order, signed=True)
            assert int.from_bytes(encoded, order, signed=True) == number
    assert raised(lambda: (256).to_bytes(1, "big")) is OverflowError
    assert raised(lambda: (-1).to_bytes(1, "big")) is OverflowError
    return (-(2**40)).to_bytes(6, "little", signed=True)


def test_bit_length_ignores_the_sign():
    numbers = [0, 1, -1, 255, -256, 2**63 - 1, 2**63, -(2**63)]
    return [number.bit_length() for number in numbers]


def test_equal_numbers_hash_alike_whatever_their_type():
    assert hash(1) == hash(1.0) == hash(True) == hash(1 + 0j)
    assert hash(-1) == hash(-1.0)
    assert hash(2**70) == hash(2.0**70)
    assert len({1, 1.0, True, 1 + 0j}) == 1


def test_rounding_to_tens_breaks_ties_to_even():
    return [round(number, -1) for number in (5, 15, 25, -5, -15, -25, 10**25 + 5)]


def test_division_of_huge_integers_is_correctly_rounded():
    """Neither operand fits a float; the quotient does."""
    assert raised(float, 10**400) is OverflowError
    assert raised(lambda: 10**400 / 3) is OverflowError
    quotients = [(2**1100 + 1) / 2**1099, 10**400 / 3**830, -(7**500) / 7**501]
    return [repr(quotient) for quotient in quotients]


def test_comparison_with_floats_is_exact():
    assert 2**53 + 1 != float(2**53)
    assert 2**53 < 2**53 + 1 <= float(2**53 + 2)
    assert 10**400 < float("inf") and -(10**400) > float("-inf")


def test_truth_values_are_numbers():
    assert True + True == 2 and isinstance(True + True, int)
    assert isinstance(True & False, bool) and not isinstance(True & 1, bool)
    return [str(True), "abc"[True], sum([True, True, False]), True == 1, -True]
