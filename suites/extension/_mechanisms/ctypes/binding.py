"""ctypes, with the types of arguments declared."""

import ctypes
import os

INT = ctypes.c_int64
CALLBACK = ctypes.CFUNCTYPE(INT, INT)


def load(folder):
    """The functions by name."""
    library = ctypes.CDLL(os.path.join(folder, "libborder.so"))

    def declared(name, result, *arguments):
        function = getattr(library, "border_" + name)
        function.restype, function.argtypes = result, arguments
        return function

    sum_bytes = declared("sum_bytes", INT, ctypes.c_char_p, INT)
    fill = declared("fill", None, ctypes.c_void_p, INT, ctypes.c_uint8)
    build = declared("build", None, ctypes.c_void_p, INT)

    def filled(buffer, value):
        count = len(buffer)
        fill(ctypes.addressof((ctypes.c_char * count).from_buffer(buffer)), count, value)

    def built(count):
        numbers = (INT * count)()
        build(ctypes.addressof(numbers), count)
        return list(numbers)

    class Point(ctypes.Structure):
        """A C structure; its method is a function that takes it."""

        _fields_ = [("x", INT), ("y", INT)]

        def norm(self):
            """|x| + |y|."""
            return norm(ctypes.byref(self))

    norm = declared("norm", INT, ctypes.POINTER(Point))
    return {
        "nothing": declared("nothing", None),
        "add": declared("add", INT, INT, INT),
        "hypotenuse": declared("hypotenuse", ctypes.c_double, ctypes.c_double, ctypes.c_double),
        "sum_bytes": lambda data: sum_bytes(data, len(data)),
        "fill": filled,
        "build": built,
        "callback": CALLBACK,
        "call_back": declared("call_back", INT, CALLBACK, INT),
        "Point": Point,
    }
