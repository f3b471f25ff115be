"""The forms in which a journal goes out, one a module (form.Form)."""

from apps.transfer.forms import docx, epub, pdf, throughline
from apps.transfer.forms.form import Form, Progress

# By key, in the order in which they are offered.
FORMS: dict[str, Form] = {form.KEY: form for form in (throughline, pdf, epub, docx)}

__all__ = ["FORMS", "Form", "Progress"]
