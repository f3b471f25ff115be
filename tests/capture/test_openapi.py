"""The OpenAPI document: valid, public, and true — and whatever it allows is never answered 500."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps.accounts.limits import LIMITS, Limit
from apps.accounts.models import User
from apps.capture.api.problems import MEDIA_TYPE
from apps.journal.settling import settle
from tests.capture.conftest import Program
from tests.factories import make_attachment, make_entry


@pytest.fixture(autouse=True)
def _without_limit(monkeypatch) -> None:
    """The long profile asks more often than a program may."""
    monkeypatch.setitem(LIMITS, "api", Limit(1_000_000, 60))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document, as anybody is given it."""
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(json.loads(answer.content))


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and what is said of it."""
    return [
        (path, method, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]


def test_it_is_valid_openapi_31(document) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_says_nothing_about_anybody(document, alice: User, program: Program) -> None:
    program.post("entries", {"body": "zymurgy"})
    again = Client().get("/api/v1/openapi.json").content.decode()
    assert json.loads(again) == document
    assert "alice" not in again.lower()
    assert "zymurgy" not in again


def test_every_operation_is_told_in_full(document) -> None:
    for path, method, said in operations(document):
        where = f"{method} {path}"
        assert said["summary"], where
        assert "Needs the scope `" in said["description"], where
        assert said["security"] in ([{"AccessToken": ["read"]}], [{"AccessToken": ["write"]}])
        assert {"401", "403", "422", "429"} <= set(said["responses"]), where
        for parameter in said["parameters"]:
            has_words = parameter.get("description") or parameter["in"] == "path"
            assert has_words, f"{where} {parameter['name']}"


def test_every_field_is_described(document) -> None:
    bare = {"id", "starred", "text", "found", "piece", "why", "name", "title", "status"}
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description"), name
        for field, said in schema.get("properties", {}).items():
            known = field in bare or said.get("description") or "$ref" in json.dumps(said)
            assert known or name == "FieldError", f"{name}.{field}"


def test_its_examples_are_taken(document, program: Program) -> None:
    schema = document["components"]["schemas"]["EntryIn"]
    assert len(schema["examples"]) >= 2
    for example in schema["examples"]:
        assert program.post("entries", example)["outcome"] == "created"
    content = document["paths"]["/api/v1/entries"]["post"]["requestBody"]["content"]
    text = content["text/markdown"]["example"]
    assert program.send("POST", "entries", text, "text/markdown").status_code == 201


def agrees(document: dict[str, Any], path: str, method: str, answer: Any) -> list[str]:
    """What of an answer the document does not say."""
    said = document["paths"][path][method]["responses"].get(str(answer.status_code))
    if said is None:
        return [f"{answer.status_code} is not said: {answer.content[:300]!r}"]
    if "$ref" in said:
        said = document["components"]["responses"][said["$ref"].rsplit("/", 1)[1]]
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    content = said.get("content")
    if content is None:
        return [] if not answer.getvalue() else ["a body where none is said"]
    if kind not in content:
        return [] if path.endswith("{attachment_id}") else [f"{kind} is not said"]
    if not kind.endswith("json"):
        return []
    whole = {**content[kind]["schema"], "components": document["components"]}
    errors = Draft202012Validator(whole).iter_errors(json.loads(answer.content))
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def test_every_good_answer_is_as_it_says(document, alice: User, program: Program) -> None:
    entry = make_entry(alice, title="The release", body="Ana said #yes.")
    settle(alice, entry.pk)
    row = make_attachment(entry, b"words", name="a.txt")
    base = "/api/v1"
    asked = [
        (f"{base}/entries", "get", f"{base}/entries?body=true&limit=1", None),
        (f"{base}/entries", "post", f"{base}/entries", {"body": "x"}),
        (f"{base}/entries/{{entry_id}}", "get", f"{base}/entries/{entry.pk}", None),
        (f"{base}/entries/{{entry_id}}", "patch", f"{base}/entries/{entry.pk}", {"starred": True}),
        (f"{base}/search", "get", f"{base}/search?q=ana+mood:9", None),
        (f"{base}/tags", "get", f"{base}/tags", None),
        (f"{base}/notebooks", "get", f"{base}/notebooks", None),
        (f"{base}/token", "get", f"{base}/token", None),
        (
            f"{base}/entries/{{entry_id}}/attachments",
            "get",
            f"{base}/entries/{entry.pk}/attachments",
            None,
        ),
        (f"{base}/attachments/{{attachment_id}}", "get", f"{base}/attachments/{row.pk}", None),
        (f"{base}/entries/{{entry_id}}", "delete", f"{base}/entries/{entry.pk}", None),
    ]
    for path, method, url, body in asked:
        answer = program.send(method.upper(), url, body)
        assert answer.status_code < 300, (path, answer.getvalue())
        assert agrees(document, path, method, answer) == [], (path, method)


def test_it_catches_an_answer_that_is_not_as_it_says(document, program: Program) -> None:
    answer = program.send("GET", "token")
    answer.content = answer.content.replace(b'"scopes"', b'"scope"')
    assert agrees(document, "/api/v1/token", "get", answer)


# --- Whatever the document allows, and what it does not -----------------------------------------

STRAY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.sampled_from(["\x00", "\ud800", "2026-02-30", "9999-12-31", "0001-01-01", "1e999", "../"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)


def of_schema(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema allows, about; strays are mixed in elsewhere."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return of_schema(document["components"]["schemas"][name], document)
    if "anyOf" in schema:
        return st.one_of([of_schema(one, document) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            fields = {
                name: st.one_of(of_schema(one, document), STRAY)
                for name, one in schema.get("properties", {}).items()
            }
            return st.fixed_dictionaries({}, optional=fields)
        case "array":
            return st.lists(of_schema(schema["items"], document), max_size=4)
        case "integer":
            return st.integers(schema.get("minimum", -5), schema.get("maximum", 2**31))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "string":
            form = {
                "date": st.dates().map(str),
                "date-time": st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
                "uuid": st.uuids().map(str),
            }
            return form.get(schema.get("format", ""), st.text(max_size=60))
        case _:
            return STRAY


@given(data=st.data())
def test_nothing_that_is_sent_is_answered_500(
    data, document, alice: User, program: Program
) -> None:
    """Drawn from the document itself: every operation, its parameters, its body, and strays."""
    entry = make_entry(alice)
    path, method, said = data.draw(st.sampled_from(operations(document)))
    pk = data.draw(st.sampled_from([str(entry.pk), str(alice.pk), "x", "%00", "é"]))
    url = path.replace("{entry_id}", pk).replace("{attachment_id}", pk)
    query, headers = {}, {}
    for parameter in said["parameters"]:
        if parameter["in"] == "path" or not data.draw(st.booleans()):
            continue
        value = data.draw(st.one_of(of_schema(parameter["schema"], document), STRAY))
        text = str(value).encode("utf-8", "replace").decode()
        if parameter["in"] == "query":
            query[parameter["name"]] = text
        else:
            headers[parameter["name"].lower()] = text.replace("\n", "").replace("\r", "")
    body: Any = None
    kind = "application/json"
    if content := said.get("requestBody", {}).get("content"):
        kind = data.draw(st.sampled_from([*content, "application/json", "x"]))
        schema = content.get(kind, {}).get("schema", {})
        drawn = data.draw(st.one_of(of_schema(schema, document), STRAY))
        body = drawn if isinstance(drawn, str) else json.dumps(drawn)
        body = body.encode("utf-8", "surrogatepass")
    url = f"{url}?{urlencode(query)}" if query else url
    answer = program.send(method.upper(), url, body, kind, **headers)
    assert answer.status_code < 500, (url, body)
    if path in document["paths"] and pk != "x" and "%" not in pk and pk != "é":
        assert agrees(document, path, method, answer) == [], (url, body)
    elif answer.status_code == 404:
        assert answer.headers["Content-Type"] == MEDIA_TYPE
