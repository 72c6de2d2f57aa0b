"""Decimals, fractions and statistics: exact arithmetic with its contexts and signals,
often pure Python where CPython has C."""

import decimal
import fractions
import math
from decimal import Decimal
from fractions import Fraction


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_decimal_arithmetic_keeps_exponents():
    results = [Decimal("1.10") + Decimal("2.205"), Decimal("1.20") * 2, Decimal("7") / 3]
    results += [
        Decimal(-7) // 2,
        Decimal(-7) % 2,
        Decimal("1e3") + 1,
        -Decimal("0.0"),
        abs(Decimal("-0")),
    ]
    return [str(result) for result in results]


def test_decimal_context_rounds():
    modes = [name for name in dir(decimal) if name.startswith("ROUND_")]
    values = ("2.5", "-2.5", "2.51", "-3.49", "0.05")
    table = {}
    for mode in modes:
        with decimal.localcontext() as context:
            context.rounding = mode
            table[mode] = [str(Decimal(value).quantize(Decimal(1))) for value in values]
    return table


def test_decimal_signals_are_trapped_or_flagged():
    with decimal.localcontext() as context:
        context.traps[decimal.DivisionByZero] = False
        context.clear_flags()
        assert Decimal(-1) / 0 == Decimal("-Infinity") and context.flags[decimal.DivisionByZero]
        context.traps[decimal.Inexact] = True
        assert raised(lambda: Decimal(1) / 3) is decimal.Inexact
    assert raised(lambda: Decimal(1) / 0) is decimal.DivisionByZero
    assert raised(lambda: Decimal(0) / 0) is decimal.InvalidOperation
    assert issubclass(decimal.DivisionByZero, ZeroDivisionError)


def test_decimal_functions_to_fifty_digits():
    with decimal.localcontext() as context:
        context.prec = 50
        two = Decimal(2)
        results = [two.sqrt(), two.ln(), two.exp(), two ** Decimal("0.5"), two.log10(), two**-70]
    return [str(result) for result in results]


def test_decimal_text_and_formats():
    values = [
        Decimal(text) for text in ("1234567.891", "-0.00", "1E+20", "1E-10", "NaN", "-Infinity")
    ]
    specs = ("", ",.2f", "e", "+.3g", "%", "*>12")
    assert raised(Decimal, "1.2.3") is decimal.InvalidOperation
    return [[format(value, spec) for spec in specs] for value in values]


def test_decimals_convert_exactly():
    assert str(Decimal(0.1))[:20] == "0.100000000000000005" and float(Decimal("0.1")) == 0.1
    assert Decimal("1.0") == 1 and hash(Decimal("1.0")) == hash(1) == hash(Fraction(1))
    assert hash(Decimal("0.5")) == hash(0.5) and Decimal("0.1") != 0.1
    assert raised(lambda: Decimal(1) + 1.0) is TypeError
    number = Decimal("-12.340")
    return [
        list(number.as_tuple()[1]),
        str(number.normalize()),
        list(number.as_integer_ratio()),
        int(number),
    ]


def test_decimal_comparisons_with_nan():
    nan = Decimal("NaN")
    assert nan != nan and raised(lambda: nan < 1) is decimal.InvalidOperation
    assert Decimal("-0") == Decimal("0") and Decimal("-0").is_signed()
    assert Decimal("1.00").compare_total(Decimal("1.0")) == -1


def test_decimal_context_is_private_to_a_thread():
    import threading

    seen = []
    with decimal.localcontext() as context:
        context.prec = 3
        thread = threading.Thread(target=lambda: seen.append(decimal.getcontext().prec))
        thread.start()
        thread.join(10)
        assert str(Decimal(1) / 3) == "0.333"
    assert seen == [decimal.DefaultContext.prec]


def test_fractions_are_reduced():
    values = [Fraction(6, -4), Fraction("-1.25"), Fraction(" 3/9 "), Fraction(0.5), Fraction(7)]
    assert raised(Fraction, 1, 0) is ZeroDivisionError and raised(Fraction, "a") is ValueError
    assert Fraction(1, 2) == 0.5 == Decimal("0.5") and Fraction(1, 3) < 0.34
    return [str(value) for value in values] + [repr(values[0])]


def test_fraction_arithmetic():
    half, third = Fraction(1, 2), Fraction(-1, 3)
    results = [
        half + third,
        half * third,
        half / third,
        half**-3,
        third // half,
        third % half,
        half - 1,
    ]
    assert type(half + 0.5) is float and type(third + 1) is fractions.Fraction
    return [str(result) for result in results] + [
        round(Fraction(5, 2)),
        math.floor(third),
        int(third),
    ]


def test_fractions_approximate():
    assert Fraction(math.pi).limit_denominator(1000) == Fraction(355, 113)
    return [str(Fraction(0.1).limit_denominator(10**k)) for k in (0, 1, 5)]


def test_integer_mathematics():
    assert raised(math.isqrt, -1) is ValueError and raised(math.factorial, -1) is ValueError
    return [
        math.isqrt(10**40 - 1),
        math.gcd(12, -18, 2**70),
        math.lcm(4, 6, 10),
        math.comb(60, 30),
        math.perm(20, 5),
        math.factorial(25),
        math.prod([2**40, 3, -1]),
    ]


def test_statistics_are_exact():
    import statistics

    sample = [1, 2, 2, 3, 10**20]
    assert statistics.mode("abbc") == "b" and statistics.median_low([1, 2, 3, 4]) == 2
    assert statistics.mean([Fraction(1, 3), Fraction(2, 3)]) == Fraction(1, 2)
    return [
        statistics.median(sample),
        statistics.multimode("aabb"),
        str(statistics.mean([Decimal("0.1")] * 3)),
    ]
