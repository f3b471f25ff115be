"""What is asked of every page so that everyone can use it: axe's rules, and no sideways scroll."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# WCAG 1.4.10 asks for 320 pixels; 640 is a wide screen at 200 %.
WIDTHS = [320, 390, 640]

RUN = """async ([source, runOnly]) => {
  if (!window.axe) (0, eval)(source);
  const found = await window.axe.run(document, { runOnly });
  return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html).slice(0, 4)]);
}"""


def violations(page: Page) -> list[Any]:
    """The rules of axe that the page breaks, with the elements that break them."""
    found: list[Any] = page.evaluate(RUN, [AXE, {"type": "tag", "values": TAGS}])
    return found


def faint_words(page: Page) -> list[Any]:
    """What lacks contrast: the rule of axe whose outcome depends on the scheme."""
    found: list[Any] = page.evaluate(RUN, [AXE, {"type": "rule", "values": ["color-contrast"]}])
    return found


def scrolls_sideways(page: Page) -> list[int]:
    """The widths in CSS pixels at which the page must be pushed from side to side."""
    size = page.viewport_size
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.scrollingElement.scrollWidth") > width:
            found.append(width)
    if size:
        page.set_viewport_size(size)
    return found
