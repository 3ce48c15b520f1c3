"""Sources of funds as published budgets write them."""

from __future__ import annotations

import re
from functools import cache

from pilar.platform.reading import Words, several
from pilar.villagefinance import reference
from pilar.villagefinance.rules import codes


def fund_codes(text: str) -> tuple[str | None, ...]:
    """Return the funds that a cell names, None for each unknown one: ``DD``, ``Dana Desa``, ``ADD/PBH``."""
    bare = re.sub(r"\(.*\)", " ", text)
    code = _words().find(text) or _words().find(bare) or _words().find(text.partition("(")[2].rstrip(" )"))
    return (code,) if code else tuple(_words().find(word) for word in several(text))


def fund_of_account(account: str) -> str:
    """Return the fund whose money arrives under a revenue account; empty where none is known."""
    return max(
        (fund for fund in reference.funds().values() if codes.is_under(account, fund.account)),
        key=lambda fund: len(fund.account),
        default=reference.Fund("", "", "", ()),
    ).code


@cache
def _words() -> Words[str]:
    return Words(
        {fund.code: (fund.code, fund.name, *fund.words) for fund in reference.funds().values()},
        dropped=("sumber", "silpa"),
    )
