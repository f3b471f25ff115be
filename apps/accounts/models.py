"""Who writes here, and what happened around their account."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, new_id
from apps.core.periods import local_day

DELETION_NOTICE = timedelta(days=7)
# The languages PostgreSQL ships stems for (pg_ts_config), each with its code in CLDR.
STEMMED = {
    "arabic": "ar",
    "armenian": "hy",
    "basque": "eu",
    "catalan": "ca",
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "estonian": "et",
    "finnish": "fi",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hindi": "hi",
    "hungarian": "hu",
    "indonesian": "id",
    "irish": "ga",
    "italian": "it",
    "lithuanian": "lt",
    "nepali": "ne",
    "norwegian": "no",
    "portuguese": "pt",
    "romanian": "ro",
    "russian": "ru",
    "serbian": "sr",
    "spanish": "es",
    "swedish": "sv",
    "tamil": "ta",
    "turkish": "tr",
    "yiddish": "yi",
}


def stemmed_language(code: str) -> str:
    """The language of STEMMED that a code such as "de" or "en-gb" means; "" where there is none."""
    codes = {short: name for name, short in STEMMED.items()}
    return codes.get(code.partition("-")[0], "")


class UserManager(BaseUserManager["User"]):
    """Makes people. There are no administrators with powers of their own."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """A person who logs in with this address; without a password they need another way in."""
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person: an e-mail address to log in with, a name, and how their days run."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class TextSize(models.TextChoices):
        SMALL = "small", _("Small")
        NORMAL = "normal", _("Normal")
        LARGE = "large", _("Large")
        LARGER = "larger", _("Larger")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    day_starts_at = models.PositiveSmallIntegerField(
        _("hour the day starts"), default=0, validators=[MaxValueValidator(12)]
    )
    first_weekday = models.PositiveSmallIntegerField(
        _("first day of the week"), choices=Weekday, default=Weekday.MONDAY
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    text_size = models.CharField(
        _("text size"), max_length=6, choices=TextSize, default=TextSize.NORMAL
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    writes_in = models.CharField(_("language of your entries"), max_length=20, blank=True)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    is_active = models.BooleanField(default=True, editable=False)
    deletion_asked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(
                condition=models.Q(day_starts_at__lte=12), name="user_day_starts_at_range"
            ),
            models.CheckConstraint(
                condition=models.Q(first_weekday__lte=6), name="user_first_weekday_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_settled_in(self) -> bool:
        """True once the first run has asked for the time zone: without it no day can be named."""
        return bool(self.time_zone)

    @property
    def words_language(self) -> str:
        """The language by which search knows the forms of a word, or "simple": each as it stands.

        What they chose; else the language of the pages, where they chose that; else English.
        """
        return self.writes_in or stemmed_language(self.language) or "english"

    @property
    def deletion_due_at(self) -> datetime | None:
        """When the account goes for good, or None when nobody asked for that."""
        return self.deletion_asked_at + DELETION_NOTICE if self.deletion_asked_at else None

    def today(self, now: datetime) -> date:
        """The day this person's wall clock shows at `now`, which begins at their own hour."""
        return local_day(now, self.time_zone or "UTC", self.day_starts_at)


class SecurityEvent(Owned):
    """Something that touched the safety of an account; written once, never changed.

    A database trigger refuses updates (migration 0001). Rows go after 180 days, or with the owner.
    """

    class Kind(models.TextChoices):
        LOGGED_IN = "logged-in", _("Logged in")
        LOGIN_FAILED = "login-failed", _("A log-in failed")
        LOGGED_OUT = "logged-out", _("Logged out")
        SESSION_ENDED = "session-ended", _("A device was signed out")
        REAUTHENTICATED = "reauthenticated", _("Confirmed it is you")
        PASSWORD_CHANGED = "password-changed", _("Password changed")
        PASSWORD_RESET = "password-reset", _("Password reset")
        EMAIL_CHANGED = "email-changed", _("E-mail address changed")
        FACTOR_ADDED = "factor-added", _("A way to log in was added")
        FACTOR_REMOVED = "factor-removed", _("A way to log in was removed")
        CODES_MADE = "codes-made", _("Recovery codes made")
        DELETION_ASKED = "deletion-asked", _("Deleting the account was asked for")
        DELETION_UNDONE = "deletion-undone", _("Deleting the account was undone")
        TOKEN_MADE = "token-made", _("An access token was made")
        TOKEN_REVOKED = "token-revoked", _("An access token was taken back")
        MAIL_MADE = "mail-made", _("A secret e-mail address for entries was made")
        MAIL_REMOVED = "mail-removed", _("The secret e-mail address for entries was turned off")
        EXPORTED = "exported", _("An export of the journal was asked for")
        LIMITED = "limited", _("Too many tries; slowed down")
        REFUSED = "refused", _("A request was refused")

    kind = models.CharField(max_length=20, choices=Kind)
    happened_at = models.DateTimeField()
    network = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=120, blank=True)
    request = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-happened_at"], name="securityevent_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class Session(AbstractBaseSession):
    """A browser that is known: somebody logged in with it, or it is on its way to.

    Written by apps.accounts.sessions. The key is what the cookie holds and is shown nowhere; `id`
    names the session on pages.
    """

    id = models.UUIDField(default=new_id, unique=True, editable=False)
    owner = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="+", editable=False
    )
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    network = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """What reads and writes these rows."""
        from apps.accounts.sessions import SessionStore  # it needs this model first

        return SessionStore


class TryCount(models.Model):
    """How often somebody has tried something in the window that began last (apps.accounts.limits).

    Written in one statement there, never through this class; it stands here for the migrations.
    """

    pk = models.CompositePrimaryKey("name", "who")
    name = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    window_began_at = models.DateTimeField()
    tries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name
