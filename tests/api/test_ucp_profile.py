"""The server serves the agent profile that its requests are signed for."""

from server.offers.providers.ucp_profile import PATH, signing_key


def test_the_profile_names_the_key_and_what_is_spoken(client, settings) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.json["keys"] == [signing_key(settings.state_dir).jwk]
    ucp = answer.json["ucp"]
    assert {"version", "services", "payment_handlers"} <= set(ucp)
    assert ucp["payment_handlers"] == {}
    for service in ucp["services"]["dev.ucp.shopping"]:
        assert {"version", "spec", "transport", "schema"} <= set(service)
    for [capability] in ucp["capabilities"].values():
        assert {"version", "spec", "schema"} <= set(capability)


def test_anybody_may_keep_it_for_a_while(client) -> None:
    answer = client.get(PATH)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get(PATH, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_it_shows_nothing_private(client) -> None:
    assert not {"d", "p", "q", "k"} & set(client.get(PATH).json["keys"][0])
