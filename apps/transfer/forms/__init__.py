"""The forms in which a journal goes out, one a module (form.Form)."""

from apps.transfer.forms import (
    dayone,
    docx,
    epub,
    html,
    ical,
    jrnl,
    markdown,
    pdf,
    plain_json,
    table,
    text,
    throughline,
)
from apps.transfer.forms.form import Form, Progress

IN_ORDER: tuple[Form, ...] = (
    throughline,
    dayone,
    markdown,
    html,
    pdf,
    epub,
    docx,
    table,
    plain_json,
    text,
    jrnl,
    ical,
)
# By key, in the order in which they are offered.
FORMS = {form.KEY: form for form in IN_ORDER}

__all__ = ["FORMS", "Form", "Progress"]
