"""Throughline as an app of the device: its manifest, its worker, and the page without a network."""

import json

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.core.models import new_id
from apps.journal.forms import blank_writer

# The paper of the stylesheet (tokens.css), which the device shows before the first page is there.
PAPER = "#faf7f0"
ICONS = [
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
    ("img/favicon.svg", "any", "any"),
]


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """What a device asks to install it (W3C Web Application Manifest), in the browser's language.

    Browsers ask without cookies, so there is nothing of anybody in it.
    """
    described = {
        "id": "/",
        "name": "Throughline",
        "short_name": "Throughline",
        "description": _("A journal for people who reflect on their working lives."),
        "lang": translation.get_language() or "en",
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "start_url": reverse("home:today"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["lifestyle", "productivity"],
        "icons": [
            {
                "src": static(name),
                "sizes": sizes,
                "purpose": purpose,
                "type": "image/svg+xml" if name.endswith(".svg") else "image/png",
            }
            for name, sizes, purpose in ICONS
        ],
        "shortcuts": [
            _shortcut(_("Write"), "journal:entry_create"),
            _shortcut(_("Today"), "home:today"),
            _shortcut(_("Search"), "journal:search"),
            _shortcut(_("Calendar"), "journal:calendar"),
        ],
        "share_target": {
            "action": reverse("share:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "files", "accept": ["image/*", "audio/*", "text/*", ".pdf"]}],
            },
        },
    }
    return JsonResponse(described, content_type="application/manifest+json")


def _shortcut(name: str, view: str) -> dict[str, object]:
    icon = {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"}
    return {"name": name, "url": reverse(view), "icons": [icon]}


@require_safe
@login_not_required
@csp_update({"script-src": [SELF]})
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, at the root so that it may answer for every page.

    It only names the script, which carries a hash: when the script changes this changes, and that
    is how a browser learns of it.
    """
    script = f"importScripts({json.dumps(static('js/service-worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: SignedInRequest) -> HttpResponse:
    """What the worker shows for a page that cannot be had, and what lies on this device.

    The browser keeps this page, so it holds no word that somebody wrote, no name, no message that
    waits for the next page, and no security token.
    """
    return render(
        request,
        "home/offline.html",
        {
            "form": blank_writer(request.user, timezone.now()),
            "entry_id": new_id(),
            "messages": [],
            "csrf_token": "",
        },
    )
