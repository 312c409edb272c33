"""The document fits the application, and the application fits the document."""

import re
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from api import create_app
from api.config import Settings
from api.openapi import OPERATIONS
from app.model.data.datasets import Dataset
from tests.api import serializers  # noqa: F401 - registers them
from tests.api.publishing import OPERATOR, TOKEN, Params

EXAMPLES = 10
"""Of each operation in each mode."""
FEW_EXAMPLES = {
    "weights.post_weights": 4,
    "weights.patch_weights": 4,
    "class_learning.put_answer": 4,
    "class_digits.post_digits": 4,
}
"""Where making one takes seconds."""
CONFORMANCE = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NOT_FOR_PROGRAMS = {
    "pages.get_page",
    "pages.get_service_worker",
    "pages.get_file",
    "pages.get_missing_runtime_file",
    "documentation.get_documentation",
}


def test_each_view_is_described_and_each_description_has_a_view(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(OPERATIONS) | NOT_FOR_PROGRAMS


def test_the_document_is_whole(client: FlaskClient) -> None:
    response = client.get("/api/openapi.json")
    assert response.content_type == "application/json"
    document = response.get_json()
    assert document["openapi"] == "3.1.0"
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] for operation in operations)
    names = set(re.findall(r"#/components/schemas/(\w+)", response.text))
    assert names == set(document["components"]["schemas"])
    for path, operations_of_path in document["paths"].items():
        in_path = set(re.findall(r"{(\w+)}", path))
        for operation in operations_of_path.values():
            parameters = operation.get("parameters", [])
            assert in_path == {p["name"] for p in parameters if p["in"] == "path"}
    npz = document["paths"]["/api/weights"]["post"]["requestBody"]["content"]["application/x-npz"]
    assert npz["schema"]["format"] == "binary"


def test_views_say_which_statuses_they_have(app: Flask) -> None:
    """In their docstrings and in the document alike."""
    for endpoint, operation in OPERATIONS.items():
        text = app.view_functions[endpoint].__doc__ or ""
        described = {*operation.answers, *operation.problems}
        for status in re.findall(r"\b[2-5]\d\d\b", text.replace("(784, 128)", "")):
            is_described = int(status) in described or int(status) in (401, 403)
            assert is_described, f"{endpoint} says {status}"


def test_the_page_to_try_it_needs_no_other_site(client: FlaskClient) -> None:
    response = client.get("/api/docs")
    assert response.content_type == "text/html; charset=utf-8"
    links = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert "../vendor/swagger-1.0/swagger-ui.css" in links
    # From wherever a proxy has the service.
    ours = ("../vendor/", "data:", "openapi.json")
    assert all(link.startswith(ours) for link in links)
    assert "<style" not in response.text
    assert not re.search("<script[^>]*>[^<]", response.text)
    tag = response.headers["ETag"]
    assert client.get("/api/docs", headers={"If-None-Match": tag}).status_code == 304


# What schemathesis sends, the application has to answer as the document says.


@pytest.fixture(scope="module")
def described(
    tmp_path_factory: pytest.TempPathFactory, digits: Dataset, trained: Params
) -> OpenApiSchema:
    folder = tmp_path_factory.mktemp("described")
    settings = Settings(
        database_url=f"sqlite:///{folder}/digits.sqlite",
        write_limit=None,
        attempt_limit=None,
        admin_token=TOKEN,
    )
    app = create_app(settings, digits, trained)
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("endpoint", OPERATIONS)
def test_every_answer_is_as_described(
    described: OpenApiSchema, endpoint: str, mode: GenerationMode
) -> None:
    """Status, media type and schema, for what the document allows and for what it does not."""
    operation = described.find_operation_by_id(endpoint.partition(".")[2])

    @settings(
        max_examples=FEW_EXAMPLES.get(endpoint, EXAMPLES),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        # It does not unpack brotli.
        headers = OPERATOR | {"Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, checks=CONFORMANCE)

    try:
        check()
    except Unsatisfiable:
        assert mode == GenerationMode.NEGATIVE, "nothing is allowed?"
