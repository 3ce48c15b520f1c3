"""Lists as files: a reader of a list's page gets it as a file, and in it nothing that is hidden from them."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from evaluation.cycle.addresses import page_arguments, pages
from evaluation.cycle.listed import LISTS
from evaluation.cycle.planted import Planted
from evaluation.cycle.test_addresses import HIDDEN, Reply, signed_in, told
from kit.selection import QUICK


@pytest.mark.parametrize("who", LISTS)
def test_a_list_is_a_file_for_whom_it_is_a_page(planted: Planted, who: str) -> None:
    client, found = signed_in(planted, who), set()
    for name, address in pages().items():
        if QUICK and name not in LISTS[who]:
            continue
        path = reverse(name, kwargs=address.arguments(page_arguments()[name], planted.values))
        page = client.get(path)
        if page.status_code != 200 or page.streaming or b"as=csv" not in page.content:
            continue
        found.add(name)
        text, book = client.get(f"{path}?as=csv"), client.get(f"{path}?as=xlsx")
        rows = text.content.decode("utf-8-sig").splitlines()
        (sheet,) = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names
        assert len(rows) > 1, (name, sheet)
        assert rows[0].count(";") > 1, name
        assert not told([Reply(200, text.content.decode())], HIDDEN[who]), name
    assert found == LISTS[who]
