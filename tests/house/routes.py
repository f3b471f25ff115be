"""Every address of the product, and who may open it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver


def walk(
    resolver: URLResolver, path: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Name, path and pattern of every route, those of other packages too."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern, path + str(pattern.pattern), inner)
        else:
            yield f"{space}{pattern.name}", path + str(pattern.pattern), pattern
