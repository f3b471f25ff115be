"""Two sittings that Mira brought to an end and one that she left, told by the verbs themselves."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import override

from apps.core.periods import zone
from apps.home.demo import texts
from apps.home.demo.days import HOME_ZONE
from apps.home.demo.plan import Life
from apps.journal.drafting import Hand
from apps.journal.settling import try_to_settle
from apps.people.models import Person
from apps.promises.models import Promise
from apps.sittings import saving
from apps.sittings.answers import Given
from apps.sittings.beginning import begin
from apps.sittings.ending import Commitment, finish, makings_of
from apps.sittings.reading import sat
from apps.sittings.sessions import shipped

# Their entries come on top of those that were asked for: of a life of few, or one that is measured,
# there are exactly as many as were asked for.
LEAST_ENTRIES, MOST_ENTRIES = 400, 1_000


def add(life: Life) -> None:
    """Everything of words/sittings.toml."""
    if not LEAST_ENTRIES <= life.entries <= MOST_ENTRIES:
        return
    what = {row["key"]: row["what"] for row in texts.promises()}
    promises = {row.what: row for row in Promise.objects.for_user(life.owner).only("what")}
    names = {key: someone.name for key, someone in texts.people().items()}
    people = {row.name: row for row in Person.objects.for_user(life.owner).only("name")}
    ids = {key: str(promises[words].pk) for key, words in what.items() if words in promises}
    ids |= {key: str(people[name].pk) for key, name in names.items() if name in people}
    with override("en"):
        for told in texts.sittings():
            _sit(life, told, ids)


def _sit(life: Life, told: dict[str, Any], ids: dict[str, str]) -> None:
    day = life.today + timedelta(days=told["on"])
    now = datetime.combine(day, time.fromisoformat(told["at"]), zone(HOME_ZONE)).astimezone(UTC)
    about = Promise.objects.for_user(life.owner)
    sitting = begin(
        owner=life.owner,
        session=shipped()[told["session"]],
        promise=about.filter(pk=ids[told["promise"]]).first() if "promise" in told else None,
        now=now,
    )
    each = timedelta(minutes=told["minutes"]) / len(told["answer"])
    for number, answer in enumerate(told["answer"], start=1):
        saving.save(
            owner=life.owner,
            sitting_id=sitting.pk,
            place=sat(life.owner, sitting.pk).at(answer["place"]),
            given=_given(answer, ids),
            hand=Hand(writer=life.owner.pk, sequence=None, expected_version=0),
            opened_at=None,
            now=now + each * number,
        )
    if "ended" not in told:
        return
    ends = now + timedelta(minutes=told["minutes"])
    whole = sat(life.owner, sitting.pk)
    commitment = None
    if "commitment" in told:
        commitment = Commitment(told["commitment"], day + timedelta(days=told["due"]))
    ended = finish(
        owner=life.owner,
        sat=whole,
        taken={making.place for making in makings_of(whole)},
        title=told["title"],
        commitment=commitment,
        now=ends,
    )
    if ended.entry_id:
        try_to_settle(life.owner, ended.entry_id)


def _given(answer: dict[str, Any], ids: dict[str, str]) -> Given:
    value = {name: answer[name] for name in ("left", "right", "moment", "move") if name in answer}
    picked = [*answer.get("people", ()), *([answer["promise"]] if "promise" in answer else ())]
    if picked:
        value["picked"] = [ids[key] for key in picked]
    return Given(answer.get("text", ""), value)
