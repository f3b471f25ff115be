"""The OpenAPI document: what ninja reads from the operations, and what it cannot know."""

import copy
import json
from functools import cache
from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from apps.capture.api.bearer import ReadAccess, WriteAccess
from apps.capture.api.parsing import TEXT
from apps.capture.api.problems import MEDIA_TYPE
from apps.capture.api.shapes import ProblemDocument

SCHEME = "AccessToken"
ABOUT = """\
The journal, for programs of your own: add entries from anywhere, read, search and change them.

Every request shows an access token, which its owner makes in Settings:
`Authorization: Bearer tl_…`. A token may read, write or both; cookies are ignored. Answers are
JSON in UTF-8; instants are ISO 8601 in UTC, and days are days of the person's own calendar.
What cannot be done is answered with a problem document (RFC 9457) that says what happened, what
was kept and what can be done. A token may ask 120 times a minute; then it is answered 429 with
`Retry-After`.
"""
PROBLEMS = {
    "400": "The request could not be read.",
    "401": "No token, or one that is not good.",
    "403": "The token may not do this, or the account is being deleted.",
    "404": "Nothing of yours is there; the same for what is somebody else's.",
    "409": "Changed elsewhere since the version that was sent; `version` is the one there is now.",
    "413": "More than is taken at once.",
    "415": "Neither JSON nor text.",
    "422": "Something is not as it must be; `errors` says what. Or the key is taken.",
    "428": "The change does not say which version it grew from.",
    "429": "Too many requests; `Retry-After` says when to come back, in seconds.",
    "507": "There is no room for the file right now.",
}
ALWAYS = {"401", "403", "422", "429"}
WRITING = {"400", "413", "415"}


@cache
def document(api: NinjaAPI) -> bytes:
    """The document as JSON; made once. It says nothing about anybody."""
    made: dict[str, Any] = copy.deepcopy(dict(api.get_openapi_schema(path_prefix=settings.API_V1)))
    schemas = made["components"]["schemas"]
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    made["components"]["responses"] = {
        f"Problem{status}": _problem(status, said) for status, said in PROBLEMS.items()
    }
    made["components"]["securitySchemes"] = {
        SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, made in Settings: `tl_` and 49 letters.",
        }
    }
    made["servers"] = [{"url": settings.SITE_URL}]
    for path, methods in made["paths"].items():
        for operation in methods.values():
            _complete(operation, has_id="{" in path)
    said = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    for name in [name for name in schemas if f'/schemas/{name}"' not in said]:
        # What a query is made of stands in its parameters.
        del schemas[name]
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _problem(status: str, said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    headers: dict[str, Any] = {}
    if status == "401":
        headers["WWW-Authenticate"] = {"schema": {"type": "string"}}
    if status == "429":
        headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "Seconds."}
    told: dict[str, Any] = {"description": said, "content": {MEDIA_TYPE: {"schema": schema}}}
    return told | ({"headers": headers} if headers else {})


# What ninja calls the ways in, by their classes.
SCOPES = {ReadAccess.__name__: "read", WriteAccess.__name__: "write"}


def _complete(operation: dict[str, Any], *, has_id: bool) -> None:
    """What stands in the code of an operation and nowhere ninja looks."""
    (way_in,) = operation["security"]
    scope = SCOPES[next(iter(way_in))]
    operation["security"] = [{SCHEME: [scope]}]
    operation["description"] += f"\n\nNeeds the scope `{scope}`."
    for parameter in operation["parameters"]:
        parameter["schema"].pop("description", None)
        parameter.pop("examples", None)  # they are in the schema; here they would be named
    body = operation.get("requestBody", {}).get("content", {})
    statuses = set(ALWAYS) | ({"404"} if has_id else set()) | (WRITING if body else set())
    if operation["operationId"] == "createEntry":
        for kind in TEXT:
            body[kind] = {"schema": {"type": "string"}, "example": "Ana liked the plan. #release"}
        statuses |= {"404"}
    if operation["operationId"] == "attachFile":
        statuses |= {"507"}
    if operation["operationId"] == "changeEntry":
        statuses |= {"409", "428"}
    if operation["operationId"] == "listEntries":
        statuses |= {"404"}
    for status in sorted(statuses):
        operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
