"""Which form a package is of: every source, asked in one order."""

from contextlib import suppress

from apps.transfer.sources import (
    dabble,
    dailytxt,
    daylio,
    dayone,
    dayone_classic,
    dayone_text,
    diarium,
    diarium_database,
    diaro,
    journey,
    journiv,
    jrnl,
    jrnl_json,
    jrnl_markdown,
    jrnl_xml,
    jrnl_yaml,
    keep,
    markdown,
    minidiarium,
    minidiary,
    sevenfifty,
    table,
)
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Source

# The more special before the more general: what jrnl writes as Markdown is Markdown too.
SOURCES: tuple[Source, ...] = (
    dayone,
    dayone_classic,
    diarium_database,
    daylio,
    diaro,
    journiv,
    journey,
    diarium,
    minidiary,
    minidiarium,
    jrnl_json,
    jrnl_xml,
    dailytxt,
    keep,
    dabble,
    sevenfifty,
    dayone_text,
    jrnl_markdown,
    jrnl_yaml,
    jrnl,
    table,
    markdown,
)


def recognised(package: Package) -> list[Source]:
    """The sources that know this package, the likeliest first; several where that is not clear."""
    found = []
    for source in SOURCES:
        # What one cannot look into, another may know without.
        with suppress(Refused):
            if source.recognises(package):
                found.append(source)
    return found


def source_of(key: str) -> Source:
    """The source of this key. Raises KeyError."""
    return {source.KEY: source for source in SOURCES}[key]
