"""The application as WSGI servers know it."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver

from config.frames import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = with_room(get_wsgi_application())


def _warm() -> None:
    """Read the addresses, with the views behind them, and the templates.

    The first request of each worker would otherwise wait a second for them; done here, before
    workers are forked, it is done once and its memory is shared.
    """
    _ = get_resolver().reverse_dict
    folder = Path(__file__).resolve().parent.parent / "templates"
    for path in sorted(folder.rglob("*.html")):
        get_template(path.relative_to(folder).as_posix())


_warm()
