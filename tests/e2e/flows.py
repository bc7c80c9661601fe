"""What a person does on a page, step by step, in any browser."""

import io
import itertools
from collections.abc import Sequence

from PIL import Image

from tests.e2e.person import Person
from tests.e2e.waiting import press_until, wait_for

# Where most pages have their picture, and a point of it.
BOX = (100.0, 60.0, 450.0, 678.0)
POINT = (325, 400)
# IoU of what is drawn with what the server finds in the photo.
SAME = 0.6


def ask_or_show(person: Person, point: tuple[float, float]) -> None:
    """Wait for silhouettes; where the extension asks which picture, show it."""
    now = person.until(
        lambda now: now.get("garments") or now.get("picking") or now.get("card"), "an answer"
    )
    if now["picking"]:
        choose_picked(person, point)
    person.garments()


def choose_picked(person: Person, point: tuple[float, float]) -> None:
    """Point at a picture, move about on it until it lights up, and click."""
    places = itertools.cycle([(point[0] - 9, point[1] - 9), point])

    # A frame may begin to listen after the page around it.
    def lit() -> bool:
        person.point_at(*next(places))
        return person.any_picked()

    wait_for(lit, "the picture to light up", 60)
    press_until(lambda: person.click(*point), lambda: not person.any_picking(), "the choice")


def click_garment(person: Person) -> None:
    """Click on what is drawn first, until its panel opens."""
    point = person.inside_garment()
    press_until(lambda: person.click(*point), lambda: person.state().get("panel"), "the panel")


def open_offers(person: Person) -> None:
    """Wait for silhouettes, and open the panel of one."""
    person.garments()
    click_garment(person)


def covering(
    photo: bytes, box: Sequence[float], across: float = 0
) -> tuple[float, float, float, float]:
    """Return where a photo is that covers a box.

    Args:
        photo: The file.
        box: Left, top, width and height.
        across: 0 if it is at the box's left upper corner, 0.5 in its middle.
    """
    with Image.open(io.BytesIO(photo)) as opened:
        width, height = opened.size
    factor = max(box[2] / width, box[3] / height)
    left, top = (across * (box[axis + 2] - (width, height)[axis] * factor) for axis in (0, 1))
    return box[0] + left, box[1] + top, width * factor, height * factor


def seen_in(person: Person, box: Sequence[float]) -> bytes:
    """Return what a part of the window shows, a JPEG."""
    x, y, width, height = (round(side) for side in box)
    part = Image.fromarray(person.window()[y : y + height, x : x + width])
    seen = io.BytesIO()
    part.save(seen, "JPEG", quality=95)
    return seen.getvalue()


def lie_on_what_is_seen(person: Person, name: str) -> None:
    """Compare what is drawn over a page's first picture with what the window shows there."""
    person.visit(name)
    person.evaluate("document.images[0].decode()")
    rect = person.evaluate("Object.values(document.images[0].getBoundingClientRect().toJSON())")
    x, y, width, height = (round(side) for side in rect[:4])
    seen = seen_in(person, (x, y, width, height))
    person.ask_about(*POINT)
    person.garments()
    assert person.overlap(seen, (x, y, width, height)) > SAME


def ask_about_screen(person: Person) -> None:
    """Press the button of a card that offers it, and wait for silhouettes."""
    person.until(lambda now: now.get("card"), "a card")
    words = "Ask about what is on the screen"
    person.click_text(words, lambda: person.state().get("garments"), "silhouettes")
    person.garments()
