"""What is asked of every page so that everyone can use it.

axe's rules in light, in dark and in the colours of a system with high contrast; no sideways scroll,
not even when the page runs from right to left or somebody sets the text wider (WCAG 1.4.12).
"""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# WCAG 1.4.10 asks for 320 pixels; 640 is a wide screen at 200 %. The narrowest comes last.
WIDTHS = [640, 390, 320]
WIDE_TEXT = "* { line-height: 1.5 !important; letter-spacing: .12em !important; \
word-spacing: .16em !important; } p { margin-block-end: 2em !important; }"

RUN = """async (run) => {
  await document.fonts.ready;
  const sparing = { preload: false, resultTypes: ["violations"] };
  const found = await window.axe.run(document, { ...sparing, ...run });
  return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html).slice(0, 4)]);
}"""

WIDTH = "document.scrollingElement.scrollWidth"

# What needs no other look. Several questions are one call here and below: each call waits until the
# page has time for it.
PLAIN = """() => [
  document.querySelectorAll("h1").length, document.getAnimations().length, document.title]"""

# Controls and labels whose words stick out of them, or are cut off by something around them.
CLIPPED = """() => {
  const controls = "button, .btn, label, legend, summary, nav a, th";
  const all = { visibilityProperty: true, opacityProperty: true };
  const cutting = /hidden|clip/;
  const reachOf = (element) => {
    const reach = element.getBoundingClientRect().toJSON();
    for (let above = element.parentElement; above; above = above.parentElement) {
      const style = getComputedStyle(above);
      if (above.matches("html, body") || !cutting.test(style.overflowX + style.overflowY)) continue;
      const box = above.getBoundingClientRect();
      reach.left = Math.max(reach.left, box.left);
      reach.right = Math.min(reach.right, box.right);
    }
    return reach;
  };
  const found = [];
  for (const element of document.querySelectorAll(controls)) {
    if (!element.checkVisibility(all) || element.closest(".visually-hidden")) continue;
    const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const reach = reachOf(element);
    while (words.nextNode()) {
      const node = words.currentNode;
      if (!node.data.trim() || node.parentElement.closest(".visually-hidden")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const sides = [reach.left - box.left, box.right - reach.right];
      // The height of a line of text reaches beyond its letters.
      const rows = [reach.top - box.top, box.bottom - reach.bottom];
      const isCut = sides.some((by) => by > 1) || rows.some((by) => by > 4);
      if (isCut) found.push(element.outerHTML.slice(0, 120));
    }
  }
  return found;
}"""

# How wide the page is from right to left, and then with the text set wider; and what that clips. A
# constructed sheet, since the content security policy takes no other from here.
SQUEEZED = f"""(rules) => {{
  const page = document.documentElement;
  page.dir = "rtl";
  const turned = {WIDTH};
  page.dir = "ltr";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const [widened, clipped] = [{WIDTH}, ({CLIPPED})()];
  document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
  return [turned, widened, clipped];
}}"""

# Controls that forced colours leave without words, picture, border or outline; choices that do not
# show; and words that keep a colour of their own. axe cannot be asked: it reads the text's colour
# where Chromium gives the one that was written, not the one that is shown.
LOST = """() => {
  const clear = (colour) => colour === "transparent" || /^rgba.*, 0\\)$/.test(colour);
  const backOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!clear(backgroundColor)) return backgroundColor;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const isSeen = (element) => {
    const style = getComputedStyle(element);
    const back = backOf(element);
    const behind = backOf(element.parentElement);
    const sides = ["Top", "Right", "Bottom", "Left"];
    const hasBorder = sides.some((side) =>
      parseFloat(style[`border${side}Width`]) > 0 && !clear(style[`border${side}Color`])
        && style[`border${side}Color`] !== behind);
    const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const words = element.innerText?.trim() || element.value || element.placeholder;
    const hasWords = words && style.color !== back && !clear(style.color);
    const hasPicture = [...element.querySelectorAll("svg, rect, text")].some((svg) => {
      const { stroke, fill } = getComputedStyle(svg);
      return [stroke, fill].some((paint) => paint !== "none" && paint !== back && !clear(paint));
    });
    const hasPhoto = element.querySelector("img") !== null;
    return hasBorder || hasOutline || hasWords || hasPicture || hasPhoto;
  };
  const looks = (box) => {
    const [style, mark] = [getComputedStyle(box), getComputedStyle(box, "::before")];
    return [style.backgroundColor, style.borderColor, mark.backgroundColor].join();
  };
  const found = [];
  const controls = "a[href], button, input, select, textarea, summary";
  for (const element of document.querySelectorAll(controls)) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const { width, height } = element.getBoundingClientRect();
    if (width < 2 || height < 2 || element.matches(".skip, [type=hidden]")) continue;
    const around = element.closest(".marks label, .star, label.btn");
    if (!isSeen(around ?? element)) found.push(element.outerHTML.slice(0, 120));
  }
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || element.closest("svg, script, template") || !element.checkVisibility()) continue;
    if (getComputedStyle(element).forcedColorAdjust === "none")
      found.push(`own colour: ${element.outerHTML.slice(0, 120)}`);
  }
  // What is chosen must look other than what is not. Of radios only one can be.
  const chosen = document.querySelectorAll("input[type=radio]:checked");
  for (const box of document.querySelectorAll("input:is([type=checkbox], [type=radio])")) {
    if (!box.checkVisibility() || box.closest(".marks, .star")) continue;
    const [before, was] = [looks(box), box.checked];
    box.checked = !was;
    if (looks(box) === before) found.push(`checked or not: ${box.outerHTML.slice(0, 120)}`);
    box.checked = was;
  }
  for (const radio of chosen) radio.checked = true;
  return found;
}"""


def violations(page: Page) -> list[Any]:
    """The rules of axe that the page breaks, with the elements that break them."""
    # Of WCAG 2.2, axe asks for the size of targets only when told to.
    return _run_axe(page, {"type": "tag", "values": TAGS}, rules={"target-size": {"enabled": True}})


def faint_words(page: Page) -> list[Any]:
    """What lacks contrast: the rule of axe whose outcome depends on the scheme."""
    return _run_axe(page, {"type": "rule", "values": ["color-contrast"]})


def lost_in_forced_colors(page: Page) -> list[Any]:
    """What nobody sees in a system's own colours."""
    page.emulate_media(forced_colors="active")
    found: list[Any] = page.evaluate(LOST)
    page.emulate_media(forced_colors="none", color_scheme="light")
    return found


def breaks_when_narrow(page: Page) -> dict[str, Any]:
    """What does not fit: as it is, from right to left, and with the text set wider."""
    size = page.viewport_size
    found: dict[str, Any] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(WIDTH) > width:
            found.setdefault("sideways", []).append(width)
    narrow = WIDTHS[-1]
    turned, widened, clipped = page.evaluate(SQUEEZED, WIDE_TEXT)
    if turned > narrow:
        found["sideways from right to left"] = narrow
    if widened > narrow:
        found["sideways with wide text"] = narrow
    if clipped:
        found["clipped with wide text"] = clipped
    if size:
        page.set_viewport_size(size)
    return found


def faults(page: Page) -> dict[str, Any]:
    """All of it, by what was asked; empty when everyone can use the page.

    The page is left in light, and as wide as it was.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found: dict[str, Any] = {"axe": violations(page)}
    found |= breaks_when_narrow(page)
    page.emulate_media(color_scheme="dark")
    found["faint in the dark"] = faint_words(page)
    found["lost in forced colours"] = lost_in_forced_colors(page)
    headings, moving, title = page.evaluate(PLAIN)
    found["headings of the first level"] = "" if headings == 1 else "not one"
    found["moves"] = moving
    found["title"] = "" if title.endswith(" · Throughline") else title
    return {asked: what for asked, what in found.items() if what}


def _run_axe(page: Page, only: dict[str, Any], **more: Any) -> list[Any]:
    if not page.evaluate("'axe' in window"):
        # It comes along with whatever this tab opens next: the browser has read it by then.
        page.add_init_script(AXE)
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(RUN, {"runOnly": only, **more})
    return found
