"""Mail leaves through the job queue, so that no page waits for a mail server or tells how long."""

from django.core.mail.backends.base import BaseEmailBackend


class QueuedBackend(BaseEmailBackend):
    """Hands each message to the worker."""
