"""The files of the guided sessions have the form that the README beside them describes."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.core.shipped import read_shipped

FILES = sorted((settings.ROOT / "apps" / "sittings" / "sessions").glob("*.toml"))
LANGUAGES = {code.split("-")[0] for code, _ in settings.LANGUAGES}
TEXT_LENGTH = 240

CADENCES = {"day", "week", "month", "quarter", "year", "event", "any"}
PARTS = {
    *("promises", "people", "cares", "works", "frictions"),
    *("chapters", "learning", "sketches", "letters"),
}
MOMENTS = {
    *("day", "week_begin", "week_end", "month_end", "quarter_end", "year_end", "landmark"),
    *("promise_closed", "work_closed", "sore_day", "learning", "change"),
}
# Each kind of step, with the part it picks from.
KINDS = {
    **dict.fromkeys(("text", "line", "list", "choice", "choices", "scale", "date"), ""),
    **dict.fromkeys(("two_sided", "if_then", "read"), ""),
    **dict.fromkeys(("person", "people"), "people"),
    **dict.fromkeys(("promise", "promises"), "promises"),
    **dict.fromkeys(("care", "cares"), "cares"),
    "work": "works",
}
# What may be shown beside a step, with the part it comes from.
BESIDE = {
    **dict.fromkeys(("promises_due", "promises_week", "promises_closed"), "promises"),
    **dict.fromkeys(("promise_terms", "promise_events", "week_plan", "figures"), "promises"),
    **dict.fromkeys(("entries_week", "entries_month", "entries_quarter"), ""),
    **dict.fromkeys(("last_answers", "domain_check"), ""),
    **dict.fromkeys(("people_heard", "people_quiet"), "people"),
    **dict.fromkeys(("cares", "cares_touched"), "cares"),
}
# What an answer may become, with the kinds of step it may be made of.
MAKES = {
    "person_link": {"person", "people"},
    "care_link": {"care", "cares"},
    "promise_link": {"promise", "promises"},
    "mood": {"scale"},
    "energy": {"scale"},
    "contact_log": {"line", "text"},
    "care_statement": {"text"},
    "still_holds": {"cares"},
    "week_plan": {"promises"},
    "domain_check": {"scale"},
    "promise_to_self": {"line"},
    "tag": {"line"},
    "star": {"choice"},
    "if_then": {"if_then"},
    "lesson": {"line"},
    "title": {"line"},
}
# What makes a typed row only when it is asked for each of these.
FOR_EACH_OF = {"contact_log": "people", "care_statement": "cares", "domain_check": "choices"}
MANY = {"list", "choices", "people", "promises", "cares"}

SESSION_KEYS = {
    *("key", "number", "version", "name", "about", "minutes", "cadence", "needs", "moments"),
    *("stops", "comes_back", "step"),
}
# The keys a step must have, by its kind, and those that any may have.
STEP_KEYS = {
    "choice": {"choices"},
    "choices": {"choices"},
    "scale": {"low", "high", "low_label", "high_label"},
    "two_sided": {"left", "right"},
}
STEP_MAY = {"help", "beside", "for_each", "when", "makes", "commits"}
SLUG = re.compile(r"[a-z][a-z0-9_]*")
BLANK = re.compile(r"\{\w*\}")
STRAIGHT = re.compile(r"""["'`]|\.\.\.""")


def wrong_keys(found: dict[str, Any], must: set[str], may: set[str], place: str) -> Iterator[str]:
    """Keys that are missing or that nobody reads."""
    yield from (f"{place} has no {key}" for key in sorted(must - found.keys()))
    yield from (f"{place} has a {key} too many" for key in sorted(found.keys() - must - may))


def wrong_texts(found: Any, place: str) -> Iterator[str]:
    """Texts that are too long for a page or typed with the quotes of a typewriter."""
    if isinstance(found, dict) and LANGUAGES & found.keys():
        for language, text in found.items():
            if len(text) > TEXT_LENGTH:
                yield f"{place}.{language} is too long"
            if STRAIGHT.search(text):
                yield f"{place}.{language} has straight quotes or dots"
    elif isinstance(found, dict):
        for key, item in found.items():
            yield from wrong_texts(item, f"{place}.{key}")
    elif isinstance(found, list):
        for item in (it for it in found if isinstance(it, dict)):
            yield from wrong_texts(item, f"{place}.{item.get('key', item.get('value'))}")


def wrong_choices(step: dict[str, Any], place: str) -> Iterator[str]:
    """Choices that are too few, or that could not be told from each other."""
    values = [choice["value"] for choice in step.get("choices", [])]
    if "choices" in step and (len(values) < 2 or len(set(values)) < len(values)):
        yield f"{place} has choices that are none"
    yield from (f"{place} has an odd value {it}" for it in values if not SLUG.fullmatch(it))


def wrong_scale(step: dict[str, Any], place: str) -> Iterator[str]:
    """A scale without a length; mood and energy have the steps that entries have."""
    if step["kind"] == "scale" and step["low"] >= step["high"]:
        yield f"{place} has no way up its scale"
    if step.get("makes") in {"mood", "energy"} and ((step.get("low"), step.get("high")) != (-2, 2)):
        yield f"{place} is not on the scale of entries"


def wrong_ties(
    step: dict[str, Any], earlier: dict[str, dict[str, Any]], place: str
) -> Iterator[str]:
    """A step that is asked for each of what is not there, or when nothing can be so."""
    picked = earlier.get(step.get("for_each", ""), {})
    if "for_each" in step and (picked.get("kind") not in MANY or "for_each" in picked):
        yield f"{place} is asked for each of nothing"
    blanks = [{"{it}"} if "for_each" in step else set()] * len(LANGUAGES)
    if [set(BLANK.findall(text)) for text in step["question"].values()] != blanks:
        yield f"{place} does not name what it is asked for"
    if "when" in step:
        asked = earlier.get(step["when"]["step"], {})
        values = {choice["value"] for choice in asked.get("choices", [])}
        if not step["when"]["is"] or not set(step["when"]["is"]) <= values or "for_each" in asked:
            yield f"{place} is never asked"


def wrong_makes(
    step: dict[str, Any], earlier: dict[str, dict[str, Any]], place: str
) -> Iterator[str]:
    """What an answer of this kind cannot become."""
    makes = step.get("makes")
    if makes is not None and step["kind"] not in MAKES.get(makes, set()):
        yield f"{place} cannot make {makes}"
    of = earlier.get(step.get("for_each", ""), {}).get("kind")
    if makes in FOR_EACH_OF and of != FOR_EACH_OF[makes]:
        yield f"{place} makes {makes} of something else"
    if makes == "domain_check" and step["key"] not in {"matters", "lived"}:
        yield f"{place} is neither what matters nor what was lived"
    if "commits" in step and (
        step["kind"] not in {"line", "text", "if_then"} or "for_each" in step
    ):
        yield f"{place} is not one thing to commit to"


def wrong_step(
    step: dict[str, Any], earlier: dict[str, dict[str, Any]], place: str
) -> Iterator[str]:
    """What is not as it must be in one step, given those before it."""
    if step["kind"] not in KINDS:
        yield f"{place} has the unknown kind {step['kind']}"
        return
    if not SLUG.fullmatch(step["key"]) or step["key"] in earlier:
        yield f"{place} cannot be told by its key"
    must = {"key", "kind", "question"} | STEP_KEYS.get(step["kind"], set())
    missing = list(wrong_keys(step, must, STEP_MAY, place))
    if missing:
        yield from missing
        return
    reads = step["kind"] == "read"
    if reads and not step.keys() & {"beside", "help"}:
        yield f"{place} shows nothing"
    ends = "." if reads else ("?", ".")
    if not all(text.endswith(ends) for text in step["question"].values()):
        yield f"{place} does not ask"
    unknown = set(step.get("beside", ())) - BESIDE.keys()
    yield from (f"{place} stands beside the unknown {it}" for it in sorted(unknown))
    yield from wrong_choices(step, place)
    yield from wrong_scale(step, place)
    yield from wrong_ties(step, earlier, place)
    yield from wrong_makes(step, earlier, place)


def parts_asked_for(steps: list[dict[str, Any]]) -> set[str]:
    """The parts that these steps pick from or show."""
    parts = {KINDS.get(step["kind"], "") for step in steps}
    parts |= {BESIDE.get(it, "") for step in steps for it in step.get("beside", ())}
    return parts - {""}


def wrong_words_of_cares(steps: list[dict[str, Any]], place: str) -> Iterator[str]:
    """A new statement of a care that does not say what changed."""
    for step, after in zip(steps, [*steps[1:], {}], strict=True):
        if step.get("makes") == "care_statement" and (
            after.get("key") != "what_changed" or after.get("for_each") != step.get("for_each")
        ):
            yield f"{place}.{step['key']} does not ask what changed"


def wrong_session(session: dict[str, Any], name: str) -> list[str]:
    """Everything in this session, of the file with this name, that is not as it must be."""
    wrong = list(wrong_keys(session, SESSION_KEYS, {"note"}, name))
    if wrong:
        return wrong
    steps = session["step"]
    if session["key"].replace("-", "_") != name:
        wrong.append(f"{name} has the key of another file")
    low, high = session["minutes"]
    if not 1 <= low <= high <= 120:
        wrong.append(f"{name} takes no sensible time")
    if session["version"] < 1 or session["cadence"] not in CADENCES:
        wrong.append(f"{name} has an unknown version or cadence")
    if set(session["needs"]) - PARTS or set(session["moments"]) - MOMENTS:
        wrong.append(f"{name} needs or meets what is not there")
    if not session["moments"] and session["cadence"] != "any":
        wrong.append(f"{name} is never offered")
    if parts_asked_for(steps) - set(session["needs"]):
        wrong.append(f"{name} does not say which parts it needs")
    if session["stops"] and (session["comes_back"] or "note" not in session):
        wrong.append(f"{name} is hard and does not say so, or comes back")
    if not 3 <= len(steps) <= 14:
        wrong.append(f"{name} has too few steps or too many")
    if sum("commits" in step for step in steps) > 1:
        wrong.append(f"{name} commits to two things")
    earlier: dict[str, dict[str, Any]] = {}
    for step in steps:
        wrong += wrong_step(step, earlier, f"{name}.{step['key']}")
        earlier[step["key"]] = step
    wrong += wrong_words_of_cares(steps, name)
    wrong += wrong_texts(session, name)
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_has_the_form_of_a_session(path: Path) -> None:
    assert wrong_session(read_shipped(path), path.stem) == []


def test_there_are_nineteen_each_with_its_own_number() -> None:
    sessions = [read_shipped(path) for path in FILES]
    assert sorted(session["number"] for session in sessions) == list(range(1, 20))
    assert len({session["key"] for session in sessions}) == 19
    for language in LANGUAGES:
        assert len({session["name"][language] for session in sessions}) == 19


def test_the_sore_page_stops_and_is_never_brought_back() -> None:
    sessions = {path.stem: read_shipped(path) for path in FILES}
    assert {name for name, session in sessions.items() if session["stops"]} == {"stepping_back"}
    assert {name for name, session in sessions.items() if not session["comes_back"]} == {
        "stepping_back",
        "year_letter",
    }


# A small session with every sort of step, and nothing wrong in it.
SOUND = """
key = "a-look"
number = 1
version = 1
name = { en = "A look", de = "Ein Blick" }
about = { en = "To look once.", de = "Um einmal hinzusehen." }
minutes = [5, 10]
cadence = "week"
needs = ["cares", "people"]
moments = ["week_end"]
stops = true
comes_back = false
note = { en = "Stop any time.", de = "Hör auf, wann du magst." }
[[step]]
key = "cares"
kind = "cares"
question = { en = "Which?", de = "Welche?" }
beside = ["cares_touched"]
[[step]]
key = "words"
kind = "text"
for_each = "cares"
question = { en = "What of {it}?", de = "Was ist mit {it}?" }
makes = "care_statement"
[[step]]
key = "what_changed"
kind = "line"
for_each = "cares"
question = { en = "What changed in {it}?", de = "Was ist anders an {it}?" }
[[step]]
key = "heard"
kind = "people"
question = { en = "From whom?", de = "Von wem?" }
[[step]]
key = "said"
kind = "line"
for_each = "heard"
question = { en = "What did {it} say?", de = "Was hat {it} gesagt?" }
makes = "contact_log"
[[step]]
key = "energy"
kind = "scale"
question = { en = "How much?", de = "Wie viel?" }
low = -2
high = 2
low_label = { en = "None", de = "Keine" }
high_label = { en = "Plenty", de = "Viel" }
makes = "energy"
[[step]]
key = "more"
kind = "choice"
question = { en = "More?", de = "Mehr?" }
choices = [
  { value = "yes", label = { en = "Yes", de = "Ja" } },
  { value = "no", label = { en = "No", de = "Nein" } },
]
[[step]]
key = "next"
kind = "line"
when = { step = "more", is = ["yes"] }
question = { en = "What?", de = "Was?" }
commits = true
"""


def straight(session: dict[str, Any]) -> None:
    session["about"] = {"en": "It's short.", "de": "Kurz."}


def endless(session: dict[str, Any]) -> None:
    session["step"][7]["help"] = {"en": "On and on. " * 30, "de": "Weiter."}


FAULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a_look has no cadence": lambda it: it.pop("cadence"),
    "a_look has a score too many": lambda it: it.update(score=3),
    "a_look has the key of another file": lambda it: it.update(key="look"),
    "a_look takes no sensible time": lambda it: it.update(minutes=[10, 5]),
    "a_look has an unknown version or cadence": lambda it: it.update(cadence="hour"),
    "a_look needs or meets what is not there": lambda it: it["moments"].append("sunday"),
    "a_look is never offered": lambda it: it["moments"].clear(),
    "a_look does not say which parts it needs": lambda it: it["needs"].remove("people"),
    "a_look is hard and does not say so, or comes back": lambda it: it.pop("note"),
    "a_look has too few steps or too many": lambda it: it["step"].__delitem__(slice(2, None)),
    "a_look commits to two things": lambda it: it["step"][6].update(commits=True),
    "a_look.said has the unknown kind poem": lambda it: it["step"][4].update(kind="poem"),
    "a_look.heard cannot be told by its key": lambda it: it["step"][4].update(key="heard"),
    "a_look.energy has no low_label": lambda it: it["step"][5].pop("low_label"),
    "a_look.more shows nothing": lambda it: it["step"].insert(
        6, {"key": "more", "kind": "read", "question": {"en": "See.", "de": "Sieh."}}
    ),
    "a_look.next does not ask": lambda it: it["step"][7].update(question={"en": "Hm", "de": "Hm"}),
    "a_look.heard stands beside the unknown weather": lambda it: it["step"][3].update(
        beside=["weather"]
    ),
    "a_look.more has choices that are none": lambda it: it["step"][6]["choices"].pop(),
    "a_look.more has an odd value Yes!": lambda it: it["step"][6]["choices"][0].update(
        value="Yes!"
    ),
    "a_look.energy has no way up its scale": lambda it: it["step"][5].update(high=-2),
    "a_look.energy is not on the scale of entries": lambda it: it["step"][5].update(high=10),
    "a_look.said is asked for each of nothing": lambda it: it["step"][4].update(for_each="next"),
    "a_look.said does not name what it is asked for": lambda it: it["step"][4].update(
        question={"en": "What?", "de": "„{it}“?"}
    ),
    "a_look.next is never asked": lambda it: it["step"][7]["when"].update(
        {"is": ["perhaps"]},
    ),
    "a_look.heard cannot make mood": lambda it: it["step"][3].update(makes="mood"),
    "a_look.said makes contact_log of something else": lambda it: it["step"][4].update(
        for_each="cares"
    ),
    "a_look.energy is neither what matters nor what was lived": lambda it: it["step"][5].update(
        makes="domain_check"
    ),
    "a_look.more is not one thing to commit to": lambda it: it["step"][6].update(commits=True),
    "a_look.words does not ask what changed": lambda it: it["step"].pop(2),
    "a_look.about.en has straight quotes or dots": straight,
    "a_look.step.next.help.en is too long": endless,
}


def test_it_finds_nothing_wrong_with_a_sound_session() -> None:
    assert wrong_session(tomllib.loads(SOUND), "a_look") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_it_catches_a_session_that_is_not_sound(fault: str) -> None:
    session = tomllib.loads(SOUND)
    FAULTS[fault](session)
    assert fault in wrong_session(session, "a_look")
