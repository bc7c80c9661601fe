"""Requests to vendors are signed as RFC 9421 and the Universal Commerce Protocol want it."""

import base64
import hashlib
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from server.fetch.fetcher import Fetcher
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.signatures import RequestSigner, SigningKey
from tests.support.chosen_settings import settings_with
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server

PROFILE = "https://agent.example/ucp/profile.json"
POLICY = VendorPolicy(name="ucp", title="The catalogue")


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="))


def verify(request: Request, server: VendorServer, jwk: dict[str, Any]) -> list[str]:
    """Verify as the protocol's receiver does; return what is covered."""
    headers = request.headers
    label, parameters = headers["signature-input"].split("=", 1)
    names = re.findall(r'("[^"]+"(?:;key="[^"]+")?)[ )]', parameters)
    assert f'keyid="{jwk["kid"]}"' in parameters
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    derived = {
        '"@method"': request.method,
        '"@authority"': headers["host"],
        '"@path"': request.path,
        '"@query"': f"?{query}",
        f'"signature-agent";key="{label}"': headers["signature-agent"].removeprefix(f"{label}="),
    }
    values = [derived.get(name) or headers[name.strip('"')] for name in names]
    base = [f"{name}: {value}" for name, value in zip(names, values, strict=True)]
    base.append(f'"@signature-params": {parameters}')
    raw = base64.b64decode(headers["signature"].removeprefix(f"{label}=:").removesuffix(":"))
    der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicNumbers(number(jwk["x"]), number(jwk["y"]), ec.SECP256R1())
    public.public_key().verify(der, "\n".join(base).encode(), ec.ECDSA(hashes.SHA256()))
    return [name.split('"')[1] for name in names]


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey(tmp_path / "state" / "key.pem")


@pytest.fixture
def signed_client(key: SigningKey):
    def make(server: VendorServer) -> VendorClient:
        fetcher = Fetcher(settings_with(fetch_allow=(server.http.address,)))
        return VendorClient(fetcher, POLICY, sign=RequestSigner(key, PROFILE))

    return make


def test_a_search_is_signed_so_that_whoever_reads_the_profile_can_verify_it(
    key: SigningKey, signed_client
) -> None:
    with vendor_server() as server:
        server.say({})
        signed_client(server).post(server.url("/api/ucp/mcp"), json={"a": "ü"}, seconds=5)
        [request] = server.requests
        covered = verify(request, server, key.jwk)
    assert covered == [
        "@method", "@authority", "@path", "signature-agent", "ucp-agent", "content-digest",
        "content-type",
    ]  # fmt: skip
    assert request.headers["ucp-agent"] == f'profile="{PROFILE}"'
    assert request.headers["signature-agent"] == f'sig1="{PROFILE}";type=jwks_uri'
    digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
    assert request.headers["content-digest"] == f"sha-256=:{digest}:"
    assert 'tag="web-bot-auth"' in request.headers["signature-input"]


def test_a_question_without_a_body_covers_its_query(key: SigningKey, signed_client) -> None:
    with vendor_server() as server:
        server.say({})
        signed_client(server).get(server.url("/x"), params={"q": "coat"}, seconds=5)
        [request] = server.requests
        covered = verify(request, server, key.jwk)
    assert "@query" in covered
    assert "content-digest" not in covered


def test_what_was_changed_on_the_way_is_not_verified(key: SigningKey, signed_client) -> None:
    with vendor_server() as server:
        server.say({})
        signed_client(server).post(server.url("/api/ucp/mcp"), json={}, seconds=5)
        [request] = server.requests
        request.headers["ucp-agent"] = 'profile="https://other.example/"'
        with pytest.raises(InvalidSignature):
            verify(request, server, key.jwk)


def test_each_attempt_is_signed_anew(signed_client, monkeypatch) -> None:
    monkeypatch.setattr("server.offers.vendors.client._PAUSE", (0.0, 0.01))
    with vendor_server() as server:
        server.answer = lambda _: Reply({}, 500 if len(server.requests) == 1 else 200)
        client = signed_client(server)
        client.post(server.url("/x"), json={}, seconds=5, safe_to_repeat=True)
        first, second = (request.headers["signature-input"] for request in server.requests)
    assert first != second


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    jwk = SigningKey(path).jwk
    assert SigningKey(path).jwk == jwk
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["key.pem"]


def test_the_key_is_named_by_its_thumbprint_and_shows_nothing_private(key: SigningKey) -> None:
    jwk = key.jwk
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")
    assert jwk["kid"] == thumbprint
    assert set(jwk) == {"kid", "kty", "crv", "x", "y", "use", "alg"}
