"""Uploading a picture through Flask's test client."""

from flask.testing import FlaskClient
from urllib3 import encode_multipart_formdata
from werkzeug.test import TestResponse

from tests.support.pictures import outfit, picture_file


def upload(client: FlaskClient, data: bytes | None = None, **fields: str) -> TestResponse:
    """Send a picture file (a drawn outfit if None) as the form field ``image``."""
    data = picture_file(outfit()) if data is None else data
    # Werkzeug's own encoder leaves a temporary file open if the form is large.
    body, content_type = encode_multipart_formdata(
        {"image": ("x.png", data, "image/png"), **fields}
    )
    return client.post("/api/v1/looks", data=body, content_type=content_type)
