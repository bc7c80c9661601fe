"""The pages: shells without any data of the user; their scripts ask the API."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)

from server.api.access import from_own_pages_only, is_signed_in, without_token
from server.api.problems import MEDIA_TYPE
from server.pages.extension_zip import BROWSERS, has_source, preset_zip
from server.pages.language import COOKIE, languages, wanted_language, words_of
from server.services import current_startup

blueprint = Blueprint("pages", __name__, template_folder="templates")

_STATIC = Path(__file__).parent / "static"
_PATHS = {
    "home": "/",
    "history": "/history",
    "saved": "/saved",
    "catalogue": "/catalogue",
    "about": "/about",
    "extension": "/extension",
    "pairing": "/pairing",
}
_LOOK_ID = re.compile("[0-9a-f]{32}")
# What else the address of a look says: a garment, and which of its offers are wanted.
_SAID = (
    *("garment", "sort", "condition", "colour", "min", "max", "currency"),
    *("wanted_colour", "pattern", "sleeves", "category", "word", "only_shop"),
    *("brand", "size", "gender", "availability"),
)
# Far more than a page says of one of them, and than the name of a shop has.
_MOST_SAID = 8
_LONGEST_SAID = 200
_LIST = re.compile(r"\d{1,10}")
_YEAR = 365 * 24 * 3600


@blueprint.get("/")
@without_token
def home() -> Response:
    """Render the page that takes a picture, and shows its garments and where to buy them."""
    return _page("home.html", "home")


@blueprint.get("/history")
@without_token
def history() -> Response:
    """Render the page of what was looked at and opened."""
    return _page("history.html", "history")


@blueprint.get("/saved")
@without_token
def saved() -> Response:
    """Render the page of what was saved, in lists."""
    return _page("saved.html", "saved")


@blueprint.get("/catalogue")
@without_token
def catalogue() -> Response:
    """Render the page of the shops whose products are kept, and of these products."""
    return _page("catalogue.html", "catalogue")


@blueprint.get("/about")
@without_token
def about() -> Response:
    """Render the page of what leaves the machine, and how to get the extension."""
    return _page("about.html", "about")


@blueprint.get("/extension")
@without_token
def extension() -> Response:
    """Render the page from which the extension is installed."""
    return _page("extension.html", "extension", server=request.host_url.rstrip("/"))


@blueprint.get("/extension/<browser>.zip")
@from_own_pages_only
def extension_zip(browser: str) -> Response:
    """Return the extension, preset for the address that this server was called by."""
    if browser not in BROWSERS or not has_source():
        abort(404)
    # The proxy in front of a server may speak https where the server does not know of it.
    scheme = "https" if request.is_secure or "https" in request.args else "http"
    # Its name was checked: it is one of this server's.
    zipped = preset_zip(f"{scheme}://{request.host}", browser)
    answer = make_response(zipped)
    answer.mimetype = "application/zip"
    name = f"where-to-buy-{browser}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.get("/pairing")
@without_token
def pairing() -> Response:
    """Render the page on which a person allows an extension that asks."""
    return _page("pairing.html", "pairing")


@blueprint.get("/enter")
@without_token
def enter() -> Response:
    """Render the page that a link to sign in leads to; what it holds stays in the browser."""
    return _page("enter.html", "enter", is_open=True)


@blueprint.get("/language/<language>")
@without_token
def choose_language(language: str) -> Response:
    """Remember a language, and redirect to the page that it was chosen on."""
    if language not in languages():
        abort(404)
    # Only to pages of this server: the address is put together here, not taken.
    back = _PATHS.get(request.args.get("page", ""), "/")
    look = request.args.get("look", "")
    if back == "/" and _LOOK_ID.fullmatch(look):
        given = request.args.getlist
        said = [(name, value) for name in _SAID for value in given(name)[:_MOST_SAID]]
        kept = [pair for pair in said if len(pair[1]) <= _LONGEST_SAID]
        back = f"/?{urlencode([*kept, ('look', look)])}"
    chosen = request.args.get("list", "")
    if back == "/saved" and _LIST.fullmatch(chosen):
        back = f"/saved?list={chosen}"
    response = make_response(redirect(back, 303))
    response.set_cookie(COOKIE, language, max_age=_YEAR, samesite="Strict", httponly=True)
    return response


@blueprint.get("/static/<path:name>")
@without_token
def static(name: str) -> Response:
    """Return a script, style sheet or drawing; browsers ask each time whether it has changed."""
    return send_from_directory(_STATIC, name)


@blueprint.get("/<any('favicon.ico','apple-touch-icon.png','site.webmanifest'):name>")
@without_token
def icon(name: str) -> Response:
    """Return what browsers and telephones look for at the root of a site."""
    answer = send_from_directory(_STATIC / "icons", name)
    if name.endswith(".webmanifest"):
        answer.mimetype = "application/manifest+json"
    return answer


@blueprint.after_app_request
def as_page(answer: Response) -> Response:
    """Answer a person with a page where a program gets a problem document."""
    is_program = request.path.startswith(("/api/", "/static/", "/."))
    if is_program or "text/html" not in request.headers.get("Accept", ""):
        return answer
    if answer.mimetype != MEDIA_TYPE:
        return answer
    title = lead = ""  # those of an address that leads nowhere
    if answer.status_code != 404:
        problem = json.loads(answer.get_data())
        words = words_of(wanted_language())
        key = problem["code"].replace("-", "_")
        title = words.get(f"{key}_title", words["internal_title"])
        lead = words.get(f"{key}_advice", f"{problem['detail']} {problem.get('hint', '')}")
    page = _page("problem.html", "problem", title=title, lead=lead.replace("$1", ""))
    page.status_code = answer.status_code
    for name in ("Allow", "Retry-After"):
        if name in answer.headers:
            page.headers[name] = answer.headers[name]
    return page


def _page(template: str, name: str, *, is_open: bool = False, **more: str) -> Response:
    """Render a page, or the sign-in page where the server needs a token that is not there.

    Args:
        template: Its file.
        name: What the page is called in `_PATHS`.
        is_open: Whether it is shown without the token, too.
        more: What else the template needs.
    """
    settings = current_startup().settings
    signed_in = is_open or is_signed_in(settings)
    language = wanted_language()
    words = words_of(language)
    response = make_response(
        render_template(
            template if signed_in else "sign_in.html",
            page=name if signed_in else "sign_in",
            language=language,
            languages=languages(),
            words=words,
            needs_token=settings.access_token is not None,
            **more,
            has_extension=has_source(),
        )
    )
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response
