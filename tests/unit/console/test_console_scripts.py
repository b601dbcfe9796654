"""The console's scripts come locked, from any mirror, and the pages carry no script or style of their own."""

from __future__ import annotations

import json
import re

import pytest

from bot.console.pages import HERE, HTMX

TEMPLATES = sorted((HERE / "templates").glob("*.html"))


def test_the_lock_names_no_registry_and_fits_the_package_file() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {name.removeprefix("node_modules/"): entry["version"] for name, entry in packages.items()} == wanted
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())


def test_htmx_lies_where_the_pages_look_for_it() -> None:
    assert HTMX.exists(), "run `make setup`"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_an_exception_from_the_content_security_policy(template: object) -> None:
    source = (HERE / "templates" / str(template)).read_text()
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:|<style|<script(?![^>]*\bsrc=)", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_what_is_marked_safe_is_written_by_us(template: object) -> None:
    source = (HERE / "templates" / str(template)).read_text()
    for marked in re.findall(r"([^{]*)\|\s*safe", source):
        assert re.match(r"\s*' [a-z-]+=\"[a-z]+\"' $", marked), marked
