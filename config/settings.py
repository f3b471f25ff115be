"""All settings, from the environment and safe by default.

Two modes. *Local* (bin/serve and the tests): THROUGHLINE_HOME names a folder that holds the
secret key, the mailbox and uploads, and nothing else need be set. *Server*: every secret and name
must be given; what is missing stops the start with a sentence (docs/running.md lists them all).

The order of the apps in INSTALLED_APPS is the architecture: an app imports, and points foreign
keys at, only apps above it (docs/adr/0001-import-line.md; tests/house/test_import_line.py).
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from config import environment
from config.local.addresses import EVERYWHERE, own_names
from config.local.secrets import secret_key
from config.mail import mail_in_settings, mail_settings

ROOT = Path(__file__).resolve().parent.parent

DEBUG = environment.flag("DEBUG", default=False)
HOME = Path(environment.text("THROUGHLINE_HOME")) if environment.text("THROUGHLINE_HOME") else None
LOCAL = HOME is not None

# --- Who we are ---------------------------------------------------------------------------

HOST = environment.text("THROUGHLINE_HOST", "127.0.0.1")
PORT = environment.text("THROUGHLINE_PORT", "8000")

if HOME is not None:
    SECRET_KEY = (
        environment.strong_key("SECRET_KEY") if environment.text("SECRET_KEY") else secret_key(HOME)
    )
    SITE_URL = environment.text("SITE_URL", f"http://localhost:{PORT}")
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or [
        "localhost",
        "127.0.0.1",
        "[::1]",
        urlsplit(SITE_URL).hostname or "localhost",
        *(own_names() if HOST in EVERYWHERE else [f"[{HOST}]" if ":" in HOST else HOST]),
    ]
else:
    SECRET_KEY = environment.strong_key("SECRET_KEY")
    SITE_URL = environment.required("SITE_URL", example="https://journal.example.org")
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or [
        environment.required("ALLOWED_HOSTS", example="journal.example.org")
    ]
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- What it is built from ----------------------------------------------------------------

THROUGHLINE_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.people",
    "apps.cares",
    "apps.prompts",
    "apps.promises",
    "apps.journal",
    "apps.sittings",
    "apps.capture",
    "apps.transfer",
    "apps.home",
]
INSTALLED_APPS = [
    *THROUGHLINE_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "apps.core.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are a fourth as long. It pads answers at random and Django masks the CSRF token anew
    # each time, so that lengths tell nobody what is in them (BREACH).
    "apps.core.middleware.Gzip",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.middleware.SafeAnswers",
    "apps.capture.middleware.TokensOnly",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.middleware.LoginRequired",
    "apps.accounts.middleware.Preferences",
    "apps.accounts.middleware.FormErrors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.middleware.Fragments",
]

ROOT_URLCONF = "config.urls"
# Programs ask below this (apps/capture): no cookies, and the methods that forms do not have.
API_PATH = "/api/"
API_V1 = f"{API_PATH}v1/"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "apps.core.templatetags.core",
                "apps.core.templatetags.parts",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Data ---------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        environment.required("DATABASE_URL", example="postgresql://user:password@host/throughline"),
        conn_health_checks=True,
    )
}
PREPARES = environment.flag("DATABASE_PREPARES", default=True)
DATABASES["default"].setdefault("OPTIONS", {}).update(
    pool={
        "min_size": 1,
        "max_size": environment.number("DATABASE_POOL", 6),
        "timeout": 10,
        "max_idle": 300,
    },
    # Only what is found by a key is prepared (apps/core/statements.py), from its third time on.
    prepare_threshold=2 if PREPARES else None,
    application_name="throughline",
)
if PREPARES:
    # A statement with one sensible plan is planned once. Left to itself, PostgreSQL plans again
    # where it might do better with the values, which takes longer than asking.
    DATABASES["default"]["OPTIONS"]["options"] = "-c plan_cache_mode=force_generic_plan"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Rate limits are counted here. The default of 300 entries would let anybody who tries 300
        # addresses push everybody's counts out.
        "OPTIONS": {"MAX_ENTRIES": 200_000, "CULL_FREQUENCY": 10},
    }
}

MEDIA_ROOT = Path(environment.text("MEDIA_ROOT") or (HOME or ROOT) / "media")
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT") or (HOME or ROOT) / "staticfiles")
STATICFILES_DIRS = [ROOT / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "config.storages.Folder"},
    "staticfiles": {"BACKEND": "config.staticfiles.HashedFiles"},
}
if environment.text("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "config.buckets.Bucket",
        "OPTIONS": {
            "bucket_name": environment.text("S3_BUCKET"),
            "endpoint_url": environment.text("S3_ENDPOINT") or None,
            "region_name": environment.text("S3_REGION") or None,
            "access_key": environment.text("S3_ACCESS_KEY") or None,
            "secret_key": environment.text("S3_SECRET_KEY") or None,
            "location": environment.text("S3_FOLDER"),
            "addressing_style": "path" if environment.text("S3_ENDPOINT") else "auto",
            # Names are random and never used twice; nobody but this server reads the bucket.
            "file_overwrite": True,
            "default_acl": None,
            "max_memory_size": 2 * 1024 * 1024,
        },
    }
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = ["apps.journal.receiving.Receiver"]
# How much is attached at most: a file, the files of an entry, all files of a person (0: no limit).
ATTACHMENT_BYTES = environment.number("ATTACHMENT_MB", 50) * 1024 * 1024
ATTACHMENTS_PER_ENTRY = environment.number("ATTACHMENTS_PER_ENTRY", 60)
ATTACHMENTS_BYTES = environment.number("ATTACHMENTS_GB", 10) * 1024**3
# An archive that somebody hands in, to have it compared or brought in.
ARCHIVE_BYTES = environment.number("ARCHIVE_MB", 1024) * 1024 * 1024
# More pixels than this are not shown: 50 million take 200 MB while sizes are made of them.
PICTURE_PIXELS = environment.number("PICTURE_MEGAPIXELS", 50) * 1_000_000
# What is one too many is left aside with a sentence (apps.journal.receiving), so that no text that
# came along is lost; far beyond that, a form is no form.
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
# An entry of 200,000 characters can be 800 kB of UTF-8, thrice that when percent-encoded.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# Where backups are written by themselves, and how many are kept; bin/serve asks for 30 where the
# database is its own (docs/backups.md).
BACKUPS = HOME / "backups" if HOME else None
BACKUPS_KEPT = environment.number_or_off("THROUGHLINE_BACKUPS") if BACKUPS else 0

# --- People and sessions ------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:today"

SESSION_ENGINE = "apps.accounts.sessions"
# Idle 14 days, begun anew at most once a day (middleware.Preferences); 90 days in all.
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ABSOLUTE_AGE = 90 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Read by the writer's script, which must be able to save after logging in again elsewhere.
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.core.http.csrf_failure"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0)
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What browsers are told ---------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # No 'strict-dynamic': with it, htmx runs the scripts of what it swaps in (docs/htmx.md).
        "script-src": [NONCE],
        "style-src": [SELF],
        # A blob is what somebody has just chosen or said, before it is sent.
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- Words, dates, zones ------------------------------------------------------------------

LANGUAGE_CODE = "en"
# Each in its own name: somebody who looks for their language may read no other (docs/languages.md).
LANGUAGES = [("en", "English"), ("en-gb", "English (Britain)"), ("de", "Deutsch")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Mail ---------------------------------------------------------------------------------

EMAIL_URL = environment.text("EMAIL_URL")
if not EMAIL_URL and not LOCAL:
    environment.required("EMAIL_URL", example="smtp+tls://user:password@mail.example.org:587")
# Every mail goes through the job queue; the worker hands it to the real transport.
EMAIL_BACKEND = "apps.accounts.mail.QueuedBackend"
if EMAIL_URL:
    _mail = mail_settings(EMAIL_URL)
    EMAIL_TRANSPORT = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
    MAILBOX = None
else:
    EMAIL_TRANSPORT = "django.core.mail.backends.filebased.EmailBackend"
    MAILBOX = EMAIL_FILE_PATH = HOME / "mail" if HOME else None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Throughline <journal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Mail that arrives (docs/mail-in.md): nothing of it is there until a domain is named.
MAIL_IN = mail_in_settings()
MAIL_IN_DOMAIN = MAIL_IN.domain
ANYMAIL = MAIL_IN.anymail

# While one job takes minutes (an export), another is done: mail does not wait for it.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful", "concurrency": 2}

# --- Sittings -----------------------------------------------------------------------------

# Where help is, in the host's own words: shown with the session for what hurts.
HELP_TEXT = environment.text("HELP_TEXT")
HELP_URL = environment.text("HELP_URL")

# --- Accounts (django-allauth) ------------------------------------------------------------

SIGNUP_OPEN = environment.flag("SIGNUP_OPEN", default=True)
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "apps.accounts.adapter.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Mailed codes live ten minutes at most (ASVS V6.5.5) and take five tries: 8 of 20 letters.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
# Shared by all workers (CACHES), and counted by the address the server saw itself unless
# TRUSTED_PROXY_COUNT says how many proxies in front may be believed.
ACCOUNT_RATE_LIMITS = {
    "login": "10/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/h/ip",
    "request_login_code": "20/h/ip,5/h/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/h/ip",
    "confirm_email": "1/10s/key,10/h/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.LoginForm",
    "signup": "apps.accounts.forms.SignupForm",
    "add_email": "apps.accounts.forms.AddEmailForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "set_password": "apps.accounts.forms.SetPasswordForm",
    "reset_password": "apps.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "apps.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "apps.accounts.forms.ReauthenticateForm",
    "request_login_code": "apps.accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "apps.accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "apps.accounts.forms.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "apps.accounts.forms.ConfirmPasswordResetCodeForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.AuthenticateForm",
    "reauthenticate": "apps.accounts.forms.MFAReauthenticateForm",
    "activate_totp": "apps.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "apps.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "apps.accounts.forms.EditWebAuthnForm",
    "signup_webauthn": "apps.accounts.forms.SignupWebAuthnForm",
    "reauthenticate_webauthn": "apps.accounts.forms.ReauthenticateWebAuthnForm",
}
MFA_TOTP_ISSUER = "Throughline"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# --- Logs ---------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JSONFormatter"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": sys.stdout,
            "formatter": "json",
        }
    },
    "root": {"handlers": ["stdout"], "level": environment.text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Our own request line says the same without the path.
        "django.request": {"level": "CRITICAL"},
        "django.server": {"level": "CRITICAL"},
        # Its messages quote hosts and paths that strangers made up.
        "django.security": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        # Says when it is loaded.
        "pikepdf": {"level": "WARNING"},
    },
}
