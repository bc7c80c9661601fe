import io
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from model.picture import MAX_BYTES
from server.api.bodies import JSON_BYTES
from server.offers.providers.catalog import CatalogProvider
from tests.support.http_server import local_server, redirect, reply
from tests.support.pictures import outfit, picture_file
from tests.support.uploads import upload

LOOKS = "/api/v1/looks"


@pytest.fixture
def photo_site():
    with local_server({"/a.png": reply(picture_file(outfit()))}) as site:
        yield site


@pytest.fixture
def fetching(application_with, photo_site):
    """An application that may download from the photo site."""
    return application_with(fetch_allow=(photo_site.address,))


def test_a_new_look_has_the_catalogue_searched_before_any_click(client, monkeypatch):
    searched = queue.SimpleQueue()
    search = CatalogProvider.search

    def noted(provider, query, context):
        searched.put((query.look_id, query.number))
        return search(provider, query, context)

    monkeypatch.setattr(CatalogProvider, "search", noted)
    look = upload(client).json["id"]
    assert [searched.get(timeout=20) for _ in range(2)] == [(look, 1), (look, 2)]


def test_an_uploaded_picture_becomes_a_look(client):
    answer = upload(client)
    assert answer.status_code == 201
    look = answer.json
    assert answer.headers["Location"] == f"{LOOKS}/{look['id']}"
    assert (look["width"], look["height"]) == (100, 200)
    assert (look["image_url"], look["page_url"]) == (None, None)
    assert [garment["category"] for garment in look["garments"]] == [
        "long sleeve top",
        "trousers",
    ]
    assert look["garments"][1]["box"] == [25.0, 80.0, 50.0, 100.0]
    assert look["garments"][1]["crop"] == f"{LOOKS}/{look['id']}/garments/2/crop.png"


def test_a_look_can_be_asked_for_again(client):
    made = upload(client)
    again = client.get(made.headers["Location"])
    assert again.status_code == 200
    assert again.json == made.json


def test_a_picture_at_an_address_becomes_a_look(fetching, photo_site):
    body = {"image_url": photo_site.url("/a.png"), "page_url": "https://page.example/p/1"}
    answer = fetching.client.post(LOOKS, json=body)
    assert answer.status_code == 201
    assert answer.json["image_url"] == body["image_url"]
    assert answer.json["page_url"] == body["page_url"]
    assert len(answer.json["garments"]) == 2


POST_PAGE = """<!doctype html><html><head><title>A post</title>
<meta property="og:image" content="{}"></head><body><img src="/avatar.png"></body></html>"""


def html(text: str):
    return reply(text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.mark.parametrize("named", ["/a.png", "{}/a.png", "{}/a.png?size=1&amp;v=2"])
def test_of_a_posts_page_the_picture_is_taken_that_it_names(fetching, photo_site, named):
    origin = photo_site.url("").rstrip("/")
    photo_site.routes["/p/1"] = html(POST_PAGE.format(named.format(origin)))
    body = {"image_url": photo_site.url("/p/1"), "may_be_page": True}
    answer = fetching.client.post(LOOKS, json=body)
    assert answer.status_code == 201
    assert answer.json["image_url"].startswith(photo_site.url("/a.png"))
    assert answer.json["page_url"] == body["image_url"]
    assert len(answer.json["garments"]) == 2


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<title>Nothing to see</title>", "not-a-picture"),
        (POST_PAGE.format(""), "not-a-picture"),
        (POST_PAGE.format("javascript:alert(1)"), "not-a-picture"),
        (POST_PAGE.format("file:///etc/passwd"), "not-a-picture"),
        # A page is not followed to another page, nor into the network.
        (POST_PAGE.format("/p/1"), "not-a-picture"),
        (POST_PAGE.format("http://169.254.169.254/latest/meta-data/"), "address-not-allowed"),
    ],
)
def test_a_page_leads_to_a_picture_or_nowhere(fetching, photo_site, page, code):
    photo_site.routes["/p/1"] = html(page)
    body = {"image_url": photo_site.url("/p/1"), "may_be_page": True}
    answer = fetching.client.post(LOOKS, json=body)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_where_a_picture_is_meant_no_page_is_read(fetching, photo_site):
    photo_site.routes["/p/1"] = html(POST_PAGE.format("/a.png"))
    answer = fetching.client.post(LOOKS, json={"image_url": photo_site.url("/p/1")})
    assert answer.json["code"] == "not-a-picture"
    assert len(photo_site.requests) == 1


def test_an_address_with_korean_in_it_is_downloaded(fetching, photo_site):
    photo_site.routes["/%EC%98%B7.png"] = photo_site.routes["/a.png"]
    answer = fetching.client.post(LOOKS, json={"image_url": photo_site.url("/옷.png")})
    assert answer.status_code == 201


def test_the_same_picture_by_address_and_by_upload_is_one_look_analysed_once(
    fetching, photo_site, segmenter
):
    by_address = fetching.client.post(LOOKS, json={"image_url": photo_site.url("/a.png")})
    by_upload = upload(fetching.client)
    assert by_upload.status_code == by_address.status_code == 201
    assert by_upload.json == by_address.json
    assert len(segmenter.pictures) == 1


def test_an_upload_may_say_where_it_was_found(client):
    answer = upload(client, image_url="https://cdn.example/a.png", page_url="https://p.example/")
    assert answer.json["image_url"] == "https://cdn.example/a.png"
    assert answer.json["page_url"] == "https://p.example/"


def test_empty_fields_of_a_form_say_nothing(client):
    assert upload(client, image_url="", page_url="").json["image_url"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "image_url"),
        ({"image_url": None}, "image_url"),
        ({"image_url": 7}, "image_url"),
        ({"image_url": ""}, "image_url"),
        ({"image_url": "javascript:alert(1)"}, "image_url"),
        ({"image_url": "data:image/png;base64,AAAA"}, "image_url"),
        ({"image_url": "https://a.example/\n"}, "image_url"),
        ({"image_url": "https://a.example/ b"}, "image_url"),
        ({"image_url": "https://a.example/" + "a" * 9000}, "image_url"),
        ({"image_url": "https://a.example/", "page_url": "about:blank"}, "page_url"),
        ({"image_url": "https://a.example/", "imageurl": "x"}, "imageurl"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_a_body_that_breaks_the_schema_is_answered_with_the_field(client, body, field):
    answer = client.post(LOOKS, json=body)
    assert answer.status_code == 400
    assert answer.json["code"] == "invalid-request"
    assert field in [error["field"] for error in answer.json["errors"]]
    assert field in answer.json["detail"]


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b'{"image_url": "a"}}', b"[" * 10_000])
def test_a_body_that_is_not_json_is_refused(client, text):
    answer = client.post(LOOKS, data=text, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "body"


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/xml"])
def test_another_type_of_body_is_answered_415(client, content_type):
    # `text/plain` is what a page of another site could send without asking first.
    body = b'{"image_url": "https://a.example/"}'
    answer = client.post(LOOKS, data=body, content_type=content_type)
    assert answer.status_code == 415
    assert answer.json["code"] == "unsupported-media-type"


def test_a_form_without_the_picture_is_answered_with_the_field(client):
    answer = client.post(LOOKS, data={"other": (io.BytesIO(b"x"), "x.png")})
    assert answer.status_code == 400
    assert answer.json["errors"] == [{"field": "image", "message": "a file is needed"}]


def test_two_pictures_in_a_form_are_answered_with_the_field(client):
    files = [(io.BytesIO(b"x"), "x.png"), (io.BytesIO(b"y"), "y.png")]
    answer = client.post(LOOKS, data={"image": files})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "image"


def test_an_upload_that_is_not_a_picture_is_answered_415(client):
    answer = upload(client, b"<html>")
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-picture")


def test_a_broken_picture_is_answered_422(client):
    answer = upload(client, picture_file(outfit())[:60])
    assert (answer.status_code, answer.json["code"]) == (422, "unreadable-picture")


def test_an_upload_of_more_than_15_mib_is_answered_413(client):
    answer = upload(client, picture_file(outfit()).ljust(MAX_BYTES + 1, b"\0"))
    assert (answer.status_code, answer.json["code"]) == (413, "picture-too-large")


def test_an_upload_of_15_mib_is_read(client):
    assert upload(client, picture_file(outfit()).ljust(MAX_BYTES, b"\0")).status_code == 201


@pytest.mark.parametrize("end", [b"\n", b"\r\n--", bytes(range(256))])
def test_an_upload_is_read_whatever_bytes_it_has(client, end):
    """A line feed may be where the server has just read a piece of the form."""
    data = picture_file(outfit())
    assert upload(client, data + end * (2**20 // len(end))).status_code == 201


def test_a_form_far_larger_than_a_picture_is_not_read(client, segmenter):
    answer = upload(client, bytes(MAX_BYTES + 2 * JSON_BYTES))
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_a_form_field_far_larger_than_an_address_is_not_read(client):
    answer = upload(client, image_url="https://a.example/" + "a" * JSON_BYTES)
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_json_of_more_than_64_kib_is_not_read(client):
    answer = client.post(LOOKS, json={"image_url": "https://a.example/" + "a" * JSON_BYTES})
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_a_picture_of_more_than_50_megapixels_is_answered_413(client):
    file = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(file, "PNG")
    answer = upload(client, file.getvalue())
    assert (answer.status_code, answer.json["code"]) == (413, "picture-too-large")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/missing.png", 502, "fetch-failed"),
        ("/page", 422, "not-a-picture"),
        ("/inside", 422, "address-not-allowed"),
        ("/huge", 422, "fetch-too-large"),
    ],
)
def test_why_an_address_cannot_be_downloaded_is_shown(fetching, photo_site, path, status, code):
    photo_site.routes |= {
        "/page": reply(b"<html>log in"),
        "/inside": redirect("http://169.254.169.254/latest/meta-data/"),
        "/huge": reply(headers={"Content-Length": str(MAX_BYTES + 1)}),
    }
    answer = fetching.client.post(LOOKS, json={"image_url": photo_site.url(path)})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["hint"]


def test_an_address_inside_is_refused_where_nothing_is_allowed(client, photo_site):
    answer = client.post(LOOKS, json={"image_url": photo_site.url("/a.png")})
    assert (answer.status_code, answer.json["code"]) == (422, "address-not-allowed")
    assert photo_site.requests == []


def test_a_full_queue_is_answered_503_with_when_to_try_again(application_with, segmenter):
    application = application_with(queue_size=1)
    segmenter.gate.clear()
    with ThreadPoolExecutor(3) as pool:

        def send(seed):
            return upload(application.client, picture_file(outfit(seed)))

        running = pool.submit(send, 0)
        assert segmenter.begun.acquire(timeout=10)
        waiting = pool.submit(send, 1)
        while (
            application.services.metrics.registry.get_sample_value("where_to_buy_pictures_waiting")
            != 1
        ):
            assert not waiting.done()
        answer = send(2)
        segmenter.gate.set()
        assert running.result(10).status_code == waiting.result(10).status_code == 201
    assert (answer.status_code, answer.json["code"]) == (503, "queue-full")
    assert int(answer.headers["Retry-After"]) >= 1
    assert upload(application.client, picture_file(outfit(2))).status_code == 201


def test_slow_sites_cannot_keep_every_thread_waiting(application_with, photo_site):
    answering = threading.Event()
    arrived = threading.Semaphore(0)

    def slow(handler):
        arrived.release()
        answering.wait()
        reply(picture_file(outfit()))(handler)

    photo_site.routes["/slow.png"] = slow
    application = application_with(fetch_allow=(photo_site.address,), server_threads=4)

    def send(path):
        return application.client.post(LOOKS, json={"image_url": photo_site.url(path)})

    with ThreadPoolExecutor(2) as pool:
        slow_ones = [pool.submit(send, "/slow.png") for _ in range(2)]
        assert all(arrived.acquire(timeout=10) for _ in slow_ones)
        answer = send("/a.png")
        answering.set()
        assert [future.result(10).status_code for future in slow_ones] == [201, 201]
    assert (answer.status_code, answer.json["code"]) == (503, "queue-full")
    assert int(answer.headers["Retry-After"]) >= 1
    assert send("/a.png").status_code == 201


@pytest.mark.parametrize(("query", "mode"), [("", "RGBA"), ("?background=white", "RGB")])
def test_a_crop_is_a_png(client, query, mode):
    crop = upload(client).json["garments"][0]["crop"]
    answer = client.get(crop + query)
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    image = Image.open(io.BytesIO(answer.data))
    assert (image.format, image.mode) == ("PNG", mode)
    assert image.getpixel((image.width // 2, image.height // 2))[2] > 50  # navy
    corner = image.getpixel((0, 0))
    assert corner[3] == 0 if mode == "RGBA" else corner == (255, 255, 255)


def test_a_crop_may_be_kept_by_the_browser_and_nobody_between(client):
    crop = upload(client).json["garments"][0]["crop"]
    assert client.get(crop).headers["Cache-Control"].startswith("private, ")


def test_an_unknown_background_is_answered_with_the_parameter(client):
    crop = upload(client).json["garments"][0]["crop"]
    answer = client.get(f"{crop}?background=pink")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "background"


@pytest.mark.parametrize("look_id", ["0" * 32, "x", "../etc/passwd", "%00", "' OR 1=1 --"])
def test_an_unknown_look_is_answered_404(client, look_id):
    answer = client.get(f"{LOOKS}/{look_id}")
    assert answer.status_code == 404
    assert answer.json["code"] in ("look-not-found", "not-found")


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999"])
def test_a_garment_that_the_look_has_not_is_answered_404(client, number):
    location = upload(client).headers["Location"]
    answer = client.get(f"{location}/garments/{number}/crop.png")
    assert (answer.status_code, answer.json["code"]) == (404, "garment-not-found")
