"""What axe-core finds on a page, and whether it has to be scrolled sideways."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_FINDINGS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`));
}"""
_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def findings(page: Page) -> list[str]:
    """Return what is wrong with a page as it is now, a line a finding."""
    if not page.evaluate("'axe' in window"):
        assert _AXE.is_file(), "axe-core is missing: run `npm ci`."
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_FINDINGS)
    return found + (["scrolls sideways"] if page.evaluate(_WIDE) else [])


def turn(page: Page) -> None:
    """Have a page read from right to left."""
    page.evaluate("document.documentElement.dir = 'rtl'")
