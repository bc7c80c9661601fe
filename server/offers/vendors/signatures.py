"""HTTP message signatures (RFC 9421) over requests to vendors.

The shape is that of https://ucp.dev/specification/signatures/: one signature that both a server
of the Universal Commerce Protocol and one that checks for Web Bot Auth accept. Both read the
public key from the agent profile that the request names.
"""

import base64
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from server.offers.vendors.request import Request

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

# Seconds for which a signature is valid.
VALID_SECONDS = 300
_LABEL = "sig1"
_COORDINATE_BYTES = 32
_DEFAULT_PORTS = {"https": 443, "http": 80}


class SigningKey:
    """A P-256 key in a file, made when it is first needed; safe to share between threads.

    Args:
        path: The file, readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    @cached_property
    def jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key (RFC 7517), named by its thumbprint (RFC 7638)."""
        numbers = self._key.public_key().public_numbers()
        x, y = (_base64url(number.to_bytes(_COORDINATE_BYTES)) for number in (numbers.x, numbers.y))
        members = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
        thumbprint = hashlib.sha256(canonical.encode()).digest()
        return {"kid": _base64url(thumbprint), **members, "use": "sig", "alg": "ES256"}

    def sign(self, text: str) -> bytes:
        """Return an ECDSA signature with SHA-256: ``r`` and ``s``, 32 bytes each."""
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - slow; seldom used
        from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415 - same

        der = self._key.sign(text.encode("ascii"), ec.ECDSA(hashes.SHA256()))
        return b"".join(n.to_bytes(_COORDINATE_BYTES) for n in utils.decode_dss_signature(der))

    @cached_property
    def _key(self) -> "EllipticCurvePrivateKey":
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - same

        with self._lock:
            if not self._path.exists():
                made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                _create(self._path, made)
            key = serialization.load_pem_private_key(self._path.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self._path} holds no P-256 key")
        return key


class RequestSigner:
    """Signs requests in the name of an agent profile; safe to share between threads.

    Args:
        key: Its public half is in the profile.
        profile: The profile's address: https, printable ASCII.
    """

    def __init__(self, key: SigningKey, profile: str) -> None:
        self._key = key
        self._profile = profile

    def __call__(self, request: Request) -> Mapping[str, str]:
        """Return the headers that a request is sent with in addition to its own."""
        parts = urlsplit(request.url)
        headers = {
            "UCP-Agent": f'profile="{self._profile}"',
            "Signature-Agent": f'{_LABEL}="{self._profile}";type=jwks_uri',
        }
        covered = {
            '"@method"': request.method,
            '"@authority"': _authority(request.url),
            '"@path"': parts.path or "/",
        }
        if parts.query:
            covered['"@query"'] = f"?{parts.query}"
        covered[f'"signature-agent";key="{_LABEL}"'] = f'"{self._profile}";type=jwks_uri'
        covered['"ucp-agent"'] = headers["UCP-Agent"]
        if request.body:
            digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
            headers["Content-Digest"] = f"sha-256=:{digest}:"
            covered['"content-digest"'] = headers["Content-Digest"]
            covered['"content-type"'] = request.headers["Content-Type"]
        created = int(time.time())
        parameters = (
            f"({' '.join(covered)});created={created};expires={created + VALID_SECONDS}"
            f';keyid="{self._key.jwk["kid"]}";nonce="{secrets.token_urlsafe(48)}"'
            ';tag="web-bot-auth"'
        )
        lines = [f"{name}: {value}" for name, value in covered.items()]
        signed = "\n".join([*lines, f'"@signature-params": {parameters}'])
        signature = base64.b64encode(self._key.sign(signed)).decode()
        return {
            **headers,
            "Signature-Input": f"{_LABEL}={parameters}",
            "Signature": f"{_LABEL}=:{signature}:",
        }


def _authority(url: str) -> str:
    """Return the host, with its port if that is not the scheme's own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    named = f"[{host}]" if ":" in host else host
    return (
        named if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{named}:{parts.port}"
    )


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _create(path: Path, data: bytes) -> None:
    """Write a file for its owner only, unless another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink(missing_ok=True)
