"""Asking somebody the question of a day, and what becomes of it.

What is chosen is the rule's (`daily`); here is what it is told, and what is kept of what it says.
What there is to ask about lies in apps to the right, so whoever asks hands it in.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.core.statements import KeyedStatement, Reading, Steps
from apps.prompts import daily, decks
from apps.prompts import today as rule
from apps.prompts.models import Deck, Pack, PackSetting, Preference, Prompt, Serving, Setting
from apps.prompts.models.prompt import worded_in
from apps.prompts.models.wording import BLANK, Wording

# Of four a day, thirty days; of somebody who comes once a week, two years.
PAST = 120
LATER = timedelta(weeks=1)
NOT_ABOUT = timedelta(days=rule.NOT_ABOUT_DAYS)


@Reading
def question_of(user: User, day: date) -> Steps[Serving | None]:
    """The last question of this day, with its follow-up, if one is kept; one query."""
    return next(iter((yield from _of_day.begun(owner=user.pk, day=day))), None)


@KeyedStatement
def _of_day(owner: Any, day: Any) -> Any:
    rows = Serving.objects.filter(owner=owner, local_date=day).select_related("wording")
    columns = ("owner_id", "local_date", "slot", "text", "about", "outcome", "prompt_id")
    return rows.only(*columns, "wording__follow_up").order_by("-slot")[:1]


def look(user: User, day: date, open_today: rule.Open, *, is_dwelling: bool) -> Serving | None:
    """The question of this day, as it is kept or as it would be chosen now. Writes nothing."""
    rows = Serving.objects.for_user(user).filter(local_date=day).order_by("-slot")
    kept = rows.select_related("wording", "prompt__pack").first()
    if kept is not None:
        return kept
    told = _told(user, day, open_today, is_dwelling=is_dwelling)
    if told.asked:  # by another page, since the look above
        return look(user, day, open_today, is_dwelling=is_dwelling)
    found = daily.choose(told)
    return _serving(user, day, found) if isinstance(found, daily.Choice) else None


def ask(user: User, day: date, open_today: rule.Open, *, is_dwelling: bool) -> Serving | None:
    """Keep the question of this day: the one there is, else the one the rule chooses.

    None when there is nothing to ask. Two at once keep one.
    """
    kept = question_of(user, day)
    if kept is not None:
        return kept
    told = _told(user, day, open_today, is_dwelling=is_dwelling)
    if told.asked:  # by another page, since the look above
        return question_of(user, day)
    return _keep(user, day, daily.choose(told))


def swap(
    user: User, day: date, open_today: rule.Open, now: datetime, *, is_dwelling: bool
) -> Serving | None:
    """Another question for a day that has one, three times at most. None when there is no other.

    The one before stays on the day, as swapped if nothing else had become of it.
    """
    before = question_of(user, day)
    if before is None:
        return None
    found = daily.swap(_told(user, day, open_today, is_dwelling=is_dwelling))
    with transaction.atomic():
        other = _keep(user, day, found)
        if other is not None and other != before:
            settle(user, before.pk, Serving.Outcome.SWAPPED, day, now)
    return other


@transaction.atomic
def settle(user: User, pk: UUID, outcome: str, day: date, now: datetime) -> Serving | None:
    """Note what became of a question. None when it is gone, or something has become of it already.

    One that is put off rests for a week; of a thing that is not to be asked about nothing is asked
    for thirty days. One that is written about in the end was answered, whatever was said before.
    """
    rows = Serving.objects.for_user(user).select_for_update(of=("self",))
    serving = rows.filter(pk=pk).select_related("prompt__pack").first()
    written = outcome == Serving.Outcome.WRITTEN
    is_open = serving is not None and serving.outcome == Serving.Outcome.NONE
    if serving is None or not (is_open or written):
        return None
    serving.outcome, serving.decided_at = outcome, now
    serving.not_about_until = None
    if outcome == Serving.Outcome.NOT_THIS and serving.about:
        serving.not_about_until = day + NOT_ABOUT
    serving.save(update_fields=["outcome", "decided_at", "not_about_until", "updated_at"])
    if outcome == Serving.Outcome.SNOOZED:
        Preference.objects.for_user(user).update_or_create(
            owner=user, prompt=serving.prompt, defaults={"snoozed_until": day + LATER}
        )
    deck = Deck.objects.for_user(user).select_for_update().filter(pack=serving.prompt.pack).first()
    if deck is not None:
        _keep_deck(user, serving.prompt.pack, decks.settle(_pure(deck), serving.prompt_id, outcome))
    return serving


def _keep(user: User, day: date, found: daily.Choice | daily.Nothing) -> Serving | None:
    if isinstance(found, daily.Nothing):
        return None
    serving = _serving(user, day, found)
    try:
        with transaction.atomic():
            serving.save(force_insert=True)
            _keep_deck(user, serving.prompt.pack, found.deck)
    except IntegrityError:
        # Another page of this person's was quicker; theirs is the one.
        return question_of(user, day)
    return serving


def _told(user: User, day: date, open_today: rule.Open, *, is_dwelling: bool) -> rule.Today:
    """All that the rule is told: some eight queries, of the questions and of the last months."""
    settings = {row.pack_id: row for row in PackSetting.objects.for_user(user)}
    packs = {row.pk: row for row in Pack.objects.open_to(user).filter(archived_at=None)}
    blanks: dict[UUID, set[str]] = defaultdict(set)
    prompts: dict[UUID, list[Prompt]] = defaultdict(list)
    for prompt in Prompt.objects.open_to(user).filter(pack__in=packs, retired_on=None):
        prompts[prompt.pack_id].append(prompt)
    with_blanks = Wording.objects.open_to(user).filter(text__contains="{")
    for prompt_id, text in with_blanks.values_list("prompt_id", "text"):
        blanks[prompt_id].update(BLANK.findall(text))
    rows = Serving.objects.for_user(user).select_related("prompt").order_by("-local_date", "-slot")
    preferences = list(Preference.objects.for_user(user))
    return rule.Today(
        seed=str(user.pk),
        day=day,
        library=[
            decks.Pack(
                key=str(pack),
                kind=pack.kind,
                weight=setting.weight,
                is_on=setting.is_on,
                prompts=tuple(_described(row, blanks[row.pk]) for row in prompts[pack.pk]),
            )
            for pack in packs.values()
            for setting in [settings.get(pack.pk) or PackSetting(pack=pack)]
        ],
        decks={
            str(packs[row.pack_id]): _pure(row)
            for row in Deck.objects.for_user(user)
            if row.pack_id in packs
        },
        past=_past(list(rows[:PAST])),
        wishes=rule.Wishes(
            light_only=Setting.objects.for_user(user).filter(light_only=True).exists(),
            not_for_me=frozenset(row.prompt_id for row in preferences if row.not_for_me_at),
            snoozed=frozenset(row.prompt_id for row in preferences if row.is_resting(day)),
            is_dwelling=is_dwelling,
        ),
        open=open_today,
    )


def _described(prompt: Prompt, blanks: set[str]) -> decks.Prompt:
    return decks.Prompt(
        id=prompt.pk,
        key=prompt.key,
        weight=prompt.weight,
        needs=prompt.needs,
        fits=tuple(prompt.fits),
        blanks=frozenset(blanks),
    )


def _past(rows: list[Serving]) -> rule.Past:
    return rule.Past(
        servings=[
            rule.Serving(
                day=row.local_date,
                slot=row.slot,
                prompt=row.prompt_id,
                is_heavy=row.prompt.weight == Prompt.Weight.HEAVY,
                is_triggered=row.reason == Serving.Reason.TRIGGERED,
                about=row.about,
                not_about_until=row.not_about_until,
            )
            for row in rows
        ],
        is_new=len(rows) < len(daily.FIRST_DAYS),
    )


def _pure(deck: Deck) -> decks.Deck:
    return decks.Deck(
        cycle=deck.cycle,
        remaining=tuple(deck.remaining),
        asked=tuple(deck.asked),
        skipped=frozenset(deck.skipped),
        served=tuple(deck.served),
        turn=deck.turn,
    )


def _keep_deck(user: User, pack: Pack, deck: decks.Deck) -> None:
    Deck.objects.for_user(user).update_or_create(
        owner=user,
        pack=pack,
        defaults={
            "cycle": deck.cycle,
            "remaining": list(deck.remaining),
            "asked": list(deck.asked),
            "skipped": sorted(deck.skipped, key=str),
            "served": list(deck.served),
            "turn": deck.turn,
        },
    )


def _serving(user: User, day: date, choice: daily.Choice) -> Serving:
    """What was chosen, in the person's language, not saved yet."""
    rows = Prompt.objects.open_to(user).with_wordings().select_related("pack")
    prompt = rows.get(pk=choice.prompt)
    wording = worded_in(prompt.worded, user.language)
    return Serving(
        owner=user,
        local_date=day,
        slot=choice.slot,
        prompt=prompt,
        wording=wording,
        text=wording.filled(choice.blanks),
        reason=choice.reason,
        occasion=choice.occasion,
        about=choice.about,
        score=choice.score,
        is_kept_free=choice.is_kept_free,
    )
