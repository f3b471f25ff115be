"""The packs of prompts as they are shipped: whole, known to the letter, and kind in their form."""

import copy
import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

from django.conf import settings

from apps.core.shipped import read_shipped

PACKS = settings.ROOT / "apps" / "prompts" / "packs"
DAILY = [
    *("PE", "DR", "RE", "JO", "CA", "PR", "LE", "CO", "VO", "VS"),
    *("CL", "BA", "DG", "DW", "SS", "SF", "SL"),
]
KINDS = dict.fromkeys(DAILY, "day") | {"QR": "quarter", "YR": "year", "ST": "standing"}
FIRST_WEEK = ["PE-2", "CA-1", "JO-1", "PR-2", "SS-2", "DR-1", "DW-1"]
OBJECTS = {"person", "promise", "work", "friction", "care", "chapter"}
# What each occasion is about; a prompt for it may need nothing else.
OCCASIONS: dict[str, set[str]] = {
    "promise_overdue": {"promise"},
    "promise_due": {"promise"},
    "promise_unanswered": {"promise"},
    "no_owed": {"promise"},
    "closed_without_review": {"promise", "work"},
    "work_past": {"work"},
    "work_ending": {"work"},
    "care_untouched": {"care"},
    "person_quiet": {"person"},
    "friction_hot": {"friction"},
    "look_back": set(),
    "landmark": set(),
}
# Where a number or a day is known, and what the number counts in each language.
COUNTED: dict[str, dict[str, str]] = {
    "promise_overdue": {"en": "{n} days", "de": "{n} Tage"},
    "promise_unanswered": {"en": "{n} days", "de": "{n} Tage"},
    "work_ending": {"en": "{n} days", "de": "{n} Tage"},
    "work_past": {"en": "{n} days", "de": "{n} Tage"},
    "care_untouched": {"en": "{n} weeks", "de": "{n} Wochen"},
    "person_quiet": {"en": "{n} weeks", "de": "{n} Wochen"},
    "friction_hot": {"en": "heat {n}", "de": "Hitze {n}"},
}
DATED = {"promise_overdue", "promise_due"}
QUOTED = OBJECTS - {"person"}
MARKS = {"en": ("“", "”"), "de": ("„", "“")}
NOT_MARKS = {"en": "„‚", "de": "”"}
TYPEWRITTEN = "'\"`*"
WEIGHTS = {"light", "medium", "heavy"}
CADENCES = {"day", "week", "quarter", "year"}
DOMAINS = {
    *("work", "learning", "close", "community", "body"),
    *("play", "making", "meaning", "home", "money"),
}
ASKED = {"key", "version", "weight", "needs", "cadence", "domain", "tags", "text"}
LONGEST = 200
ALIKE = 0.85
BLANK = re.compile(r"\{(\w*)\}")

Pack = dict[str, Any]


def shipped_packs() -> list[Pack]:
    """Every pack there is, in the order they are listed."""
    return sorted(map(read_shipped, PACKS.glob("*.toml")), key=lambda pack: pack["order"])


def known_tags() -> list[str]:
    """The closed list of tags, read where it is explained."""
    explained = (PACKS / "README.md").read_text(encoding="utf-8").split("## Tags")[1]
    return re.findall(r"^\| `(\w+)` \|", explained.split("##")[0], re.MULTILINE)


def texts_of(prompt: Pack) -> Iterator[tuple[str, str, str]]:
    """Field, language and words of every text of a prompt."""
    for field in ("text", "follow_up"):
        for language, words in prompt.get(field, {}).items():
            yield field, language, words


def wrong_packs(packs: list[Pack]) -> list[str]:
    """What is amiss with the packs and their prompts, each with where it is."""
    wrong = []
    if [(pack["key"], pack["kind"], pack["order"]) for pack in packs] != [
        (key, kind, order) for order, (key, kind) in enumerate(KINDS.items(), start=1)
    ]:
        wrong.append("packs: not these, or not in this order")
    for pack in packs:
        if pack.keys() != {"key", "kind", "order", "name", "about", "prompt"}:
            wrong.append(f"{pack['key']}: has other keys")
        number = len(pack["prompt"])
        if number != 7 if pack["kind"] == "standing" else number < 12:
            wrong.append(f"{pack['key']}: has {number} prompts")
        for prompt in pack["prompt"]:
            wrong += [f"{prompt['key']}: {what}" for what in _wrong_prompt(pack, prompt)]
            wrong += [f"{prompt['key']}: {what}" for what in _wrong_words(prompt)]
    return wrong + list(_wrong_together([prompt for pack in packs for prompt in pack["prompt"]]))


def alike(packs: list[Pack]) -> list[str]:
    """Pairs of texts in one language that are the same, or nearly, with their likeness."""
    said: dict[str, list[tuple[str, str]]] = {}
    for pack in packs:
        for prompt in pack["prompt"]:
            for field, language, words in texts_of(prompt):
                said.setdefault(language, []).append((f"{prompt['key']}.{field}", words))
    found = []
    for texts in said.values():
        for (one, first), (other, second) in combinations(texts, 2):
            matcher = SequenceMatcher(None, first, second, autojunk=False)
            if (
                matcher.real_quick_ratio() >= ALIKE
                and matcher.quick_ratio() >= ALIKE
                and matcher.ratio() >= ALIKE
            ):
                found.append(f"{one} and {other}")
    return found


def _wrong_prompt(pack: Pack, prompt: Pack) -> Iterator[str]:
    """What is amiss with the values of one prompt."""
    if not ASKED <= prompt.keys() <= ASKED | {"fits", "follow_up"}:
        yield "has other keys"
    if not re.fullmatch(rf"{pack['key']}-[1-9]\d*", prompt["key"]):
        yield "is not named for its pack"
    if type(prompt["version"]) is not int or prompt["version"] < 1:
        yield "has no version"
    if prompt["weight"] not in WEIGHTS:
        yield "has an unknown weight"
    if prompt["cadence"] not in CADENCES:
        yield "has an unknown cadence"
    if pack["kind"] != "day" and prompt["cadence"] != {"standing": "year"}.get(
        pack["kind"], pack["kind"]
    ):
        yield "comes at another time than its pack"
    if prompt["domain"] not in DOMAINS:
        yield "has an unknown domain"
    if not 1 <= len(set(prompt["tags"])) == len(prompt["tags"]) <= 3:
        yield "has no tags, too many, or one twice"
    if not set(prompt["tags"]) <= set(known_tags()):
        yield "has an unknown tag"
    if len(prompt["needs"]) > 1 or not set(prompt["needs"]) <= OBJECTS:
        yield "needs what is not there"
    for occasion in prompt.get("fits", []):
        if occasion not in OCCASIONS:
            yield "fits an unknown occasion"
        elif not (OCCASIONS[occasion] or {""}) & set(prompt["needs"] or [""]):
            yield "needs something other than its occasion is about"
    if "fits" in prompt and (not prompt["fits"] or pack["kind"] != "day"):
        yield "fits nothing"


def _wrong_words(prompt: Pack) -> Iterator[str]:
    """What is amiss with the words of one prompt."""
    fits = prompt.get("fits", [])
    for field, language, words in texts_of(prompt):
        blanks = set(BLANK.findall(words))
        if field == "follow_up" and blanks:
            yield f"{field} has a blank"
        if field == "text" and blanks - {"n", "when"} != set(prompt["needs"]):
            yield "has blanks for other things than it needs"
        counted = [COUNTED.get(fit, {}).get(language, "{nothing}") for fit in fits]
        if "{n}" in words and not (counted and all(unit in words for unit in counted)):
            yield "counts what nobody knows"
        if "{when}" in words and not (fits and set(fits) <= DATED):
            yield "names a day that nobody knows"
        if words.startswith(("{when}", "{n}")):
            yield "begins with a small letter or a number"
        for name in blanks & QUOTED:
            blank = f"{{{name}}}"
            if words.count(blank) != words.count(blank.join(MARKS[language])):
                yield f"says {name} without quotation marks"
        if len(words) > LONGEST:
            yield f"{field} is too long"
        if not words.endswith(("?", ".")):
            yield f"{field} ends without an end"
        if set(words) & set(TYPEWRITTEN):
            yield f"{field} has marks of a typewriter"
        if set(words) & set(NOT_MARKS[language]):
            yield f"{field} has quotation marks of another language"


def _wrong_together(prompts: list[Pack]) -> Iterator[str]:
    """What is amiss with all of them together."""
    by_key = {prompt["key"]: prompt for prompt in prompts}
    if len(by_key) != len(prompts):
        yield "together: a key is there twice"
    for key in FIRST_WEEK:
        if by_key[key]["needs"] or "fits" in by_key[key] or by_key[key]["weight"] == "heavy":
            yield f"{key}: is asked in the first week"
    covered = Counter(fit for prompt in prompts for fit in prompt.get("fits", []))
    # A number of one, and a day that nobody set, are met by prompts without them.
    plain = Counter(
        fit
        for prompt in prompts
        for fit in prompt.get("fits", [])
        if not {"n", "when"} & set(BLANK.findall(prompt["text"]["en"]))
    )
    for occasion, about in OCCASIONS.items():
        if covered[occasion] < 2 or not plain[occasion]:
            yield f"{occasion}: is met by too few"
        for name in about:
            if not any(
                occasion in prompt.get("fits", []) and prompt["needs"] == [name]
                for prompt in prompts
            ):
                yield f"{occasion}: has nothing on {name}"
    if sum(prompt["weight"] == "heavy" for prompt in prompts) > 0.15 * len(prompts):
        yield "together: too many are heavy"
    if sum("follow_up" in prompt for prompt in prompts) < len(prompts) / 2:
        yield "together: too few have more to ask"


def test_it_ships_packs_that_are_whole() -> None:
    assert wrong_packs(shipped_packs()) == []


def test_it_asks_nothing_twice() -> None:
    assert alike(shipped_packs()) == []


def test_it_has_a_dozen_in_each_pack_for_somebody_who_noted_nothing() -> None:
    free = {
        pack["key"]: sum(not prompt["needs"] and "fits" not in prompt for prompt in pack["prompt"])
        for pack in shipped_packs()
        if pack["kind"] != "standing"
    }
    assert [key for key, number in free.items() if number < 12] == []


def test_it_explains_each_tag_once_and_uses_all() -> None:
    used = {tag for pack in shipped_packs() for prompt in pack["prompt"] for tag in prompt["tags"]}
    assert sorted(used) == sorted(known_tags())


def test_it_catches_what_is_amiss() -> None:
    packs = shipped_packs()
    faults: list[tuple[str, dict[str, Any], str]] = [
        ("PE-1", {"key": "PX-1"}, "PX-1: is not named for its pack"),
        ("PE-1", {"key": "PE-2"}, "together: a key is there twice"),
        ("PE-1", {"version": 0}, "PE-1: has no version"),
        ("PE-1", {"weight": "huge"}, "PE-1: has an unknown weight"),
        ("PE-1", {"domain": "office"}, "PE-1: has an unknown domain"),
        ("PE-1", {"cadence": "hour"}, "PE-1: has an unknown cadence"),
        ("YR-3", {"cadence": "day"}, "YR-3: comes at another time than its pack"),
        ("PE-1", {"tags": []}, "PE-1: has no tags, too many, or one twice"),
        ("PE-1", {"tags": ["synergy"]}, "PE-1: has an unknown tag"),
        ("PE-1", {"needs": ["boss"]}, "PE-1: needs what is not there"),
        ("PE-2", {"weight": "heavy"}, "PE-2: is asked in the first week"),
        ("PE-1", {"fits": ["full_moon"]}, "PE-1: fits an unknown occasion"),
        ("PE-4", {"fits": ["promise_due"]}, "PE-4: needs something other than its occasion is"),
        ("PR-18", {"fits": ["promise_due"]}, "no_owed: is met by too few"),
        ("PE-4", {"needs": []}, "PE-4: has blanks for other things than it needs"),
        ("PE-4", {"text": {"en": "What of {n} days?"}}, "PE-4: counts what nobody knows"),
        ("PR-13", {"fits": ["no_owed"]}, "PR-13: names a day that nobody knows"),
        ("PR-7", {"text": {"de": "Was ist {promise}?"}}, "PR-7: says promise without quotation"),
        ("PE-1", {"text": {"en": "Who?" * 60}}, "PE-1: text is too long"),
        ("PE-1", {"text": {"en": "Who"}}, "PE-1: text ends without an end"),
        ("PE-1", {"text": {"en": "Who's there?"}}, "PE-1: text has marks of a typewriter"),
        ("PE-1", {"text": {"de": "Was heißt „ja”?"}}, "PE-1: text has quotation marks of another"),
        ("PE-1", {"follow_up": {"en": "Who is {person}?"}}, "PE-1: follow_up has a blank"),
        ("PE-1", {"hint": "Be brief."}, "PE-1: has other keys"),
    ]
    for key, change, found in faults:
        planted = copy.deepcopy(packs)
        next(
            prompt for pack in planted for prompt in pack["prompt"] if prompt["key"] == key
        ).update(change)
        assert any(line.startswith(found) for line in wrong_packs(planted)), found


def test_it_catches_packs_that_are_too_few_too_heavy_or_too_short() -> None:
    packs = shipped_packs()
    assert wrong_packs(packs[:-1]) == ["packs: not these, or not in this order"]
    short = copy.deepcopy(packs)
    short[-1]["prompt"].pop()
    assert wrong_packs(short) == ["ST: has 6 prompts"]
    for pack in packs:
        for prompt in pack["prompt"]:
            prompt["weight"] = "heavy"
            prompt.pop("follow_up", None)
    found = wrong_packs(packs)
    assert "together: too many are heavy" in found
    assert "together: too few have more to ask" in found


def test_it_catches_what_is_asked_twice() -> None:
    packs = copy.deepcopy(shipped_packs()[:2])
    words = packs[0]["prompt"][0]["text"]["en"]
    packs[1]["prompt"][0]["text"]["en"] = words.replace("this week", "this month")
    assert alike(packs) == ["PE-1.text and DR-1.text"]
