"""SHA-256 and HMAC without OpenSSL, whose library costs each worker a megabyte and milliseconds.

`hashlib` and `hmac` load it wherever it is there. The same functions are built into interpreters,
under names that differ; where none of these is there, so is hashlib.
"""

try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # CPython from 3.12 on
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256

try:
    from _operator import _compare_digest as same_digest
except ImportError:
    from hmac import compare_digest as same_digest  # type: ignore[no-redef]

__all__ = ["hmac_sha256", "same_digest", "sha256"]

_BLOCK_BYTES = 64
_INNER = bytes(number ^ 0x36 for number in range(256))
_OUTER = bytes(number ^ 0x5C for number in range(256))


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """The 32 bytes of RFC 2104; a key has at most 64 bytes. Raises ValueError for a longer one."""
    if len(key) > _BLOCK_BYTES:
        raise ValueError("a key of {} bytes".format(len(key)))
    key = key.ljust(_BLOCK_BYTES, b"\0")
    inner = sha256(key.translate(_INNER) + message).digest()
    return sha256(key.translate(_OUTER) + inner).digest()
