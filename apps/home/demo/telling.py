"""What is written at a moment: a scene, told in full or in a line, in the mood of that time."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date

from apps.home.demo.chance import Chance
from apps.home.demo.days import Moment
from apps.home.demo.texts import Chapter, Scene, Someone, chapters, lines, people, scenes, weather
from apps.home.demo.wording import say

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
SEASONS = ["winter", "spring", "summer", "autumn"]
# How long entries are: three words, a paragraph, a page, several pages.
SHAPES = ["line", "short", "page", "long", "week"]
SHARES = [12, 15, 37, 30, 6]
TIREDNESS = {"morning": 0.4, "midday": 0.2, "evening": -0.4, "late": -0.9}


@dataclass(frozen=True)
class Told:
    """A text and what is marked beside it; `earlier` are shorter texts it had before."""

    title: str
    body: str
    mood: int | None
    energy: int | None
    starred: bool
    earlier: list[str] = field(default_factory=list)


class Teller:
    """Tells one moment after another, in order, remembering what was told lately."""

    def __init__(self, today: date, chance: Chance) -> None:
        """Chapters and acquaintances are counted back from `today`."""
        self.today = today
        self.chance = chance
        self.lately: deque[str] = deque(maxlen=9)
        self.mood = 0.2
        self.strength = 0.2
        self._day = date.min
        self._week_told = date.min
        self._choices: dict[tuple[str, str, str], list[Scene]] = {}

    def tell(self, moment: Moment) -> Told:
        """What is written at this moment; moments must come in order."""
        chance = self.chance
        self._live_on(moment.day)
        chapter = self._chapter(moment.day)
        scene = self._scene(moment, chapter)
        slots = self._slots(moment, chapter, scene)
        shape = self._shape(moment)
        paragraphs = self._body(shape, moment, chapter, scene, slots)
        title = ""
        if chance.is_true({"line": 0, "short": 0.15, "week": 0.9}.get(shape, 0.34)):
            title = say(chance.draw(f"{scene.key}.titles", scene.titles), slots, chance)
        if shape == "week":
            title = chance.draw("weeks", WEEK_TITLES) if title else ""
        return Told(
            title=title,
            body="\n\n".join(paragraphs),
            mood=self._mark(0.55 * self.mood + 0.6 * scene.mood, 0.55),
            energy=self._mark(self.strength + TIREDNESS[moment.part], 0.4),
            starred=chance.is_true(0.022),
            earlier=self._earlier(paragraphs),
        )

    def _shape(self, moment: Moment) -> str:
        """How much is written; a look back over the week only at its end, and once."""
        shape = self.chance.pick_by(SHAPES, SHARES)
        if shape != "week":
            return shape
        is_end = moment.day.weekday() >= 4 and moment.part in {"evening", "late"}
        if not is_end or (moment.day - self._week_told).days < 5:
            return "long"
        self._week_told = moment.day
        return "week"

    # Mood

    def _live_on(self, day: date) -> None:
        """Mood and strength drift from day to day; winters and week ends pull at them."""
        if day == self._day:
            return
        rest = min((day - self._day).days, 5) if self._day > date.min else 1
        self._day = day
        season = 0.25 if 4 <= day.month <= 9 else -0.2
        for _ in range(rest):
            self.mood = 0.8 * self.mood + 0.2 * season + self.chance.around(0.03, 0.35)
            self.strength = 0.75 * self.strength + self.chance.around(0.02, 0.35)
        if day.weekday() in {3, 4}:
            self.strength -= 0.12

    def _mark(self, middle: float, share: float) -> int | None:
        if not self.chance.is_true(share):
            return None
        return max(-2, min(2, round(self.chance.around(middle, 0.5))))

    # Scene and slots

    def _chapter(self, day: date) -> Chapter:
        months = self._months(day)
        begun = [chapter for chapter in chapters() if months < chapter.months]
        return begun[0] if begun else chapters()[-1]

    def _months(self, day: date) -> float:
        return (self.today - day).days / 30.44

    def _scene(self, moment: Moment, chapter: Chapter) -> Scene:
        key = (chapter.key, moment.kind, moment.part)
        if key not in self._choices:
            self._choices[key] = [
                scene
                for scene in scenes()
                if moment.kind in scene.days
                and moment.part in scene.parts
                and (not scene.chapters or chapter.key in scene.chapters)
            ]
        months = self._months(moment.day)
        found = [scene for scene in self._choices[key] if self._is_possible(scene, months, moment)]
        fresh = [scene for scene in found if scene.key not in self.lately]
        if fresh:
            scene = self.chance.pick_by(fresh, [self._weight(scene) for scene in fresh])
        else:
            scene = min(found, key=lambda scene: self._told_last(scene))
        self.lately.append(scene.key)
        return scene

    def _is_possible(self, scene: Scene, months: float, moment: Moment) -> bool:
        known = people().get(scene.who)
        if scene.journeys and (moment.journey is None or moment.journey.key not in scene.journeys):
            return False
        return months < scene.until_months and (known is None or known.since >= months)

    def _weight(self, scene: Scene) -> float:
        """Scenes that fit the mood come easier."""
        return scene.weight / (1 + 0.5 * (scene.mood - 1.3 * self.mood) ** 2)

    def _told_last(self, scene: Scene) -> int:
        return max(number for number, key in enumerate(self.lately) if key == scene.key)

    def _slots(self, moment: Moment, chapter: Chapter, scene: Scene) -> dict[str, str]:
        chance = self.chance
        boss = people()[chapter.boss]
        who = self._who(moment, chapter, scene.who)
        mate = self._known(moment, chapter.mates, but=[who, boss]) or boss
        junior = self._known(moment, chapter.juniors, but=[who, mate]) or mate
        slots = {
            "p": who.call,
            **who.pronouns,
            "boss": boss.call if boss != who else "the powers that be",
            "mate": mate.call,
            "junior": junior.call,
            "work": chance.draw(f"{chapter.key}.works", chapter.works),
            "piece": chance.draw(f"{chapter.key}.pieces", chapter.pieces),
            "meeting": chance.pick(chapter.meetings),
            "room": chance.pick(chapter.rooms),
            "reader": chance.draw(f"{chapter.key}.readers", chapter.readers),
            "weekday": WEEKDAYS[(moment.day.weekday() + chance.between(1, 3)) % 5],
            "weather": self._weather(moment),
        }
        if moment.journey:
            slots |= {
                "city": moment.journey.city,
                "sight": chance.draw(f"{moment.journey.key}.sights", moment.journey.sights),
                "keepsake": chance.pick(moment.journey.keepsakes),
            }
        return slots

    def _who(self, moment: Moment, chapter: Chapter, role: str) -> Someone:
        if role in people():
            return people()[role]
        if role == "boss":
            return people()[chapter.boss]
        keys = chapter.juniors if role == "junior" else chapter.mates
        return self._known(moment, keys, but=[]) or people()[chapter.boss]

    def _known(self, moment: Moment, keys: list[str], but: list[Someone]) -> Someone | None:
        months = self._months(moment.day)
        found = [people()[key] for key in keys]
        found = [some for some in found if some not in but and some.since >= months]
        return self.chance.pick(found) if found else None

    def _weather(self, moment: Moment) -> str:
        season = SEASONS[moment.day.month % 12 // 3]
        return self.chance.draw(season, weather()[season])

    # Text

    def _body(
        self, shape: str, moment: Moment, chapter: Chapter, scene: Scene, slots: dict[str, str]
    ) -> list[str]:
        if shape == "line":
            kind = moment.kind if moment.kind in {"journey", "work"} else "rest"
            if moment.part in {"morning", "late"} and kind != "journey":
                kind = moment.part
            return [say(self.chance.draw(f"lines.{kind}", lines()[kind]), slots, self.chance)]
        if shape == "short":
            steps = self.chance.pick_by(SHORTS, SHORT_SHARES)
            return [self._join(scene, steps, slots)]
        if shape == "page":
            return self._page(scene, slots)
        if shape == "long":
            return self._long(moment, chapter, scene, slots)
        return self._week(moment, chapter, scene, slots)

    def _page(self, scene: Scene, slots: dict[str, str]) -> list[str]:
        steps = self.chance.pick_by(PAGES, PAGE_SHARES)
        return [self._join(scene, paragraph, slots) for paragraph in steps]

    def _long(
        self, moment: Moment, chapter: Chapter, scene: Scene, slots: dict[str, str]
    ) -> list[str]:
        """A scene, something beside it, another scene more briefly."""
        paragraphs = self._page(scene, slots)
        paragraphs.append(self._extra(chapter, slots))
        for other in self._others(self.chance.between(1, 3), moment, chapter, scene):
            others = self._slots(moment, chapter, other)
            paragraphs.append(self._join(other, ["began", "happened", "meant"], others))
        if self.chance.is_true(0.6):
            paragraphs.append(self._line("also", slots))
        if self.chance.is_true(0.08):
            paragraphs[0] += "[^1]"
            paragraphs.append(f"[^1]: {self._line('notes', slots)}")
        return paragraphs

    def _week(
        self, moment: Moment, chapter: Chapter, scene: Scene, slots: dict[str, str]
    ) -> list[str]:
        """A look back over several things, with headings."""
        paragraphs = [self._join(scene, ["began", "happened"], slots)]
        paragraphs.append(self._join(scene, ["meant"], slots))
        for other in self._others(self.chance.between(2, 8), moment, chapter, scene):
            others = self._slots(moment, chapter, other)
            heading = say(
                self.chance.draw(f"{other.key}.titles", other.titles), others, self.chance
            )
            paragraphs += [f"## {heading}", *self._page(other, others)]
        paragraphs += ["## What I noticed", self._noticed(slots, "- ")]
        if self.chance.is_true(0.5):
            paragraphs.append(self._line("said", slots))
        paragraphs += ["## For next week", self._tasks(chapter)]
        return paragraphs

    def _others(self, count: int, moment: Moment, chapter: Chapter, scene: Scene) -> list[Scene]:
        """At most so many more scenes, each another one."""
        found = {scene.key: scene}
        for _ in range(count):
            other = self._scene(moment, chapter)
            found.setdefault(other.key, other)
        return list(found.values())[1:]

    def _extra(self, chapter: Chapter, slots: dict[str, str]) -> str:
        kind = self.chance.pick_by(["tasks", "noticed", "said", "also"], [4, 3, 3, 2])
        if kind == "tasks":
            return self._tasks(chapter)
        if kind == "noticed":
            ordered = self.chance.is_true(0.4)
            lead = self.chance.pick(["Noticed today:", "Three things, beside all that:", "Noted:"])
            return f"{lead}\n\n{self._noticed(slots, '1. ' if ordered else '- ')}"
        return self._line(kind, slots)

    def _tasks(self, chapter: Chapter) -> str:
        count = self.chance.between(3, 5)
        todos = [self.chance.draw(f"{chapter.key}.todos", chapter.todos) for _ in range(count)]
        return "\n".join(
            f"- [{'x' if self.chance.is_true(0.35) else ' '}] {todo}"
            for todo in dict.fromkeys(todos)
        )

    def _noticed(self, slots: dict[str, str], mark: str) -> str:
        items = [self.chance.draw("noticed", lines()["noticed"]) for _ in range(3)]
        said = [say(item, slots, self.chance) for item in dict.fromkeys(items)]
        return "\n".join(f"{mark}{item[:1].lower()}{item[1:]}" for item in said)

    def _line(self, kind: str, slots: dict[str, str]) -> str:
        return say(self.chance.draw(kind, lines()[kind]), slots, self.chance)

    def _join(self, scene: Scene, steps: list[str], slots: dict[str, str]) -> str:
        told = []
        for step in steps:
            wordings: list[str] = getattr(scene, step)
            told.append(say(self.chance.draw(f"{scene.key}.{step}", wordings), slots, self.chance))
        return _flow(told)

    def _earlier(self, paragraphs: list[str]) -> list[str]:
        """Some texts were shorter at first."""
        if len(paragraphs) < 2 or not self.chance.is_true(0.07):
            return []
        first = ["\n\n".join(paragraphs[:1])]
        if len(paragraphs) > 2 and self.chance.is_true(0.3):
            first.append("\n\n".join(paragraphs[:2]))
        return first


WEEK_TITLES = [
    "The week, from its end",
    "What the week was for",
    "Looking back, briefly, it says here",
    "Five days",
    "Whom it reached",
    "A week on one page",
    "Before the weekend closes over it",
]

SHORTS = [["began", "happened"], ["began", "meant"], ["began", "next"]]
SHORT_SHARES = [6, 3, 1]
PAGES = [
    [["began", "happened"], ["meant", "next"]],
    [["began", "happened", "meant", "next"]],
    [["began", "happened", "meant"], ["next"]],
    [["began"], ["happened", "meant"], ["next"]],
    [["began", "happened", "meant"]],
    [["began", "happened"], ["meant"]],
]
PAGE_SHARES = [34, 16, 18, 12, 12, 8]


def _flow(told: list[str]) -> str:
    """Sentences one after another; a quotation stands by itself."""
    text = ""
    for sentence in told:
        if text and (sentence.startswith(">") or text.splitlines()[-1].startswith(">")):
            text += "\n\n"
        elif text:
            text += " "
        text += sentence
    return text
