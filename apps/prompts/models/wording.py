"""The words of a question: one version in one language, written once."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import new_id
from apps.prompts.models.pack import OpenQuerySet

TEXT_LENGTH = 400
BLANK = re.compile(r"\{(person|promise|work|friction|care|chapter|n|when)\}")


class Piece(NamedTuple):
    """Some of a text, or words that stand where a blank will be filled."""

    text: Any
    is_blank: bool


class Wording(models.Model):
    """What a question says, kept for whoever answered it: other words are another version.

    What points at one from the right of the import line restricts its going.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    prompt = models.ForeignKey("prompts.Prompt", on_delete=models.CASCADE, related_name="wordings")
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    text = models.TextField(max_length=TEXT_LENGTH)
    follow_up = models.TextField(max_length=TEXT_LENGTH, blank=True)

    objects = OpenQuerySet["Wording"].as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(
                fields=["prompt", "version", "language"], name="wording_one_per_version"
            ),
            # What servings and entries point at: a wording of that very prompt.
            models.UniqueConstraint(fields=["prompt", "id"], name="wording_of_prompt"),
            models.CheckConstraint(condition=Q(version__gte=1), name="wording_version_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="wording_has_words"),
            models.CheckConstraint(condition=~Q(language=""), name="wording_has_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} {self.version} {self.language}"

    def filled(self, blanks: Mapping[str, Any]) -> str:
        """The text with its blanks filled. Raises KeyError where one would stay empty."""
        return BLANK.sub(lambda found: str(blanks[found[1]]), self.text)

    @property
    def pieces(self) -> list[Piece]:
        """The text for a page on which nothing is asked: “a person” stands for `{person}`."""
        # Splitting by a group gives text and name in turns.
        found = BLANK.split(self.text)
        return [
            Piece(_STAND_INS[piece], True) if number % 2 else Piece(piece, False)
            for number, piece in enumerate(found)
            if piece
        ]

    @property
    def shown(self) -> str:
        """The same in one string."""
        return "".join(str(piece.text) for piece in self.pieces)


_STAND_INS = {
    "person": _("a person"),
    "promise": _("a promise"),
    "work": _("a small work"),
    "friction": _("something that rubs"),
    "care": _("something you care about"),
    "chapter": _("a chapter"),
    # For instance.
    "n": "8",
    "when": _("on Friday"),
}
