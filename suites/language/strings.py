"""Text is a sequence of code points: case, classes of characters, searching and escapes
beyond ASCII, where an implementation built on UTF-8 or UTF-16 shows through."""


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_length_and_index_count_code_points():
    text = "a\U0001f600b\u00e9"
    assert len(text) == 4 and text[1] == "\U0001f600" and text[2] == "b"
    assert text[::-1] == "\u00e9b\U0001f600a"
    assert text.index("b") == 2


def test_order_is_by_code_point_not_by_code_unit():
    """UTF-16 would sort astral characters before U+FFFF."""
    assert "\uffff" < "\U00010000"
    assert max("\ue000\U0001f600\uffff") == "\U0001f600"
    return [ord(letter) for letter in sorted("\uff5e\U0001f600a\u00e9\ud7ff")]


def test_case_changes_may_change_the_length():
    assert "stra\u00dfe".upper() == "STRASSE"
    assert "stra\u00dfe".casefold() == "STRASSE".casefold()
    words = ["\u00df", "\u0130", "\ufb01", "\u01c6", "\u0149", "\u1fb3"]
    return [[word.upper(), word.lower(), word.title()] for word in words]


def test_sigma_is_final_at_the_end_of_a_word():
    assert "\u03a3\u0391\u03a3 \u03a3".lower() == "\u03c3\u03b1\u03c2 \u03c3"


def test_title_and_capitalise_find_word_borders():
    return [
        "they're bill's".title(),
        "\u01c6abc".capitalize(),
        "a1b c-d".title(),
        "\u00e9T\u00c9".swapcase(),
    ]


def test_character_classes():
    samples = "7\u00b2\u00bd\u0663\u4e00a\u00e9\u01c5_ \u00a0"
    predicates = (str.isdecimal, str.isdigit, str.isnumeric, str.isalpha, str.isspace, str.istitle)
    return [[predicate(sample) for predicate in predicates] for sample in samples]


def test_identifiers_may_be_in_any_script():
    names = ["\u00e9t\u00e9", "\u53d8\u91cf", "_1", "1a", "a-b", "\u2118", "", "\u00b2", "def"]
    return [name.isidentifier() for name in names]


def test_split_without_separator_knows_all_white_space():
    text = "\u3000a\u2028b\x1cc\u00a0 d\u200be\n"
    assert text.split() == ["a", "b", "c", "d\u200be"]
    assert "\u2003x\u2003".strip() == "x"
    return [
        text.split(None, 2),
        text.rsplit(None, 1),
        "a,,b,".split(","),
        "".split(),
        "".split(","),
    ]


def test_line_ends_are_more_than_newline():
    text = "a\r\nb\rc\x0bd\x0ce\x1cf\u0085g\u2028h\u2029i\n\n"
    assert "".join(text.splitlines(True)) == text
    return text.splitlines()


def test_empty_needle_is_found_everywhere():
    assert "abc".find("", 3) == 3 and "abc".find("", 4) == -1
    assert "abc".count("") == 4 and "".count("") == 1
    assert "\u00e9\U0001f600".replace("", "-") == "-\u00e9-\U0001f600-"
    return ["abab".replace("ab", "x", 1), "aaaa".count("aa"), "".replace("", "x"), "abc".rfind("")]


def test_search_bounds_behave_like_a_slice():
    text = "h\u00e9llo h\u00e9llo"
    bounds = [(0, None), (2, None), (-4, None), (-100, 3), (7, 2)]
    return [
        [text.find("l", a, b), text.rfind("\u00e9", a, b), text.count("l", a, b)] for a, b in bounds
    ]


def test_prefix_and_suffix_accept_tuples_and_bounds():
    assert "python".startswith(("x", "py")) and not "python".startswith(())
    assert "python".startswith("th", 2) and "python".endswith("", 6)
    assert "python".removeprefix("py").removesuffix("on") == "th"
    assert raised("python".startswith, ["py"]) is TypeError


def test_partition_keeps_all_parts():
    return [
        list("a=b=c".partition("=")),
        list("a=b=c".rpartition("=")),
        list("abc".rpartition("=")),
    ]


def test_translate_maps_removes_and_expands():
    table = {ord("a"): None, ord("b"): "BB", ord("c"): 0x1F600}
    assert "abcd".translate(table) == "BB\U0001f600d"
    assert "hello".translate(str.maketrans("el", "ip", "o")) == "hipp"


def test_padding_and_tabs():
    return [
        "-42".zfill(6),
        "+".zfill(3),
        "ab".center(5, "*"),
        "abc".center(6, "*"),
        "a\tbc\t\n\td".expandtabs(4),
    ]


def test_repr_escapes_what_cannot_be_printed():
    texts = [
        "'",
        "\"'",
        "\\",
        "\n\t\x00\x7f",
        "\u00e9\u00a0\u200b",
        "\ud800",
        "\U0001f600\U000e0001",
    ]
    assert [eval(repr(text)) for text in texts] == texts
    return [[ascii(repr(text)), ascii(text)] for text in texts]


def test_lone_surrogates_live_in_text_but_not_in_utf_8():
    assert len("\ud83d\ude00") == 2 and "\ud83d\ude00" != "\U0001f600"
    assert raised("\ud800".encode, "utf-8") is UnicodeEncodeError
    assert "\ud800".encode("utf-8", "surrogatepass") == b"\xed\xa0\x80"
    assert raised(b"\xed\xa0\x80".decode, "utf-8") is UnicodeDecodeError


def test_normal_forms_and_character_names():
    import unicodedata

    assert unicodedata.normalize("NFC", "e\u0301") == "\u00e9" != "e\u0301"
    assert unicodedata.name("\U0001f600") == "GRINNING FACE"
    assert eval(r"'\N{SNOWMAN}'") == unicodedata.lookup("snowman") == "\u2603"
    forms = ("NFC", "NFD", "NFKC", "NFKD")
    return [ascii(unicodedata.normalize(form, "\ufb01\u1e9b\u0323\uac00")) for form in forms]


def test_join_and_repeat():
    assert "\u00e9".join(["a", "b", "c"]) == "a\u00e9b\u00e9c"
    assert raised("-".join, ["a", 1]) is TypeError
    assert "ab" * 0 == "" == "ab" * -3
    assert raised(lambda: "a" + b"b") is TypeError


def test_equal_text_hashes_alike_however_it_was_made():
    made = [
        "".join(["py", "th\u00f6n"]),
        "xpyth\u00f6n"[1:],
        b"pyth\xc3\xb6n".decode(),
        "pyth%sn" % "\u00f6",
    ]
    assert len(set(made)) == 1
