"""A model that is missing or altered: the server starts, and all that needs no such model works."""

import shutil

import pytest
import requests
from skimage.data import astronaut

from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow
from tests.support.pictures import outfit, picture_file
from tests.support.server_process import REPOSITORY, running_server

# The garments of the picture below have low scores.
SETTINGS = {"WTB_MIN_SCORE": "0.2"}


@pytest.fixture
def weights(tmp_path):
    """A copy of the weights that ship."""
    folder = tmp_path / "weights"
    shutil.copytree(REPOSITORY / "model" / "weights", folder)
    return folder


def serving(state, weights):
    env = {**SETTINGS, "WTB_WEIGHTS_DIR": str(weights)}
    return running_server(state, env, until="/api/v1/looks")


def picture(number):
    pixels = astronaut().copy()
    pixels[:8, :8] = number
    return picture_file(pixels, "JPEG")


def post(server, path, data):
    return requests.post(f"{server.url}/api/v1/{path}", files={"image": ("x", data)}, timeout=60)


def made(server, number):
    answer = post(server, "looks", picture(number))
    assert answer.status_code == 201, answer.text
    return answer.json()


def get(server, path):
    return requests.get(server.url + path, timeout=60)


def assert_names(answer, file):
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, "bad-weights")
    assert str(file) in problem["detail"]
    assert problem["hint"]
    assert int(answer.headers["Retry-After"]) >= 1


def offers_of(server, look):
    address = f"{server.url}/api/v1/looks/{look['id']}/garments/1/offers"
    answer = requests.get(address, headers={"Accept": "application/json"}, timeout=60)
    assert answer.status_code == 200
    return answer.json()


def add_product(state):
    database = Database(f"sqlite:///{state / 'where-to-buy.sqlite3'}")
    database.upgrade()
    with database.session() as session:
        session.add(ShopRow(id=1, name="Shop", source="feed.xml"))
        session.flush()
        values = {"title": "A blue shirt", "link": "https://shop.example/1", "fingerprint": ""}
        session.add(ProductRow(shop_id=1, key="1", **values))
    database.dispose()


def remove(file):
    file.unlink()


def alter(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("damage", [remove, alter])
def test_without_its_embedder_a_server_finds_garments_and_links_to_shops(tmp_path, weights, damage):
    file = weights / "embedder.onnx"
    damage(file)
    add_product(tmp_path)
    with serving(tmp_path, weights) as server:
        look = made(server, 1)
        assert look["garments"][0]["polygons"]
        assert get(server, look["garments"][0]["crop"]).status_code == 200
        found = offers_of(server, look)
        assert {offer["provider"] for offer in found["offers"]} == {"links"}
        (failed,) = found["failed"]
        assert (failed["provider"], failed["code"]) == ("catalog", "cannot-compare")
        assert str(file) in failed["reason"]
        assert "where-to-buy weights use default" in failed["reason"]
        # Other languages say what to do themselves.
        assert failed["details"] == []
        by_words = get(server, "/api/v1/catalog/products?words=shirt").json()
        assert [each["title"] for each in by_words["products"]] == ["A blue shirt"]
        assert get(server, "/api/v1/catalog/products?words=skirt").json()["products"] == []
        by_picture = post(server, "catalog/search", picture_file(outfit()))
        assert_names(by_picture, file)
        assert_names(get(server, "/readyz"), file)
        assert get(server, "/healthz").status_code == 200
    assert "Traceback" not in "\n".join(server.output)


def test_without_its_segmenter_a_server_shows_and_deletes_what_is_kept_and_says_what_is_missing(
    tmp_path, weights
):
    with serving(tmp_path, weights) as server:
        kept = made(server, 1)
    file = weights / "segmenter.onnx"
    file.unlink()
    with serving(tmp_path, weights) as server:
        assert_names(get(server, "/readyz"), file)
        assert_names(post(server, "looks", picture(2)), file)
        assert made(server, 1)["id"] == kept["id"], "known by the description of the weights"
        assert get(server, f"/api/v1/looks/{kept['id']}").json() == kept
        assert offers_of(server, kept)["offers"]
        assert get(server, "/api/v1/catalog/shops").status_code == 200
        assert requests.delete(f"{server.url}/api/v1/looks", timeout=60).status_code == 204
        assert get(server, "/api/v1/looks").json()["looks"] == []
    assert "A model is missing" in "\n".join(server.output)
    shutil.rmtree(weights)
    with serving(tmp_path, weights) as server:
        assert post(server, "looks", picture(2)).json()["code"] == "bad-weights"


def test_where_only_the_second_look_is_missing_pictures_are_still_looked_up(tmp_path, weights):
    (weights / "verifier.onnx").write_bytes(b"altered")
    with serving(tmp_path, weights) as server:
        assert made(server, 1)["id"]
        assert_names(get(server, "/readyz"), weights / "verifier.onnx")
