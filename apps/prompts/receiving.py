"""Taking a pack out of a file: every question as if it had been typed, all of it or nothing."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.prompts import authoring, preferring
from apps.prompts.authoring import MOST_PROMPTS, Said
from apps.prompts.forms import TOO_LARGE, PackForm, PromptForm, language_now
from apps.prompts.models import Pack
from apps.prompts.sharing import NotAPack, ReadPack, read

MOST_TOLD = 5
REASONS: dict[str, Any] = {
    "large": TOO_LARGE,
    "json": gettext_lazy("This file cannot be read. Choose one that was saved from a pack."),
    "format": gettext_lazy("There is no pack in this file. Choose one that was saved from a pack."),
    "texts": gettext_lazy("Something in this file is not a text where one should be."),
}


class NotTaken(Exception):
    """The pack cannot be kept; `sentences` say why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("a pack was not taken")
        self.sentences = sentences


def receive(owner: User, content: bytes) -> Pack:
    """Keep the pack of a file as one's own, switched off until its owner has looked at it.

    Raises NotTaken, with the first MOST_TOLD sentences.
    """
    try:
        found = read(content, language_now())
    except NotAPack as problem:
        raise NotTaken([str(REASONS[problem.reason])]) from problem
    pack_form = PackForm({"name": found.name, "about": found.about})
    sentences = [
        _("Its name: %(why)s") % {"why": why}
        for errors in pack_form.errors.values()
        for why in errors
    ]
    said = _questions(found, sentences)
    if not said and not sentences:
        sentences.append(_("There is no question in this pack."))
    if sentences:
        raise NotTaken(sentences[:MOST_TOLD])
    return _keep(owner, pack_form.cleaned_data, said)


def _questions(found: ReadPack, sentences: list[str]) -> list[Said]:
    """The questions as they will be kept; what is amiss goes to the sentences."""
    if len(found.prompts) > MOST_PROMPTS:
        sentences.append(
            _("There are more than %(most)s questions in it. Save it as several packs.")
            % {"most": MOST_PROMPTS}
        )
        return []
    said = []
    for number, each in enumerate(found.prompts, start=1):
        form = PromptForm(
            {
                "text": each.text,
                "follow_up": each.follow_up,
                "weight": each.weight,
                "cadence": each.cadence,
            }
        )
        if form.is_valid():
            said.append(form.said)
        sentences += [
            _("Question %(number)s: %(why)s") % {"number": number, "why": why}
            for errors in form.errors.values()
            for why in errors
        ]
    return said


@transaction.atomic
def _keep(owner: User, pack_data: dict[str, str], said: list[Said]) -> Pack:
    pack = authoring.make_pack(
        owner=owner,
        name=pack_data["name"],
        about=pack_data["about"],
        language=language_now(),
    )
    authoring.add_prompts(pack, said)
    preferring.set_pack(owner, pack, None)
    return pack
