"""Encoding and decoding: error handlers, byte-order marks and input that arrives in pieces,
since programs meet broken text far from where it was broken."""

import codecs

BROKEN = [
    b"a\xffb",
    b"\xf0\x9f\x98",
    b"\xf0\x9f\x98z",
    b"\xc0\x80",
    b"\xe2\x82",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x80\x80",
]


def test_replacement_covers_the_longest_broken_prefix():
    """One mark per maximal ill-formed part, as Unicode recommends."""
    return [ascii(data.decode("utf-8", "replace")) for data in BROKEN]


def test_decoding_error_tells_where_and_what():
    places = []
    for data in BROKEN:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            assert error.object == data and error.reason
            places.append([error.encoding, error.start, error.end])
    return places


def test_escaped_bytes_round_trip_through_text():
    every_byte = bytes(range(256))
    text = every_byte.decode("utf-8", "surrogateescape")
    assert text[-1] == "\udcff"
    assert text.encode("utf-8", "surrogateescape") == every_byte


def test_encoding_error_handlers():
    text = "a\u00e9\u20ac\U0001f600"
    handlers = ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace")
    return [text.encode("ascii", handler) for handler in handlers]


def test_own_error_handler_decides_where_to_go_on():
    def double(error):
        return "<%d>" % (error.end - error.start), error.end

    codecs.register_error("pyrometer.double", double)
    assert "a\u00e9\u00e9b".encode("ascii", "pyrometer.double") == b"a<2>b"
    assert b"a\xff\xfeb".decode("ascii", "pyrometer.double") == "a<1><1>b"


def test_incremental_decoder_waits_for_the_rest():
    decoder = codecs.getincrementaldecoder("utf-8")()
    pieces = [decoder.decode(bytes([byte])) for byte in "\u00e9\U0001f600".encode()]
    assert pieces == ["", "\u00e9", "", "", "", "\U0001f600"]
    assert decoder.decode(b"\xe2") == ""
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return
    raise AssertionError("a truncated character passed")


def test_byte_order_marks():
    assert "a".encode("utf-8-sig").decode("utf-8") == "\ufeffa"
    assert b"\xff\xfea\x00".decode("utf-16") == "a" == b"\xfe\xff\x00a".decode("utf-16")
    encodings = ("utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le")
    return ["h\u00e9\U0001f600".encode(encoding) for encoding in encodings]


def test_single_byte_charsets():
    assert bytes(range(256)).decode("latin-1") == "".join(map(chr, range(256)))
    names = ("cp1252", "iso8859-15", "koi8-r", "cp437")
    return [ascii(b"\x80\xa4\xe9".decode(name, "replace")) for name in names]


def test_codec_names_are_normalised():
    assert codecs.lookup("UTF_8").name == codecs.lookup("utf8").name == "utf-8"
    assert codecs.lookup("Latin-1").name == "iso8859-1"
    try:
        codecs.lookup("no-such-codec")
    except LookupError:
        return
    raise AssertionError("an unknown codec was found")


def test_escape_and_binary_transforms():
    assert b"\\x41\\u00e9".decode("unicode_escape") == "A\u00e9"
    assert "b\u00fccher.example".encode("idna") == b"xn--bcher-kva.example"
    transforms = ("hex", "base64", "quopri", "rot13")
    return [ascii(codecs.encode(b"a=\xff" if t != "rot13" else "Hello", t)) for t in transforms]
