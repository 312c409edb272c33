import pytest
from flask.testing import FlaskClient

from api.representations import CODINGS, Representation
from tests.api.content_codings import decode

FIXED = ["/", "/service-worker.js", "/api/", "/api/openapi.json", "/api/docs"]


@pytest.mark.parametrize("url", FIXED)
def test_what_stays_the_same_is_made_once_in_each_coding(
    client: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = {coding: client.get(url, headers={"Accept-Encoding": coding}) for coding in CODINGS}
    contents = {
        decode(response.data, response.headers.get("Content-Encoding"))
        for response in first.values()
    }
    assert len(contents) == 1

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it is made again")

    monkeypatch.setattr(Representation, "encode", fail)
    for coding, before in first.items():
        again = client.get(url, headers={"Accept-Encoding": coding})
        assert (again.data, again.headers["ETag"]) == (before.data, before.headers["ETag"])
        held = {"Accept-Encoding": coding, "If-None-Match": before.headers["ETag"]}
        assert client.get(url, headers=held).status_code == 304


def test_what_is_made_below_one_prefix_is_not_sent_below_another(client: FlaskClient) -> None:
    for prefix in ("", "/digits", ""):
        links = client.get("/api/", base_url=f"http://localhost{prefix}").get_json()["links"]
        assert links["weights"] == f"{prefix}/api/weights"
