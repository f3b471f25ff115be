"""What Mira looks after, told by the verbs themselves, and tied to what she wrote and promised."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apps.cares import joining, resting, stating
from apps.cares.models import Care
from apps.cares.stating import Said
from apps.home.demo import texts
from apps.home.demo.plan import Life
from apps.home.demo.rows import insert
from apps.journal.models import Entry, EntryCare
from apps.people.models import Person
from apps.promises.models import Promise, PromiseCare


def add(life: Life) -> None:
    """Everything of words/cares.toml, in the order in which it happened; then the ties."""
    told = {row["key"]: row for row in texts.cares()}
    by_name = {person.name: person for person in Person.objects.for_user(life.owner)}
    people = {someone.key: by_name.get(someone.name) for someone in texts.people().values()}
    made: dict[str, Care] = {}
    steps = [
        *((row["on"], key, {"do": "state"}) for key, row in told.items() if "on" in row),
        *((step["on"], key, step) for key, row in told.items() for step in row["steps"]),
    ]
    for on, key, step in sorted(steps, key=lambda it: it[0]):
        _take(life, told, people, made, key, step, _moment(life, on))
    _tie_entries(life, told, made)
    _tie_promises(life, told, made)


def _take(
    life: Life,
    told: dict[str, Any],
    people: dict[str, Person | None],
    made: dict[str, Care],
    key: str,
    step: dict[str, Any],
    now: datetime,
) -> None:
    row = told[key]
    common: dict[str, Any] = {"owner": life.owner, "now": now}
    if step["do"] == "state":
        begun_on = life.today + timedelta(days=row["since"]) if "since" in row else None
        said = _said(row, people)
        made[key] = stating.state(said=said, label=row["label"], begun_on=begun_on, **common)
        return
    common["care"] = made[key].pk
    if step["do"] == "again":
        made[key].refresh_from_db()
        said = _said({"domain": row.get("domain", ""), **step}, people)
        after, changed = made[key].version, step["what_changed"]
        stating.restate(said=said, after=after, what_changed=changed, **common)
    elif step["do"] == "split":
        parts = [joining.Part(told[part]["text"], told[part]["label"]) for part in step["parts"]]
        new = joining.split(parts=parts, note=step["note"], **common)
        made.update(zip(step["parts"], new, strict=True))
    elif step["do"] == "rename":
        resting.rename(label=step["label"], **common)
    elif step["do"] == "holds":
        stating.still_holds(**common)
    else:
        verb = {"rest": resting.rest, "resume": resting.resume}[step["do"]]
        verb(note=step["note"], **common)


def _said(row: dict[str, Any], people: dict[str, Person | None]) -> Said:
    return Said(
        row["text"],
        because=row.get("because", ""),
        person=people.get(row.get("for", "")),
        for_whom=row.get("for_whom", ""),
        domain=row.get("domain", ""),
        standing=row.get("standing", "held"),
    )


def _tie_entries(life: Life, told: dict[str, Any], made: dict[str, Care]) -> None:
    """Entries that say its words, once it was there to be tied to, and until it went on."""
    chance = life.chance("cares")
    patterns = {key: re.compile(rf"\b(?:{row['words']})") for key, row in told.items()}
    split = {
        part: step["on"]
        for row in told.values()
        for step in row["steps"]
        for part in step.get("parts", ())
    }
    ends = {care.pk: care.ended_on for care in Care.objects.for_user(life.owner)}
    links = []
    entries = Entry.objects.for_user(life.owner).kept().only("owner_id", "body", "local_date")
    for entry in entries.order_by("occurred_at", "id").iterator(500):
        for key, care in made.items():
            since = life.today + timedelta(days=told[key].get("on", split.get(key, 0)))
            is_then = since <= entry.local_date <= (ends[care.pk] or life.today)
            if is_then and patterns[key].search(entry.body) and chance.is_true(told[key]["often"]):
                at = datetime.combine(entry.local_date, time(20), UTC)
                stamps = {"created_at": at, "updated_at": at}
                links.append(
                    EntryCare(
                        id=chance.new_id(at), owner=life.owner, entry=entry, care=care, **stamps
                    )
                )
    insert(EntryCare, links)


def _tie_promises(life: Life, told: dict[str, Any], made: dict[str, Care]) -> None:
    what = {row["key"]: row["what"] for row in texts.promises()}
    promises = {row.what: row for row in Promise.objects.for_user(life.owner).only("what")}
    PromiseCare.objects.bulk_create(
        PromiseCare(owner=life.owner, promise=promises[what[name]], care=made[key])
        for key in made
        for name in told[key]["promises"]
        if what[name] in promises
    )


def _moment(life: Life, on: int) -> datetime:
    return datetime.combine(max(life.today + timedelta(days=on), life.begins), time(19), UTC)
