"""The agent profile, for servers of the Universal Commerce Protocol that check signatures."""

from flask import Blueprint, Response, jsonify, request

from server.api.access import without_token
from server.offers.providers.ucp_profile import PATH, profile_document, signing_key
from server.services import current_startup

blueprint = Blueprint("ucp", __name__)
# The protocol wants it to be cacheable by anybody, for a minute at least.
_CACHE_CONTROL = "public, max-age=3600"


@blueprint.get(PATH)
@without_token
def profile() -> Response:
    """Return the profile: what this program speaks, and the key it signs with."""
    key = signing_key(current_startup().settings.state_dir)
    response = jsonify(profile_document(key.jwk))
    response.headers["Cache-Control"] = _CACHE_CONTROL
    response.add_etag()
    response.make_conditional(request)
    return response
