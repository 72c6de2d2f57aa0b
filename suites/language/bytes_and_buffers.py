"""Bytes, byte arrays and views on memory: the buffer protocol is what native code,
sockets and serialisers share, so its rules must hold without a copy."""

from array import array


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_bytes_are_small_integers():
    assert b"abc"[1] == 98 and b"abc"[1:2] == b"b" and 98 in b"abc"
    assert list(b"\x00\xff") == [0, 255]
    for value in (256, -1):
        assert raised(bytes, [value]) is ValueError
    assert b"1" != "1"


def test_byte_array_slices_change_its_length():
    buffer = bytearray(b"0123456789")
    buffer[2:5] = b"abcdef"
    buffer[-1:] = b""
    del buffer[::4]
    buffer[1::2] = bytes(len(buffer[1::2]))
    assert raised(buffer.__setitem__, slice(0, 4, 2), b"xyz") is ValueError
    return bytes(buffer)


def test_view_writes_through_to_its_owner():
    owner = bytearray(b"hello")
    view = memoryview(owner)[1:4]
    view[0] = ord("a")
    view[1:] = b"nn"
    assert owner == b"hanno"


def test_view_of_immutable_bytes_refuses_writes():
    view = memoryview(b"abc")
    assert view.readonly
    assert raised(view.__setitem__, 0, 1) is TypeError
    assert memoryview(bytearray(1)).toreadonly().readonly


def test_released_view_is_unusable():
    view = memoryview(bytearray(4))
    with view:
        assert len(view) == 4
    assert raised(lambda: view[0]) is ValueError
    assert raised(view.tobytes) is ValueError


def test_byte_array_cannot_be_resized_while_it_is_viewed():
    owner = bytearray(b"abc")
    with memoryview(owner):
        assert raised(owner.extend, b"more") is BufferError
        assert raised(owner.clear) is BufferError
        assert owner == b"abc"
    owner.extend(b"more")
    assert owner == b"abcmore"


def test_views_can_be_cast_to_other_items():
    words = memoryview(b"\x01\x00\x00\x00\xff\xff\xff\xff")
    assert words.cast("B").tolist()[4:] == [255] * 4
    assert words.cast("b")[7] == -1
    assert raised(words[:7].cast, "I") is TypeError
    return [words.cast("i").itemsize, len(words.cast("H")), words.cast("q").nbytes]


def test_views_can_have_two_dimensions():
    grid = memoryview(bytes(range(6))).cast("B", shape=[2, 3])
    assert grid.shape == (2, 3) and grid.strides == (3, 1) and grid.ndim == 2
    assert grid[1, 2] == 5
    return grid.tolist()


def test_strided_views_copy_correctly():
    view = memoryview(bytes(range(10)))[::-3]
    assert view.tobytes() == bytes([9, 6, 3, 0]) and not view.contiguous


def test_strided_views_can_be_sliced_again():
    view = memoryview(bytes(range(10)))[::-3]
    assert view[1:].tolist() == [6, 3, 0] and view[::-1].tobytes() == bytes([0, 3, 6, 9])


def test_strided_views_can_be_assigned_to():
    target = bytearray(4)
    memoryview(target)[::2] = b"xy"
    assert target == b"x\0y\0"


def test_strided_views_can_be_copied_from():
    target = bytearray(4)
    memoryview(target)[:2] = memoryview(b"abcd")[::2]
    memoryview(target)[::-2] = memoryview(b"wxyz")[::3]
    assert target == b"az\0w"


def test_view_equality_is_by_value_not_by_layout():
    assert memoryview(b"abc") == b"abc" == memoryview(bytearray(b"abc"))
    assert memoryview(b"abcd")[::2] == b"ac" != memoryview(b"abcd")
    assert hash(memoryview(b"abc")) == hash(b"abc")
    assert raised(hash, memoryview(bytearray(b"abc"))) is ValueError


def test_views_of_different_items_are_equal_by_value():
    assert memoryview(array("i", [1, 2])) == memoryview(array("h", [1, 2]))
    assert memoryview(array("B", [1])) != memoryview(array("H", [257]))


def test_arrays_share_their_memory():
    numbers = array("i", [1, 2, 3])
    view = memoryview(numbers)
    view[1] = -5
    assert view.format == numbers.typecode and numbers.tolist() == [1, -5, 3]
    assert raised(numbers.__setitem__, 0, 2**40) is OverflowError


def test_array_cannot_be_resized_while_it_is_viewed():
    numbers = array("i", [1, 2, 3])
    with memoryview(numbers):
        assert raised(numbers.append, 4) is BufferError
    numbers.append(4)
    assert len(numbers) == 4


def test_hexadecimal_text():
    assert bytes.fromhex(" 00 Ff\n7a ") == b"\x00\xffz"
    assert raised(bytes.fromhex, "0 0") is ValueError
    data = b"\xde\xad\xbe\xef\x01"
    return [data.hex(), data.hex(":"), data.hex("-", 2), data.hex("_", -2)]


def test_text_like_methods_stay_in_ascii():
    data = b"\xe9A z\xc9"
    assert data.lower() == b"\xe9a z\xc9" and not b"\xe9".isalpha()
    table = bytes.maketrans(b"abc", b"xyz")
    return [
        b"aabbcc-".translate(table, b"b"),
        b" a\x0bb ".split(),
        b"x,y".partition(b","),
        b"%a %s %03d" % ("\u00e9", b"b", 7),
    ]


def test_objects_can_define_their_bytes():
    class Packet:
        def __bytes__(self):
            return b"packet"

    class Count:
        def __index__(self):
            return 3

    assert bytes(Packet()) == b"packet"
    assert bytes(Count()) == b"\x00\x00\x00"
    assert raised(bytes, "text") is TypeError


def test_repr_of_bytes():
    samples = [b"'", b"\"'", b"\\\n\x00\x7f\xff", bytearray(b"\xff ")]
    return [repr(sample) for sample in samples]
