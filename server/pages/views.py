"""The pages: shells without any data of the user; their scripts ask the API."""

import re
from pathlib import Path

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

from server.api.access import is_signed_in, without_token
from server.pages.language import COOKIE, languages, wanted_language, words_of
from server.services import current_startup

blueprint = Blueprint("pages", __name__, template_folder="templates")

_STATIC = Path(__file__).parent / "static"
_EXTENSION = Path(__file__).resolve().parents[2] / "extension"
_PATHS = {"home": "/", "history": "/history", "about": "/about"}
_LOOK_ID = re.compile("[0-9a-f]{32}")
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


@blueprint.get("/about")
@without_token
def about() -> Response:
    """Render the page of what leaves the machine, and how to get the extension."""
    return _page("about.html", "about")


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
        back = f"/?look={look}"
    response = make_response(redirect(back, 303))
    response.set_cookie(COOKIE, language, max_age=_YEAR, samesite="Strict", httponly=True)
    return response


@blueprint.get("/static/<path:name>")
@without_token
def static(name: str) -> Response:
    """Return a script, style sheet or drawing; browsers ask each time whether it has changed."""
    return send_from_directory(_STATIC, name)


def _page(template: str, name: str) -> Response:
    """Render a page, or the sign-in page where the server needs a token that is not there."""
    settings = current_startup().settings
    signed_in = is_signed_in(settings)
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
            extension_folder=str(_EXTENSION) if (_EXTENSION / "manifest.json").is_file() else None,
        )
    )
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response
