"""The words of the protocol: requests in, records out.

Owns escaping and the record count. Refuses to know what the records mean.
"""

import sys

try:
    from os import dup as _dup
    from os import write as _write
except ImportError:  # MicroPython
    _dup = _write = None

PROTOCOL = 1
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+*@#()[]")


def escape(text):
    """Percent-escape everything that could be mistaken for the frame of a record."""
    if all(char in _SAFE for char in text):
        return text
    encoded = text.encode("utf-8", "backslashreplace")
    return "".join(chr(byte) if chr(byte) in _SAFE else "%%%02X" % byte for byte in encoded)


def unescape(text):
    """Undo `escape`."""
    if "%" not in text:
        return text
    first, *rest = text.split("%")
    parts = [first.encode("utf-8")]
    for part in rest:
        parts.append(bytes([int(part[:2], 16)]) + part[2:].encode("utf-8"))
    return b"".join(parts).decode("utf-8")


def parse_request(words):
    """`key=value` words to a dict of lists, in order: a key may come more than once."""
    request = {}
    for word in words:
        key, _, value = word.partition("=")
        request.setdefault(key, []).append(unescape(value))
    return request


class Response:
    """Prints records on the stdout that the process was started with, and counts them."""

    def __init__(self, token):
        self._token = token
        self._count = 0
        # A duplicate: what a case does to sys.stdout or to descriptor 1 is its own affair.
        self._fd = None if _dup is None else _dup(1)

    def put(self, record, **fields):
        """Print one record; integers stay integers, everything else is escaped text."""
        words = [self._token, record]
        for key, value in fields.items():
            words.append(key + "=" + (str(value) if type(value) is int else escape(str(value))))
        self._print(" ".join(words) + "\n")
        self._count += 1

    def end(self):
        """The last record: carries how many came before it, so that truncation shows."""
        self._print("%s end count=%d\n" % (self._token, self._count))

    def _print(self, line):
        if self._fd is None:
            sys.stdout.write(line)
            return
        rest = line.encode("ascii")
        while rest:
            rest = rest[_write(self._fd, rest) :]
