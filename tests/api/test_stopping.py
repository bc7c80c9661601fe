"""A server that is told to stop answers everybody first."""

import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import requests
from skimage.data import astronaut

from tests.support.pictures import picture_file
from tests.support.server_process import running_server

AT_ONCE = 20


def picture(number):
    pixels = astronaut().copy()
    pixels[:8, :8] = number
    return picture_file(pixels, "JPEG")


def waiting(server):
    """Return how many pictures wait for their analysis."""
    text = requests.get(f"{server.url}/metrics", timeout=60).text
    return int(float(re.search(r"^where_to_buy_pictures_waiting (\S+)", text, re.MULTILINE)[1]))


def test_every_look_under_way_is_made_or_refused_when_the_server_is_told_to_stop(tmp_path):
    pictures = [picture(number) for number in range(AT_ONCE)]
    together = threading.Barrier(AT_ONCE + 1)
    settings = {"WTB_QUEUE_SIZE": str(AT_ONCE), "WTB_MIN_SCORE": "0.2"}
    with running_server(tmp_path, settings) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        address = f"{server.url}/api/v1/looks"

        def post(data):
            with requests.Session() as session:
                # The connection is made before, so that the server has all requests.
                session.get(f"{server.url}/healthz", timeout=60)
                together.wait(60)
                return session.post(address, files={"image": ("x.jpg", data)}, timeout=120)

        running = [pool.submit(post, data) for data in pictures]
        together.wait(60)
        # All have arrived once each waits or is answered; one of them is being analysed.
        while waiting(server) + 1 + sum(each.done() for each in running) < AT_ONCE:
            assert server.process.poll() is None
        server.process.send_signal(signal.SIGTERM)
        answers = [each.result(120) for each in running]
        assert server.process.wait(60) == 0
    statuses = [answer.status_code for answer in answers]
    assert len(statuses) == AT_ONCE
    assert set(statuses) <= {201, 503}, statuses
    assert 201 in statuses
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] in ("stopping", "queue-full")
            assert int(answer.headers["Retry-After"]) >= 1
    # What was answered is kept.
    ids = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    with running_server(tmp_path, settings) as server:
        looks = requests.get(f"{server.url}/api/v1/looks", timeout=60).json()["looks"]
    assert ids <= {look["id"] for look in looks}
    assert "Traceback" not in "\n".join(server.output)
