"""A class to test with: its teacher and pupils, through a client."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.extensions import EXTENSION, Services

Document = dict[str, Any]

INK = "00" * 400 + "ff" * 100 + "00" * 284
STATUS: Document = {
    "doing": "training",
    "steps": 128,
    "validation_digits": 0.91,
    "validation_drawings": None,
    "curve": [0.1, 0.5, 0.91],
    "drawing": {"pixels": INK, "prediction": 7},
}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


class Pupil(NamedTuple):
    id: int
    name: str
    secret: str
    view: str


class Events:
    """What a reader of a class's stream is sent."""

    def __init__(self, response: TestResponse) -> None:
        assert response.status_code == 200, response.text
        assert response.content_type == "text/event-stream"
        self._response = response
        self._pieces = response.iter_encoded()

    def next(self) -> tuple[str, Any]:
        """The next event that is not `alive`; waits for it."""
        for piece in self._pieces:
            lines = dict(
                line.split(": ", 1) for line in piece.decode().splitlines() if ": " in line
            )
            if lines["event"] != "alive":
                return lines["event"], json.loads(lines["data"])
        raise EOFError

    def until(self, name: str) -> Any:
        """The data of the next event of this name."""
        while True:
            found, data = self.next()
            if found == name:
                return data

    def rest(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        self._response.close()


class ClassRoom:
    """A class, asked for by its teacher."""

    def __init__(self, client: FlaskClient, title: str = "7b") -> None:
        self.client = client
        response = client.post("/api/classes", json={"title": title})
        assert response.status_code == 201, response.text
        self.begun: Document = response.get_json()
        self.code: str = self.begun["class"]["code"]
        self.path = f"/api/classes/{self.code}"
        self.secret: str = self.begun["secret"]

    def ask(
        self, method: str, path: str, secret: str | None = None, **options: Any
    ) -> TestResponse:
        """For the teacher, or whoever has this secret."""
        secret = self.secret if secret is None else secret
        return self.client.open(
            self.path + path, method=method, headers=bearer(secret) if secret else {}, **options
        )

    def join(self, name: str | None = None) -> Pupil:
        response = self.client.post(f"{self.path}/pupils", json={"name": name})
        assert response.status_code == 201, response.text
        document = response.get_json()
        return Pupil(**document["pupil"], secret=document["secret"], view=document["view"])

    def say(self, pupil: Pupil, **changes: Any) -> TestResponse:
        path = f"/pupils/{pupil.id}/status"
        return self.ask("PUT", path, pupil.secret, json=STATUS | changes)

    def events(self, view: str | None = None) -> Events:
        view = self.begun["view"] if view is None else view
        return Events(self.client.get(f"{self.path}/events?view={view}", buffered=False))

    def board(self) -> Document:
        """All that the teacher sees at this moment."""
        events = self.events()
        data: Document = events.until("class")
        events.close()
        return data

    def tend(self) -> None:
        """Have the server do what it does five times a second."""
        found: Services = self.client.application.extensions[EXTENSION]
        found.classes.rooms.tend()
