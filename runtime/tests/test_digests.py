"""The proof that both sides give is the HMAC that everybody else computes."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyray.quirks import digests


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_hmac_is_that_of_the_standard_library(key: bytes, message: bytes) -> None:
    assert digests.hmac_sha256(key, message) == hmac.digest(key, message, "sha256")
    assert digests.sha256(message).digest() == hashlib.sha256(message).digest()


def test_a_key_that_would_have_to_be_hashed_first_is_refused() -> None:
    with pytest.raises(ValueError, match="65 bytes"):
        digests.hmac_sha256(bytes(65), b"")
