"""Find similar proposals, so that the secretariat sees which ones it may merge."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9]{3,}")
COMMON = frozenset(
    {
        "dan", "yang", "untuk", "dengan", "dari", "pada", "dalam", "oleh", "bagi", "atau", "serta", "program",
        "kegiatan", "pengembangan", "peningkatan", "pembangunan", "penyediaan", "layanan", "pelayanan", "sistem",
        "aplikasi", "berbasis", "kabupaten", "kota", "daerah", "smart", "city",
    }
)  # fmt: skip
"""Words that nearly every proposal contains."""
ALIKE = 0.45
"""From this share of common trigrams on, two texts are shown together (assumption)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two proposals by their keys, the smaller first, and their similarity, 0 to 1."""

    first: int
    second: int
    share: float


def similar(texts: Mapping[int, tuple[str, str]], *, least: float = ALIKE) -> tuple[Pair, ...]:
    """Return pairs with similar titles, or titles and aims; the most similar first.

    ``texts``: title and aim by key. The measure is Jaccard's share of common trigrams, without the words in ``COMMON``;
    the aim counts half. Quadratic, with sets: 300 proposals are 45,000 pairs; aims are compared only where the titles
    have something in common.
    """
    pieces = {key: (_pieces(title), _pieces(aim)) for key, (title, aim) in texts.items()}
    keys: Sequence[int] = sorted(pieces)
    pairs = []
    for place, first in enumerate(keys):
        for second in keys[place + 1 :]:
            titles = _share(pieces[first][0], pieces[second][0])
            if (2 * titles + 1) / 3 < least:
                continue  # no aims are similar enough for these titles
            aims = _share(pieces[first][1], pieces[second][1])
            share = max(titles, (2 * titles + aims) / 3)
            if share >= least:
                pairs.append(Pair(first, second, share))
    return tuple(sorted(pairs, key=lambda pair: (-pair.share, pair.first, pair.second)))


def _pieces(text: str) -> frozenset[str]:
    words = [word for word in _WORD.findall(text.lower()) if word not in COMMON]
    return frozenset(f" {word} "[start : start + 3] for word in words for start in range(len(word)))


def _share(words: frozenset[str], other: frozenset[str]) -> float:
    common = len(words & other)
    together = len(words) + len(other) - common
    return common / together if together else 0.0
