"""What is deleted is in no byte of any file: not in free pages, nor in SQLite's log."""

import numpy as np
import pytest

from model.picture import encode_jpeg
from server.goods.money import Money
from server.history.noted import NotedOffer
from tests.api.test_looks import upload
from tests.api.test_saved import save
from tests.support.pictures import outfit, picture_file

# Of SQLite's pages, whose borders may run through what is looked for.
_MOST_CUT = 0.1


def noisy(seed, shape=None):
    """Return a picture of which no other has a part."""
    rng = np.random.default_rng(seed)
    base = outfit() if shape is None else np.full(shape, 128, np.uint8)
    noise = rng.integers(-60, 60, base.shape)
    return np.clip(base.astype(np.int16) + noise, 0, 255).astype(np.uint8)


def pieces(data):
    """Return parts of a picture's own data, behind the tables that all JPEG files share."""
    return [data[start : start + 32] for start in range(1000, len(data) - 32, 257)]


def everything(application):
    """Return the bytes of every file, the log's and its index's too."""
    folder = application.services.settings.state_dir
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def found(traces, data):
    return [trace for trace in traces if trace in data]


def look_around(application, client, seed):
    """Do everything that leaves a trace.

    Returns:
        The look, the click, what was saved, and what of the look, the click and the saved thing
        would be found in a file.
    """
    services = application.services
    look = upload(client, picture_file(noisy(seed))).json
    client.post("/api/v1/history/garments", json={"look_id": look["id"], "garment": 1})
    offer = NotedOffer(
        "ucp", f"ucp-{seed}", f"Title of the offer {seed}", f"https://shop{seed}.example/opened",
        f"Shop of the offer {seed}", Money("49.00", "EUR"),
    )  # fmt: skip
    copies = [encode_jpeg(noisy(seed * 100 + each, (200, 160, 3))) for each in range(2)]
    click = services.clicks.add(look["id"], 1, "top", offer, copies[0])
    kept = services.looks.get(look["id"])
    away = NotedOffer("ucp", f"away-{seed}", f"Put away {seed}", f"https://away{seed}.example/")
    services.offers.put_away.put(kept.picture_hash, 1, away, jpeg=copies[1])
    client.patch(f"/api/v1/looks/{look['id']}/garments/2", json={"category": "skirt"})
    save(client, look, number=2)
    saved = client.get("/api/v1/saved").json["saved"][0]
    picture = client.get(f"/api/v1/looks/{look['id']}/picture.jpg").data
    crop = client.get(saved["picture"]).data
    traces = (
        [
            look["id"].encode(),
            away.title.encode(),
            away.link.encode(),
            *pieces(picture),
            *pieces(copies[1]),
        ],
        [offer.title.encode(), offer.link.encode(), offer.shop.encode(), *pieces(copies[0])],
        pieces(crop),
    )
    assert all(len(each) > 5 for each in traces)
    return look, click, saved, traces


def assert_there(traces, data):
    assert len(found(traces, data)) > (1 - _MOST_CUT) * len(traces)


def test_each_thing_is_gone_from_every_file_when_it_is_deleted(application, client):
    *_, others = look_around(application, client, 1)
    look, click, saved, traces = look_around(application, client, 2)
    for each in traces:
        assert_there(each, everything(application))
    assert client.delete(f"/api/v1/looks/{look['id']}").status_code == 204
    assert found(traces[0], everything(application)) == []
    # The click and what was saved outlive their look.
    assert_there(traces[1], everything(application))
    assert_there(traces[2], everything(application))
    assert client.delete(f"/api/v1/history/{click.id}").status_code == 204
    assert found(traces[1], everything(application)) == []
    assert client.delete(f"/api/v1/saved/{saved['id']}").status_code == 204
    assert found(traces[2], everything(application)) == []
    for each in others:
        assert_there(each, everything(application))


def test_everything_is_gone_from_every_file_when_all_is_deleted(application, client):
    # Several rounds, so that pages are split, joined and used again.
    traces = []
    for seed in range(3, 9):
        look, *_, own = look_around(application, client, seed)
        traces += [trace for each in own for trace in each]
        if seed % 2:
            client.delete(f"/api/v1/looks/{look['id']}")
    for path in ("history", "looks", "saved"):
        assert client.delete(f"/api/v1/{path}").status_code == 204
    for path in ("history", "looks", "saved"):
        assert not any(client.get(f"/api/v1/{path}").json.values())
    assert found(traces, everything(application)) == []
    with application.services.database.engine.connect() as connection:
        count = "SELECT count(*) FROM kept_pictures"
        assert connection.exec_driver_sql(count).scalar() == 0


@pytest.mark.parametrize("what", ["a look", "a click", "something saved"])
def test_the_log_is_emptied_with_each_deletion(application, client, what):
    look, click, saved, _ = look_around(application, client, 9)
    file = application.services.database.file
    log = file.with_name(f"{file.name}-wal")
    assert log.stat().st_size > 0
    paths = {
        "a look": f"looks/{look['id']}",
        "a click": f"history/{click.id}",
        "something saved": f"saved/{saved['id']}",
    }
    assert client.delete(f"/api/v1/{paths[what]}").status_code == 204
    assert log.stat().st_size == 0
