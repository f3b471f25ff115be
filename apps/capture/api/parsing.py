"""What comes in the body of a request: JSON, or a text as it is."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from apps.capture.api.problems import Problem

TEXT = ("text/markdown", "text/plain")
JSON = "application/json"


class JSONOrText(Parser):
    """Reads JSON; a text becomes `{"body": text}`, so that a shell needs to quote nothing."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The document. Raises whatever reading it raises, or Problem for other types."""
        kind = (request.content_type or "").lower()
        if kind in TEXT:
            return {"body": request.body.decode("utf-8-sig")}
        if kind != JSON:
            raise Problem(
                "media-type",
                415,
                _("Not this kind of content"),
                _("Send “application/json”, “text/markdown” or “text/plain”. Nothing was kept."),
                headers={"Accept-Post": ", ".join((JSON, *TEXT))},
            )
        document = json.loads(request.body)
        if not isinstance(document, dict):
            raise ValueError("an object is wanted")
        return document
