"""The photo network makes things as hard as the real ones do."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.e2e.photo_network import CDN, SITE, PhotoNetwork, Post, running_network
from tests.support.certificates import Authority


class Client:
    """Asks the network's hosts where they are mapped to."""

    def __init__(self, network: PhotoNetwork, authority: Path) -> None:
        self._network = network
        self._authority = str(authority)

    def get(self, url: str) -> requests.Response:
        for host, port in ((SITE, self._network.site_port), (CDN, self._network.cdn_port)):
            url = url.replace(f"https://{host}/", f"https://localhost:{port}/")
        return requests.get(url, verify=self._authority, timeout=20)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[PhotoNetwork]:
    tls = Authority(tmp_path).server_context(SITE, CDN, "localhost")
    with running_network(tls) as running:
        buffer = io.BytesIO()
        Image.new("RGB", (500, 750), "#807060").save(buffer, "JPEG")
        running.add(Post("Cx", buffer.getvalue()))
        yield running


@pytest.fixture
def client(network: PhotoNetwork, tmp_path: Path) -> Client:
    return Client(network, tmp_path / "authority.pem")


def test_a_signed_address_gives_the_photo_to_its_own_site_only(
    network: PhotoNetwork, client: Client
) -> None:
    answer = client.get(network.largest("Cx"))
    assert answer.content == network.posts["Cx"].photo
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == f"https://{SITE}"


@pytest.mark.parametrize(
    ("old", "new"),
    [("p500x750", "p1080x1080"), ("stp=dst-jpg_e35_p500x750&", ""), ("&oh=", "&x=1&oh=")],
)
def test_an_address_with_another_query_is_refused(
    network: PhotoNetwork, client: Client, old: str, new: str
) -> None:
    signed = network.largest("Cx")
    assert old in signed
    assert client.get(signed.replace(old, new)).status_code == 403


def test_an_address_without_query_is_refused(network: PhotoNetwork, client: Client) -> None:
    assert client.get(network.largest("Cx").partition("?")[0]).status_code == 403


def test_an_address_expires(network: PhotoNetwork, client: Client) -> None:
    network.seconds_valid = -1
    network.add(Post("Cold", network.posts["Cx"].photo))
    answer = client.get(network.largest("Cold"))
    assert (answer.status_code, answer.text) == (403, "URL signature expired")


def test_the_site_is_strict_about_scripts_and_frames(network: PhotoNetwork, client: Client) -> None:
    policy = client.get(network.page_url("Cx")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "'unsafe" not in policy


def test_photos_come_in_several_sizes_the_posted_one_last(
    network: PhotoNetwork, client: Client
) -> None:
    info = client.get(f"https://{SITE}/api/v1/media/Cx/info/").json()
    widths = []
    for candidate in info["photo"]["candidates"]:
        with Image.open(io.BytesIO(client.get(candidate["url"]).content)) as picture:
            widths.append(picture.width)
            assert picture.width == candidate["width"]
    assert widths == [320, 480, 500]
