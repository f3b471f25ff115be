"""The product's settings, with one page more (tests.bench.urls)."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
