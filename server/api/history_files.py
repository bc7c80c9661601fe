"""The history as files: to keep, to read in a spreadsheet, or for another installation."""

from datetime import datetime

from flask import Response, request
from pydantic import BaseModel, ConfigDict
from werkzeug.exceptions import UnsupportedMediaType

from server.api.access import from_own_pages_only
from server.api.openapi import Answer, Body, Resource
from server.api.problems import FieldProblem, InvalidRequestError, set_status
from server.moving.document import BadHistoryFileError, HistoryDocument
from server.moving.importing import HistoryOffError, import_history
from server.moving.reading import HistoryReader
from server.moving.writing import as_archive, as_json, as_table
from server.services import current_services
from server.storage.tables import now

blueprint = Resource("history_files", __name__, "/history")

set_status(BadHistoryFileError, 422)
set_status(HistoryOffError, 409)

# Of a file that comes through the browser; the command line takes larger ones.
FILE_BYTES = 19 * 2**20
ARCHIVE = "application/zip"
TABLE = "text/csv"


class NoFields(BaseModel):
    """Nothing but the file."""

    model_config = ConfigDict(extra="forbid")


class ImportedOut(BaseModel):
    """How much was new, by its kind."""

    looks: int
    garments: int
    clicks: int
    put_away: int
    saved: int
    # Pictures that were missing, or could not be read.
    pictures_missing: int


@blueprint.operation(
    "get",
    "/export.json",
    "Everything that is kept and saved, without pictures",
    Answer(200, "The document", HistoryDocument),
    problems=(503,),
)
@from_own_pages_only
def export_json() -> Response:
    """Return everything but the pictures."""
    return _file(as_json(_reader().document()), "application/json", "json")


@blueprint.operation(
    "get",
    "/export.csv",
    "Everything that is kept and saved, as a table",
    Answer(200, "The table, with a header", media_type=TABLE),
    problems=(503,),
)
@from_own_pages_only
def export_csv() -> Response:
    """Return everything as a table."""
    return _file(as_table(_reader().document()), f"{TABLE}; charset=utf-8", "csv")


@blueprint.operation(
    "get",
    "/export.zip",
    "Everything that is kept and saved, with its pictures, for another installation",
    Answer(200, "The file", media_type=ARCHIVE),
    problems=(503,),
)
@from_own_pages_only
def export_archive() -> Response:
    """Return one file with everything."""
    answer = _file("", ARCHIVE, "zip")
    answer.response = as_archive(_reader())
    answer.headers.pop("Content-Length", None)
    return answer


@blueprint.operation(
    "post",
    "/import",
    "Take in a file that another installation exported; nothing is doubled",
    Answer(200, "What was new", ImportedOut),
    request=(Body("multipart/form-data", NoFields, file="file"),),
    problems=(400, 409, 413, 415, 422, 503),
)
def take_in() -> dict[str, object]:
    """Import a file."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send multipart/form-data.")
    request.max_content_length = FILE_BYTES
    uploads = request.files.getlist("file")
    if len(uploads) != 1 or request.form:
        raise InvalidRequestError([FieldProblem(field="file", message="exactly one is needed")])
    services = current_services()
    done = import_history(uploads[0].stream, services.database, is_kept=services.keeping.is_on)
    return ImportedOut.model_validate(done, from_attributes=True).model_dump()


def _reader() -> HistoryReader:
    services = current_services()
    return HistoryReader(services.personal, services.database)


def _file(body: str, media_type: str, suffix: str) -> Response:
    moment: datetime = now()
    name = f"where-to-buy-history-{moment:%Y-%m-%d}.{suffix}"
    return Response(
        body,
        content_type=media_type,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
