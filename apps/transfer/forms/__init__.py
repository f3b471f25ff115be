"""The forms in which a journal goes out, one a module (form.Form)."""

from apps.transfer.forms import (
    dayone,
    html,
    ical,
    jrnl,
    markdown,
    plain_json,
    table,
    text,
    throughline,
)
from apps.transfer.forms.form import Form, Progress

# By key, in the order in which they are offered.
FORMS: dict[str, Form] = {
    form.KEY: form
    for form in (throughline, dayone, markdown, html, table, plain_json, text, jrnl, ical)
}

__all__ = ["FORMS", "Form", "Progress"]
