"""Data as other programs see it: JSON text, packed structures, CSV rows and base64."""

import json
import math
import struct


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


def test_json_text_of_every_kind_of_value():
    value = {"b": [1, -2.5, 1e300, True, None], "a": '\u00e9\U0001f600"\\\n\x00\u2028/', "": {}}
    assert json.loads(json.dumps(value)) == value
    return [
        json.dumps(value),
        json.dumps(value, sort_keys=True, indent=2),
        ascii(json.dumps(value, ensure_ascii=False, separators=(",", ":"))),
    ]


def test_json_keys_become_text():
    table = {0: "a", None: "b", True: "c", 2.5: "d"}
    assert raised(json.dumps, {(1, 2): 0}) is TypeError
    return [json.dumps(table), json.dumps({(1,): 0, "x": 1}, skipkeys=True)]


def test_json_reads_numbers_exactly():
    numbers = json.loads("[0, -0, 1E2, 12345678901234567890123, -0.0, 1e400]")
    assert [type(number).__name__ for number in numbers[:4]] == ["int", "int", "float", "int"]
    assert math.copysign(1, numbers[4]) == -1 and numbers[5] == math.inf
    assert json.loads("1.10", parse_float=str) == "1.10" and json.loads("789", parse_int=len) == 3
    return [repr(number) for number in numbers]


def test_json_surrogate_pairs_are_joined_and_lone_ones_kept():
    return [
        ascii(json.loads(text)) for text in (r'"\ud83d\ude00"', r'"\ud83d x"', r'"\uDE00\u0041"')
    ]


def test_malformed_json_is_refused_with_its_place():
    places = []
    for text in ("", "[1,", '{"a" 1}', "[1 2]", '"\t"', "tru", "'a'", '"\\x"', "01", "nan", "[]]"):
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            places.append([text, error.pos, error.lineno])
    assert len(places) == 11
    return places[:4]


def test_json_refuses_what_has_no_form():
    loop = []
    loop.append(loop)
    assert raised(json.dumps, loop) is ValueError and raised(json.dumps, {1}) is TypeError
    assert raised(json.dumps, math.nan, allow_nan=False) is ValueError
    return json.dumps([math.nan, -math.inf])


def test_json_hooks():
    class Encoder(json.JSONEncoder):
        def default(self, value):
            return sorted(value) if isinstance(value, set) else super().default(value)

    pairs = json.loads('{"a": 1, "a": {"b": 2}}', object_pairs_hook=lambda pairs: pairs)
    assert pairs == [("a", 1), ("a", [("b", 2)])]
    assert json.loads('{"a": {}}', object_hook=len) == 1
    assert "".join(Encoder().iterencode([{2, 1}])) == "[[1, 2]]"
    assert json.JSONDecoder().raw_decode("[1] rest") == ([1], 3)


def test_deep_json_fails_cleanly():
    assert raised(json.loads, "[" * 500 + "]" * 500) is None
    assert raised(json.loads, "[" * 500 + "]" * 499) is json.JSONDecodeError


def test_structures_are_packed_with_and_without_alignment():
    values = (-1, 2**31, b"ab", 1.5, True)
    assert struct.unpack("<bI3sd?", struct.pack("<bI3sd?", *values))[2] == b"ab\0"
    sizes = [struct.calcsize(prefix + "bIHq") for prefix in "<>=!"]
    return [struct.pack("<bI3sd?", *values), struct.pack(">bI3sd?", *values), sizes]


def test_packing_checks_ranges_and_counts():
    for pattern, values in [("B", [256]), ("b", [-129]), ("<q", [2**63]), ("B", []), ("B", [1.0])]:
        assert raised(struct.pack, pattern, *values) is struct.error, pattern
    assert raised(struct.unpack, "<I", b"123") is struct.error
    assert raised(struct.calcsize, "z") is struct.error
    return [struct.pack("<qQ", -(2**63), 2**64 - 1), struct.pack(">3x2H0s", 1, 2, b"x")]


def test_packed_floats_follow_ieee_754():
    numbers = (0.1, -0.0, math.inf, 65504.0, 5.960464477539063e-08)
    assert raised(struct.pack, "<f", 1e39) is OverflowError
    assert raised(struct.pack, "<e", 1e6) is OverflowError
    return [[struct.pack(pattern, n) for pattern in ("<d", "<f")] for n in numbers] + [
        struct.pack("<e", n) for n in numbers
    ]


def test_structures_in_place():
    record = struct.Struct("<HB")
    buffer = bytearray(8)
    record.pack_into(buffer, 3, 513, 7)
    assert record.unpack_from(buffer, 3) == (513, 7) and buffer[3:6] == b"\x01\x02\x07"
    assert list(record.iter_unpack(bytes(6))) == [(0, 0), (0, 0)]
    assert raised(record.pack_into, buffer, 6, 1, 1) is struct.error
    assert raised(record.iter_unpack, bytes(4)) is struct.error


def test_rows_of_comma_separated_values():
    import csv
    import io

    rows = [
        ["plain", 'quo"te', "com,ma", "new\nline", "", " s "],
        [1, 2.5, None, True, "\u00e9", "'"],
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    back = list(csv.reader(text))
    assert back[0] == rows[0]
    lines = "a;'b;c';d''\n;;".splitlines()
    return [text.getvalue(), back[1], list(csv.reader(lines, delimiter=";", quotechar="'"))]


def test_binary_to_text_encodings():
    import base64
    import binascii

    every_byte = bytes(range(256))
    for name in ("b16", "b32", "b64", "urlsafe_b64", "b85", "a85"):
        encoded = getattr(base64, name + "encode")(every_byte)
        assert getattr(base64, name + "decode")(encoded) == every_byte
    assert base64.b64decode(b"YQ==\n") == b"a"
    assert raised(base64.b64decode, b"YQ") is binascii.Error
    return [
        base64.b64encode(every_byte[:5]),
        base64.urlsafe_b64encode(b"\xff\xfe"),
        base64.b85encode(b"abc"),
    ]
