"""What axe, the accessibility checker, finds wrong with a page as it stands."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def find_violations(page: Page) -> list[str]:
    """Return one line for every element that breaks a rule, open shadow roots included; animations must have ended."""
    page.wait_for_function("document.getAnimations().every(({ playState }) => playState !== 'running')")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}}).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]
