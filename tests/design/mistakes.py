"""What a page that refuses a form owes its reader: said first, in the title, and at the field."""

from __future__ import annotations

import re

from django.test import Client

SUMMARY = '<div class="error-summary" role="alert" tabindex="-1" autofocus>'
TITLES = ("Galat: ", "Error: ")


def sent_empty(client: Client, address: str) -> tuple[bool, list[str]]:
    """Whether the form at an address is refused without anything in it, and what its answer lacks."""
    answer = client.post(address)
    if answer.status_code not in (200, 422) or "text/html" not in answer["Content-Type"]:
        return False, []
    page = answer.content.decode()
    if not says_no(page):
        return False, []
    form = client.get(address)
    return True, lacks(page, form.content.decode() if form.status_code == 200 and not form.streaming else "")


def says_no(page: str) -> bool:
    """Whether a field of the page is refused."""
    return bool(_refused(page)) or SUMMARY in page


def lacks(page: str, before: str = "") -> list[str]:
    """What is missing on a page that refuses something; ``before``: the page with the form as it was first shown."""
    if not says_no(page):
        return []
    found = []
    title = re.search(r"<title>\s*(.*?)\s*</title>", page, re.DOTALL)
    if title is None or not title[1].startswith(TITLES):
        found.append(f"title: {title and title[1]}")
    if page.count(SUMMARY) != 1:
        return [*found, f"{page.count(SUMMARY)} summaries"]
    start = page.index(SUMMARY)
    if start > page.index("<h1", page.index("<main")):
        found.append("the summary does not come first")
    box = page[start : page.index("</ul>", start)]
    if "<li>" not in box:
        found.append("the summary says nothing")
    found += [f"no field {one}" for one in re.findall(r'href="#([^"]*)"', box) if f'id="{one}"' not in page]
    for field in _refused(page):
        if not re.search(rf'aria-describedby="[^"]*\b{re.escape(field)}_error\b', page):
            found.append(f"{field} is not tied to its error")
        if re.search(rf'<label for="{re.escape(field)}"[^>]*>[^<]*<span class="optional"', before):
            found.append(f"{field} was called optional")
    return found


def _refused(page: str) -> list[str]:
    """The ids of the fields that have an error."""
    return re.findall(r'<div class="error" id="([\w-]+)_error">', page)
