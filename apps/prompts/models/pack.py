"""A pack: questions that belong together, shipped with the product or somebody's own."""

from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import new_id
from apps.core.shipped import in_language

NAME_LENGTH = 80
ABOUT_LENGTH = 300

Row = TypeVar("Row", bound=models.Model)


class OpenQuerySet(models.QuerySet[Row]):
    """Rows that are shipped for everybody (without an owner), or somebody's own."""

    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """This person's own, and nothing that is shipped."""
        return self.filter(owner=user.pk)

    def shipped(self) -> Self:
        """What came with the product."""
        return self.filter(owner=None)

    def open_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """What this person may see: what is shipped and their own, of nobody else."""
        return self.filter(Q(owner=None) | Q(owner=user.pk))


class Pack(models.Model):
    """Questions that belong together, with what they are for.

    Without an owner it is shipped: `key` names its file, and only `load_prompts` writes it. With
    one it is theirs alone, without a key, and its texts are in the one language they wrote.
    """

    class Kind(models.TextChoices):
        """When its questions are asked: on any day, or in a sitting."""

        DAY = "day", _("any day")
        QUARTER = "quarter", _("each quarter")
        YEAR = "year", _("each year")
        STANDING = "standing", _("each year anew")

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
    updated_at = models.DateTimeField(auto_now=True)
    key = models.CharField(max_length=8, blank=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.DAY)
    order = models.PositiveSmallIntegerField(default=0)
    # Tables of languages: {"en": "…", "de": "…"}.
    names = models.JSONField()
    abouts = models.JSONField(default=dict, blank=True)
    # Since then nothing is asked from it; it stays for what was answered.
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OpenQuerySet["Pack"].as_manager()

    class Meta:
        verbose_name = _("pack of questions")
        verbose_name_plural = _("packs of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(owner=None), name="pack_one_per_key"
            ),
            models.CheckConstraint(
                condition=Q(owner=None) & ~Q(key="") | Q(owner__isnull=False) & Q(key=""),
                name="pack_key_if_shipped",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["day", "quarter", "year", "standing"]), name="pack_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(kind="day"), name="pack_own_for_any_day"
            ),
            models.CheckConstraint(condition=~Q(names={}), name="pack_has_a_name"),
        ]
        indexes = [models.Index(fields=["owner", "order", "id"], name="pack_in_order")]

    def __str__(self) -> str:
        return self.key or str(self.pk)

    def get_absolute_url(self) -> str:
        """Its questions."""
        return reverse("prompts:pack_detail", args=[self.pk])

    @property
    def name(self) -> str:
        """What it is called, in the language of the page where it has one."""
        return in_language(self.names)

    @property
    def about(self) -> str:
        """What its questions are for, or ""."""
        return in_language(self.abouts)

    @property
    def is_shipped(self) -> bool:
        """Whether it came with the product; nobody can change it."""
        return self.owner_id is None
