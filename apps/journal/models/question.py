"""That an entry answers a question, in the words in which it was asked."""

from django.db import models

from apps.core.models import Owned
from apps.journal.models.entry import Entry
from apps.prompts.models import Serving, Wording


class EntryQuestion(Owned):
    """The question an entry answers. `text` has its blanks filled, and stays as it was asked."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="questions")
    wording = models.ForeignKey(Wording, on_delete=models.RESTRICT, related_name="answers")
    # The day on which it was asked, where it was the question of a day.
    serving = models.ForeignKey(
        Serving, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "entry"], name="entry_question_one"),
            models.CheckConstraint(condition=~models.Q(text=""), name="entry_question_has_words"),
        ]
        indexes = [
            models.Index(fields=["owner", "wording"], name="entry_question_by_wording"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
