"""How a checkpoint may be signed: Ed25519, which every reader of signed notes knows, or SM2 with SM3.

SM2 wants an extension (``./run setup guomi``); it is imported when somebody signs or checks by it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from engine.foundation.errors import Unavailable

USUAL, SM2 = "ed25519", "sm2"
HALF = 32
"""The bytes of a number of SM2: the private key, each coordinate of the public one, each half of a signature."""


class GuomiMissing(Unavailable):
    """没有安装国密扩展，不能用 SM2 签名和核对检查点。请运行 ./run setup guomi 安装后再试。"""

    code = "GUOMI_MISSING"


@dataclass(frozen=True)
class Algorithm:
    """A way to sign: how its keys begin, how one is made, what is public of it, how it signs and is checked."""

    mark: bytes
    generate: Callable[[], bytes]
    public: Callable[[bytes], bytes]
    sign: Callable[[bytes, bytes], bytes]
    check: Callable[[bytes, bytes, bytes], bool]


def _checked_ed25519(public: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


# SM2 with SM3 (GB/T 32918.2), signer's name as usual (GB/T 35276).  A private key is kept with its public one. -------


def refuse_missing() -> None:
    """Raise :class:`GuomiMissing` where the extension is not installed."""
    if importlib.util.find_spec("gmssl_pyx") is None:
        raise GuomiMissing


def _made_sm2() -> bytes:
    refuse_missing()
    import gmssl_pyx

    public, private = gmssl_pyx.sm2_key_generate()
    return bytes(private + public)


def _public_sm2(private: bytes) -> bytes:
    if len(private) != 3 * HALF:
        raise ValueError("no SM2 key")
    return private[HALF:]


def _signed_sm2(private: bytes, text: bytes) -> bytes:
    refuse_missing()
    import gmssl_pyx

    numbers = decode_dss_signature(gmssl_pyx.sm2_sign(private[:HALF], private[HALF:], text))
    return b"".join(one.to_bytes(HALF, "big") for one in numbers)


def _checked_sm2(public: bytes, signature: bytes, text: bytes) -> bool:
    refuse_missing()
    import gmssl_pyx

    if len(public) != 2 * HALF or len(signature) != 2 * HALF:
        return False
    first, second = (int.from_bytes(part, "big") for part in (signature[:HALF], signature[HALF:]))
    try:
        return bool(gmssl_pyx.sm2_verify(public, text, encode_dss_signature(first, second)))
    except (gmssl_pyx.InvalidValueError, gmssl_pyx.GmsslInnerError):
        return False


ALGORITHMS: Mapping[str, Algorithm] = {
    USUAL: Algorithm(
        mark=b"\x01",
        generate=lambda: Ed25519PrivateKey.generate().private_bytes_raw(),
        public=lambda private: Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw(),
        sign=lambda private, text: Ed25519PrivateKey.from_private_bytes(private).sign(text),
        check=_checked_ed25519,
    ),
    SM2: Algorithm(
        mark=b"\xffSM2-with-SM3:", generate=_made_sm2, public=_public_sm2, sign=_signed_sm2, check=_checked_sm2
    ),
}
"""By name.  C2SP's signed-note has no byte for SM2: what has none begins with 0xff and its own name."""
