"""Ways into native code: foreign functions, extension interfaces, accelerators."""

import sys

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)


def has_ctypes():
    """ctypes calls a function of the C library (strlen)."""
    try:
        import ctypes

        strlen = ctypes.CDLL(None).strlen
        strlen.argtypes, strlen.restype = [ctypes.c_char_p], ctypes.c_size_t
        return strlen(b"five!") == 5
    except ABSENT:
        return False


def has_ctypes_callbacks():
    """ctypes lets a C function call back into Python (qsort)."""
    try:
        import ctypes

        pointer = ctypes.POINTER(ctypes.c_int)
        compare = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer)(lambda a, b: a[0] - b[0])
        numbers = (ctypes.c_int * 4)(3, 1, 4, 1)
        ctypes.CDLL(None).qsort(numbers, 4, ctypes.sizeof(ctypes.c_int), compare)
        return list(numbers) == [1, 1, 3, 4]
    except (*ABSENT, TypeError):  # a callback that cannot be passed is none
        return False


def has_ctypes_buffers():
    """ctypes structures share the memory of a bytearray."""
    try:
        import ctypes

        class Header(ctypes.LittleEndianStructure):
            _fields_ = [("kind", ctypes.c_uint16), ("size", ctypes.c_uint32)]

        memory = bytearray(16)
        Header.from_buffer(memory, 4).size = 0x01020304
        return memory[8:12] == b"\x04\x03\x02\x01"
    except (*ABSENT, TypeError):
        return False


def has_cffi():
    """cffi is installed and calls a function of the C library."""
    try:
        from cffi import FFI

        interface = FFI()
        interface.cdef("size_t strlen(const char *);")
        return interface.dlopen(None).strlen(b"five!") == 5
    except ABSENT:
        return False


def has_builtin_cffi():
    """The core of cffi is part of the interpreter itself."""
    try:
        import _cffi_backend
    except ABSENT:
        return False
    return "_cffi_backend" in sys.builtin_module_names and bool(_cffi_backend.__version__)


def has_hpy():
    """Extensions in HPy's universal form can be loaded."""
    try:
        import hpy.universal
    except ABSENT:
        return False
    return callable(hpy.universal.load)


def has_extension_modules():
    """The import system loads modules from shared libraries."""
    try:
        from importlib.machinery import EXTENSION_SUFFIXES
    except ABSENT:
        return False
    return len(EXTENSION_SUFFIXES) > 0


def has_stable_abi():
    """Extensions in CPython's stable form (abi3) can be loaded."""
    try:
        from importlib.machinery import EXTENSION_SUFFIXES
    except ABSENT:
        return False
    return any(".abi3" in suffix for suffix in EXTENSION_SUFFIXES)


def has_python_api():
    """The C interface of CPython can be called in the running process."""
    try:
        import ctypes

        return ctypes.pythonapi.Py_IsInitialized() == 1
    except ABSENT:
        return False


def implemented_in_c(function):
    """Whether a function has no Python code of its own."""
    return not hasattr(function, "__code__")


def has_native_decimal():
    """decimal is native code rather than Python."""
    try:
        from decimal import Decimal
    except ABSENT:
        return False
    return implemented_in_c(Decimal.__add__)


def has_native_json():
    """json scans text in native code rather than Python."""
    try:
        from json.decoder import scanstring
    except ABSENT:
        return False
    return implemented_in_c(scanstring)


def has_native_pickle():
    """pickle is native code rather than Python."""
    try:
        import pickle
    except ABSENT:
        return False
    return implemented_in_c(pickle.Pickler.dump)


def has_native_dates():
    """datetime is native code rather than Python."""
    try:
        import datetime
    except ABSENT:
        return False
    return implemented_in_c(datetime.date.isoformat)
