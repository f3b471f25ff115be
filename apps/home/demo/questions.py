"""What Mira was asked in the last weeks, a pack of her own, and answers from other years."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from apps.home.demo import texts
from apps.home.demo.plan import Life
from apps.journal.drafting import Draft, Hand, save
from apps.prompts import asking, authoring, preferring
from apps.prompts.models import Prompt, Serving, Wording
from apps.prompts.today import Open

DAYS = 21


def add(life: Life) -> None:
    """All of words/questions.toml. Where no packs are loaded there is her own alone."""
    told = texts.questions()
    _own_pack(life, told["pack"])
    for row in told["answer"]:
        wording = Wording.objects.shipped().filter(prompt__key=row["to"], language="en").last()
        if wording is not None:
            _write(life, row["text"], life.today + timedelta(days=row["on"]), wording)
    liked = Prompt.objects.shipped().filter(key__in=told["liked"])
    for prompt in liked.order_by("key"):
        preferring.like(life.owner, prompt, liked=True)
    chance = life.chance("questions")
    for ago in range(DAYS, 0, -1):
        day = life.today - timedelta(days=ago)
        serving = asking.ask(life.owner, day, Open(), is_dwelling=False)
        if serving is not None and chance.is_true(0.4):
            skipped = Serving.Outcome.SKIPPED
            asking.settle(life.owner, serving.pk, skipped, day, _evening(day))


def _own_pack(life: Life, told: dict[str, Any]) -> None:
    words = {"name": told["name"], "about": told["about"], "language": "en"}
    pack = authoring.make_pack(owner=life.owner, **words)
    said = [authoring.Said(text=text, language="en") for text in told["questions"]]
    authoring.add_prompts(pack, said)


def _write(life: Life, text: str, day: date, wording: Wording) -> None:
    chance, at = life.chance(f"answer {day}"), _evening(day)
    draft = Draft(
        title="",
        body=text,
        local_date=day,
        occurred_at=at,
        time_zone=life.owner.time_zone,
        question=wording.pk,
    )
    hand = Hand(chance.new_id(at), 1, 0)
    save(owner=life.owner, entry_id=chance.new_id(at), draft=draft, hand=hand, now=at)


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(18, 30), UTC)
