"""Packs and questions of one's own: making, changing, letting go.

Other words are another version; the old ones stay for what was answered. What nothing refers to is
deleted for good; a question that was answered is only asked no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, RestrictedError

from apps.accounts.models import User
from apps.prompts.models import Pack, Prompt, Wording

MOST_PACKS = 20
MOST_PROMPTS = 60


@dataclass(frozen=True)
class Said:
    """A question as somebody wrote it, in one language. `needs` is the blank in its text, or ""."""

    text: str
    language: str
    follow_up: str = ""
    weight: str = Prompt.Weight.LIGHT
    cadence: str = Prompt.Cadence.QUARTER
    needs: str = ""


def make_pack(*, owner: User, name: str, about: str, language: str) -> Pack:
    """Begin a pack. It is asked from as soon as there is something in it."""
    return Pack.objects.create(
        owner=owner, names={language: name}, abouts={language: about} if about else {}
    )


def change_pack(pack: Pack, *, name: str, about: str, language: str) -> None:
    """Another name, other words on what it is for. They are in one language."""
    pack.names = {language: name}
    pack.abouts = {language: about} if about else {}
    pack.save(update_fields=["names", "abouts", "updated_at"])


def add_prompt(pack: Pack, said: Said) -> Prompt:
    """Put a question at the end of one's own pack."""
    [prompt] = add_prompts(pack, [said])
    return prompt


@transaction.atomic
def add_prompts(pack: Pack, said: Sequence[Said]) -> list[Prompt]:
    """Put questions at the end of one's own pack, in their order."""
    # Whoever adds others at the same moment waits here for their numbers.
    Pack.objects.select_for_update().get(pk=pack.pk, owner=pack.owner_id)
    rows = Prompt.objects.filter(owner=pack.owner_id, pack=pack)
    last = rows.aggregate(last=Max("order"))["last"] or 0
    prompts = [
        Prompt(
            owner_id=pack.owner_id,
            pack=pack,
            key=str(number),
            order=number,
            weight=each.weight,
            cadence=each.cadence,
            needs=each.needs,
        )
        for number, each in enumerate(said, start=last + 1)
    ]
    Prompt.objects.bulk_create(prompts)
    Wording.objects.bulk_create(map(_wording, prompts, said))
    return prompts


@transaction.atomic
def change_prompt(owner: User, prompt_id: UUID, said: Said) -> Prompt:
    """Say it otherwise: a new version where its words are others, the same where they are not.

    Raises Prompt.DoesNotExist for a question that is not this person's.
    """
    prompt = Prompt.objects.for_user(owner).select_for_update().get(pk=prompt_id)
    words = Wording.objects.for_user(owner).filter(prompt=prompt, version=prompt.version)
    if not words.filter(text=said.text, follow_up=said.follow_up).exists():
        prompt.version += 1
        _wording(prompt, said).save(force_insert=True)
    prompt.weight, prompt.cadence, prompt.needs = said.weight, said.cadence, said.needs
    prompt.save(update_fields=["version", "weight", "cadence", "needs", "updated_at"])
    return prompt


def let_prompt_go(prompt: Prompt, today: date) -> bool:
    """Delete a question, or retire it where an answer holds on to its words. Says if it is gone."""
    try:
        with transaction.atomic():
            Wording.objects.filter(owner=prompt.owner_id, prompt=prompt).delete()
            prompt.delete()
    except RestrictedError:
        prompt.retired_on = today
        prompt.save(update_fields=["retired_on", "updated_at"])
        return False
    return True


@transaction.atomic
def let_pack_go(pack: Pack, now: datetime, today: date) -> None:
    """Delete a pack with its questions; those that were answered stay with their answers."""
    rows = Prompt.objects.filter(owner=pack.owner_id, pack=pack).order_by("pk")
    gone = [let_prompt_go(prompt, today) for prompt in rows]
    if all(gone):
        pack.delete()
    else:
        pack.archived_at = now
        pack.save(update_fields=["archived_at", "updated_at"])


def _wording(prompt: Prompt, said: Said) -> Wording:
    return Wording(
        owner_id=prompt.owner_id,
        prompt=prompt,
        version=prompt.version,
        language=said.language,
        text=said.text,
        follow_up=said.follow_up,
    )
