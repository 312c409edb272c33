from flask.testing import FlaskClient


def test_the_index_leads_on(client: FlaskClient) -> None:
    document = client.get("/api/").get_json()
    assert document["name"] == "Digits"
    links = document["links"]
    paths = [
        links["data"],
        links["weights"],
        links["random sample"],
        links["block of samples"].format(seed=1, index=0),
        links["is it up"],
        links["can it serve"],
    ]
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)
