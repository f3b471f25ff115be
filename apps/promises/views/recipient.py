"""The pages of the other person, who has no account: opened by a link, harmless until they answer.

The first GET changes nothing but their own browser: the secret in the address becomes a cookie for
one path, and the address a plain one. Only POST writes. What these pages may show is in
`apps.promises.shown`; docs/promise-links.md says why it is as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.events import network_of
from apps.accounts.keys import digest
from apps.accounts.limits import is_over
from apps.accounts.views.limits import too_many
from apps.core.http import is_from_here
from apps.core.periods import is_zone, zone, zone_names
from apps.people.hearing import note_word
from apps.promises import forgetting, inviting, opting_out, shown
from apps.promises.forms.guests import FORMS, Choice, Situation, form_of
from apps.promises.models import Invitation, Promise
from apps.promises.moving import Refused, Stale
from apps.promises.shown import NOT_MINE, Ground, Shown
from apps.promises.states import Illegal

COOKIE = "__Secure-promise-link" if settings.HTTPS else "promise-link"
LANGUAGE, ZONE = "promise-language", "promise-zone"
OPEN_FOR = 2 * 60 * 60
LANGUAGES = dict(settings.LANGUAGES)
NETWORKS = "network of a link"
FAREWELLS = ("erased", "astray", "no-letters")

View = Callable[..., HttpResponse]


class NoLink(Exception):
    """What was shown is no link of ours, or none at all."""


@dataclass(frozen=True)
class Look:
    """In which language and by whose clock a page is shown."""

    language: str
    zone: str


@dataclass(frozen=True)
class Option:
    """One choice on the page: what it is called, and its form."""

    name: str
    form: Choice
    is_open: bool


def for_guests(view: View) -> View:
    """Open to whoever has the link and to nobody else; kept out of every index, log and referrer.

    404 for what is no link, in the same words whether or not it ever was one; 410 for a link that
    was real and is closed.
    """

    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except inviting.Closed:
            response = _not_let_in(request, "promises/recipient/link_closed.html", 410)
        except NoLink:
            response = _not_let_in(request, "promises/recipient/link_missing.html", 404)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@require_safe
@for_guests
def link_open(request: HttpRequest, signed: str) -> HttpResponse:
    """Exchange the secret of a link for a cookie, and lead to the plain address. Nothing more."""
    return _exchange(request, signed, "promise_links:promise_answer")


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
@for_guests
def link_never(request: HttpRequest, signed: str) -> HttpResponse:
    """No letters any more, from the link in a letter: by GET a page that asks, by POST at once.

    The POST comes from mail programs (RFC 8058), which have no cookie and no token; whoever knows
    the address may say it. It works by links that are closed, too.
    """
    if request.method != "POST":
        return _exchange(request, signed, "promise_links:letters_refuse", even_closed=True)
    found = inviting.find(signed, timezone.now(), even_closed=True)
    if found is None:
        return _not_ours(request)
    opting_out.opt_out(found, timezone.now())
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def promise_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was promised, what happened, and what they may say to it now."""
    invitation = _by_cookie(request, pk)
    if request.method == "POST":
        return _answered(request, invitation)
    ground = shown.ground(invitation.promise, timezone.now())
    return _page(request, invitation, ground, thanks=request.GET.get("said", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def letters_refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Never to be written to from here again: asked by GET, done by POST."""
    invitation = _by_cookie(request, pk, even_closed=True)
    look_of(request, invitation.promise, "")
    if request.method == "POST":
        opting_out.opt_out(invitation, timezone.now())
        return SeeOther(reverse("promise_links:farewell", args=["no-letters"]))
    context = {"pk": pk, "address": inviting.address_of(invitation), "back": invitation.pk}
    return render(request, "promises/recipient/letters_refuse.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def words_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is kept from their side of this promise; by POST, once they are sure, it is erased."""
    invitation = _by_cookie(request, pk)
    look = look_of(request, invitation.promise, "")
    is_sure = request.POST.get("sure") == "yes"
    if request.method == "POST" and is_sure:
        forgetting.erase(invitation, timezone.now())
        return _goodbye(pk, "erased")
    context = {
        "pk": pk,
        "kept": forgetting.kept(invitation),
        "owner": shown.name_of(invitation.promise),
        "zone": zone(look.zone),
        "unsure": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    with timezone.override(zone(look.zone)):
        return render(request, "promises/recipient/words_erase.html", context, status=status)


@require_safe
@for_guests
def farewell(request: HttpRequest, what: str) -> HttpResponse:
    """A last word after something that leaves no page behind. Says nothing of anybody."""
    if what not in FAREWELLS:
        raise Http404
    return render(request, "promises/recipient/farewell.html", {"what": what})


def look_of(request: HttpRequest, promise: Promise, otherwise: str) -> Look:
    """The language and zone of this page: as they just chose, chose before, or as is known of them.

    Else the language is their browser's, and the zone the one that was agreed in or the owner's.
    """
    known = language_of(promise)
    language = request.GET.get("language") or request.COOKIES.get(LANGUAGE, "") or known
    if language in LANGUAGES:
        translation.activate(language)
        request.LANGUAGE_CODE = language
    chosen = (request.GET.get("zone"), request.COOKIES.get(ZONE))
    found = next((name for name in chosen if name and is_zone(name)), "")
    found = found or zone_of(promise, otherwise)
    return Look(translation.get_language() or settings.LANGUAGE_CODE, found)


def language_of(promise: Promise) -> str:
    """The language that is known of the other person; "" where none is, or none of ours."""
    known = promise.person.language if promise.person else ""
    return known if known in LANGUAGES else ""


def zone_of(promise: Promise, otherwise: str) -> str:
    """Their zone, where it is known; else the one that was agreed in, or the owner's."""
    known = promise.person.time_zone if promise.person else ""
    return known or otherwise or promise.owner.time_zone or "UTC"


def context_of(
    page: Shown, options: list[Option], pk: UUID, *, is_preview: bool = False
) -> dict[str, object]:
    """What the page's template needs: the same for the other person and for the preview."""
    return {
        "page": page,
        "options": options,
        "pk": pk,
        "is_preview": is_preview,
    }


def options_of(
    ground: Ground, look: Look, chosen: Choice | None = None, name: str = ""
) -> list[Option]:
    """The choices of this page, in order; nothing is chosen but what was just sent back."""
    situation = Situation(ground, look.zone, ground.now)
    return [
        Option(
            it,
            chosen if chosen is not None and it == name else form_of(it, situation),
            chosen is not None and it == name,
        )
        for it in shown.choices(ground)
    ]


class SeeOther(HttpResponseRedirect):
    """Whatever was sent, look there next, by GET."""

    status_code = 303


def _exchange(
    request: HttpRequest, signed: str, onward: str, *, even_closed: bool = False
) -> HttpResponse:
    found = inviting.find(signed, timezone.now(), even_closed=even_closed)
    if found is None:
        return _not_ours(request)
    response = SeeOther(reverse(onward, args=[found.pk]))
    response.set_cookie(
        COOKIE,
        signed,
        max_age=OPEN_FOR,
        path=_path(found.pk),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _by_cookie(request: HttpRequest, pk: UUID, *, even_closed: bool = False) -> Invitation:
    """The invitation whose cookie this browser has, if it is the one of this address.

    Raises NoLink where it is not, and inviting.Closed where it lets nobody in any more.
    """
    signed = request.COOKIES.get(COOKIE, "")
    found = inviting.find(signed, timezone.now(), even_closed=even_closed) if signed else None
    if found is None or found.pk != pk:
        raise NoLink
    return found


def _not_let_in(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page without anything of the promise; what they had just typed here is not lost."""
    kept = _typed(request) if is_from_here(request) else []
    return render(request, template, {"kept": kept}, status=status)


def _not_ours(request: HttpRequest) -> HttpResponse:
    """404; after many of them from one network, 429. Who asked is kept as a digest, for a while."""
    network = digest(NETWORKS, network_of(request))
    if is_over("link", network, timezone.now()):
        return too_many(request)
    raise NoLink


def _path(pk: UUID) -> str:
    return reverse("promise_links:promise_answer", args=[pk])


def _goodbye(pk: UUID, what: str) -> HttpResponse:
    response = SeeOther(reverse("promise_links:farewell", args=[what]))
    for name in (COOKIE, LANGUAGE, ZONE):
        response.delete_cookie(name, path=_path(pk), samesite="Lax")
    return response


def _page(
    request: HttpRequest,
    invitation: Invitation,
    ground: Ground,
    *,
    thanks: str = "",
    chosen: Choice | None = None,
    name: str = "",
    problem: str = "",
    kept: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    look = look_of(request, invitation.promise, ground.table.due_zone)
    page = shown.shown(ground, look.zone, invitation, thanks)
    context = context_of(page, options_of(ground, look, chosen, name), invitation.pk)
    context |= {
        "problem": problem,
        "kept": kept or [],
        "languages": settings.LANGUAGES,
        "language": look.language,
        "zones": zone_names(),
    }
    response = render(request, "promises/recipient/promise_answer.html", context, status=status)
    for asked, cookie, is_good in (
        ("language", LANGUAGE, LANGUAGES.__contains__),
        ("zone", ZONE, is_zone),
    ):
        value = request.GET.get(asked, "")
        if value and is_good(value):
            response.set_cookie(
                cookie,
                value,
                max_age=OPEN_FOR,
                path=_path(invitation.pk),
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
    return response


def _answered(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Take one choice: 303 where it is good, 409 where too late, 422 where it lacks something."""
    now = timezone.now()
    ground = shown.ground(invitation.promise, now)
    look = look_of(request, invitation.promise, ground.table.due_zone)
    name = request.POST.get("choice", "")
    seen = (request.POST.get("seq", ""), request.POST.get("version", ""))
    if name not in FORMS:
        words = _("Nothing was chosen yet. Choose one of the answers below.")
        return _page(request, invitation, ground, problem=words, kept=_typed(request), status=422)
    if name == NOT_MINE:
        inviting.disown(invitation, now)
        return _goodbye(invitation.pk, "astray")
    if seen != (str(ground.promise.seq), str(ground.table.number)) or (
        name not in shown.choices(ground)
    ):
        return _overtaken(request, invitation, ground, look, name)
    form = form_of(name, Situation(ground, look.zone, now), request.POST)
    if form.is_valid():
        try:
            with inviting.turn_of_guest(invitation, now) as turn:
                if turn.promise.seq != ground.promise.seq:
                    raise Stale
                form.act(turn)
                note_word(turn.promise.owner, invitation.person_id, now)
        except (Stale, Illegal):
            invitation.promise.refresh_from_db()
            ground = shown.ground(invitation.promise, now)
            return _overtaken(request, invitation, ground, look, name)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return SeeOther(f"{_path(invitation.pk)}?said={name}")
    words = _("This is not sent yet. Please look at what is marked.")
    return _page(request, invitation, ground, chosen=form, name=name, problem=words, status=422)


def _overtaken(
    request: HttpRequest, invitation: Invitation, ground: Ground, look: Look, name: str
) -> HttpResponse:
    """409: something else was said meanwhile, or this was said already. What they typed is kept."""
    problem = _(
        "Meanwhile this has moved on, so nothing was sent. This is how it stands now; "
        "what you wrote is kept."
    )
    if name not in shown.choices(ground):
        kept = _typed(request)
        return _page(request, invitation, ground, problem=problem, kept=kept, status=409)
    form = form_of(name, Situation(ground, look.zone, ground.now))
    form.initial = {field: request.POST.get(f"{name}-{field}", "") for field in form.fields}
    return _page(request, invitation, ground, chosen=form, name=name, problem=problem, status=409)


def _typed(request: HttpRequest) -> list[str]:
    """What was written in words, whatever the choice."""
    skip = ("choice", "seq", "version", "csrfmiddlewaretoken")
    values = [str(text) for key, text in request.POST.items() if key not in skip]
    return [text for text in values if len(text) > 12 or " " in text.strip()]
