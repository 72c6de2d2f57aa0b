"""Regular expressions: greed, groups, look-around, flags and the edge cases of empty
matches, since most interpreters bring an engine of their own."""

import re


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def spans(pattern, text, flags=0):
    return [list(match.span()) for match in re.finditer(pattern, text, flags)]


def test_empty_matches_are_found_beside_others():
    return [
        spans(r"x*", "axxb"),
        re.sub(r"x*", "-", "axxb"),
        re.split(r"x*", "axxb"),
        spans(r"\b|:+", "a::bc"),
        re.findall(r"a|ab|", "ab"),
    ]


def test_greedy_and_lazy_repetition():
    text = "<a><b></b>"
    patterns = (r"<.+>", r"<.+?>", r"<[^>]*>", r".{2,4}?", r"(?:ab?){2}", r"b??")
    return [re.findall(pattern, text) for pattern in patterns]


def test_groups_keep_their_last_match_or_none():
    match = re.match(r"(?:(a)|(b)|c)+(?P<rest>d)?", "abcx")
    assert match.groups() == ("a", "b", None) and match.groupdict("none") == {"rest": "none"}
    assert match.lastindex == 2 and match.span("rest") == (-1, -1)
    return [list(match.groups("-")), match.expand(r"\1\2\g<rest>|\g<0>"), list(match.regs[1])]


def test_back_references_and_conditions():
    assert re.match(r"(?P<q>['\"]).*?(?P=q)$", "'it\"s'")
    balanced = re.compile(r"(<)?\w+(?(1)>|$)")
    assert balanced.fullmatch("<a>") and balanced.fullmatch("a") and not balanced.fullmatch("<a")
    return re.findall(r"(\w)\1", "aabccd\u00e9\u00e9")


def test_look_around_takes_no_text():
    return [
        re.findall(r"(?<=\$)\d+(?!\d|\.)", "$12 $3.5 45"),
        re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", "1234567"),
        re.findall(r"(?<!a)b", "ab b bb"),
    ]


def test_substitution_with_functions_and_templates():
    assert re.sub(r"\w+", lambda match: match[0][::-1], "abc de") == "cba ed"
    assert re.subn("a", "b", "aaa", 2) == ("bba", 2)
    assert raised(re.sub, "(a)", r"\2", "a") is re.error
    return [
        re.sub(r"(\w)(\w)?", r"[\2\g<1>0]", "abc"),
        re.sub("a", r"\n\\", "a"),
        re.sub("", "-", "ab"),
    ]


def test_splitting_keeps_captured_separators():
    return [
        re.split(r"(,)|;", "a,b;c"),
        re.split(r"\s+", " a  b ", 1),
        re.split(r"\b", "hi, you"),
        re.split(r"(?<=,)", "a,b,"),
    ]


def test_flags():
    text = "First\nsecond LINE\n"
    assert re.findall(r"^\w+$", "a\nb", re.M) == ["a", "b"] and not re.match("a.b", "a\nb")
    assert re.match("(?s:a.b)", "a\nb") and not re.match("(?i:a)b", "AB")
    assert re.fullmatch("(\\d+) \\s [#]  # a comment\n (x)", "12 #x", re.X)
    return [
        spans(r"^.*$", text, re.M),
        re.findall(r"[a-z]+$", text, re.I | re.M),
        spans(r"\Z|$", text),
    ]


def test_unicode_classes_and_case():
    text = "\u00e9t\u00e9 \u0663 \u01c5 \u212a"
    assert re.findall(r"\w+", text, re.A) == ["t"] and re.findall(r"\d", text) == ["\u0663"]
    assert re.match("k", "\u212a", re.I) and not re.match("k", "\u212a", re.I | re.A)
    assert re.match("\U0001f600{2}$", "\U0001f600\U0001f600") and re.match(".$", "\U0001f600")
    return [ascii(item) for item in re.findall(r"\W|[\u00e0-\u00ff]", text)]


def test_bytes_have_patterns_of_their_own():
    assert re.findall(rb"[\x80-\xff]+", b"a\xe9\xffb") == [b"\xe9\xff"]
    assert re.sub(rb"\W", b"", b"a-\xe9b") == b"ab"
    assert raised(re.match, "a", b"a") is TypeError and raised(re.match, b"a", "a") is TypeError


def test_escaping_makes_any_text_literal():
    every = "".join(map(chr, range(1, 128)))
    assert re.fullmatch(re.escape(every), every)
    return re.escape("a.b-c d[e]\n\u00e9")


def test_malformed_patterns_are_refused_with_their_place():
    places = []
    for pattern in (
        "(",
        "a)",
        "[",
        "*a",
        "a{2,1}",
        "(?P<1>a)",
        r"\1",
        "(?<=a+)b",
        "(?P=x)",
        "[z-a]",
    ):
        try:
            re.compile(pattern)
        except re.error as error:
            places.append([pattern, error.pos])
    return places


def test_positions_limit_the_search_but_not_the_anchors():
    assert re.compile("^a").search("ba", 1) is None and re.compile("a$").search("ab", 0, 1)
    assert re.compile("a").fullmatch("bab", 1, 2)
    return [
        [match.pos, match.endpos, list(match.span())]
        for match in re.compile("a").finditer("aXa", 1)
    ]


def test_compiled_patterns_compare_and_pickle():
    import pickle

    pattern = re.compile("a(b)", re.I)
    assert pickle.loads(pickle.dumps(pattern)) == pattern != re.compile("a(b)")
    assert pattern.groups == 1 and pattern.flags & re.I
    return [repr(pattern), repr(pattern.match("ABc"))]


def test_long_repetitions_do_not_exhaust_the_stack():
    text = "ab" * 20000
    assert re.fullmatch(r"(?:ab)*", text) and re.fullmatch(r"(?:a|b)*?", text)
    assert re.match(r"(ab|cd)*", text).end() == len(text)
