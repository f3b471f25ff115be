"""What `manage.py check --deploy` asks beyond Django's own list (assurance 1.4).

Each check names one way in which a real installation has gone wrong; each has a test that trips it
(tests/house/test_deploy.py). A weak SECRET_KEY is not among them: nothing starts with one
(environment.strong_key).
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHARED_CACHES = ("DatabaseCache", "RedisCache", "PyMemcacheCache", "PyLibMCCache")


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No name stands for any name: links in mails are made from them."""
    if any(host == "*" or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        return [Error("ALLOWED_HOSTS lets any host in.", id="throughline.E002")]
    return []


@register(Tags.security, deploy=True)
def site_is_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What people write does not travel in the clear, and cookies are bound to this host."""
    is_bound = settings.SESSION_COOKIE_NAME.startswith("__Host-") and (
        settings.CSRF_COOKIE_NAME.startswith("__Host-")
    )
    if not settings.SITE_URL.startswith("https://") or not is_bound:
        return [Error("SITE_URL is not an https address.", id="throughline.E003")]
    return []


@register(Tags.security, deploy=True)
def policy_is_strict(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nothing unsafe in the content security policy, and no way to run what was not meant."""
    directives = getattr(settings, "CONTENT_SECURITY_POLICY", {}).get("DIRECTIVES", {})
    words = " ".join(str(word) for values in directives.values() for word in values)
    if "unsafe" in words or "*" in words or directives.get("default-src") != ["'none'"]:
        return [Error("CONTENT_SECURITY_POLICY is not strict.", id="throughline.E004")]
    return []


@register(Tags.security, deploy=True)
def cache_is_shared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Limits on tries live in the cache: one of each process would multiply them."""
    backend = str(settings.CACHES["default"]["BACKEND"])
    if not backend.endswith(SHARED_CACHES):
        return [Error("The cache is not shared between processes.", id="throughline.E005")]
    return []
