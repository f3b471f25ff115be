"""What one may be asked, in whose words, what somebody thinks of it, and when it was asked."""

from apps.prompts.models.deck import Deck
from apps.prompts.models.pack import Pack
from apps.prompts.models.preference import PackSetting, Preference, Setting
from apps.prompts.models.prompt import Prompt
from apps.prompts.models.serving import Serving
from apps.prompts.models.wording import Wording

__all__ = [
    "Deck",
    "Pack",
    "PackSetting",
    "Preference",
    "Prompt",
    "Serving",
    "Setting",
    "Wording",
]
