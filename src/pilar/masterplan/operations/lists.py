"""Set the meanings of words in a region's lists of programmes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pilar.areas.models import Office
from pilar.masterplan.models import ListWord
from pilar.masterplan.operations.locking import locked_version, refuse
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.list_columns import Fields
from pilar.masterplan.rules.list_words import MAX_SAID, SaidWord, WordKind, faults_of
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault
from pilar.platform.language import N_


@transaction.atomic
def say_list_words(*, by: Standing, version: int, said: Sequence[SaidWord]) -> None:
    """Store the meanings of words in the lists of a version's region, for this list and later ones.

    Raises Faults at kind and word; needs ``edit-proposals``.
    """
    row = locked_version(by, version, Action.EDIT_PROPOSALS)
    if len(said) > MAX_SAID:
        refuse([Fault("too-many-words", N_("At most %(most)s words at once"), {"most": MAX_SAID})])
    offices = Office.objects.filter(region=row.region_id, closed_at=None).values_list("pk", flat=True)
    parts = [part.code for part in framework().pillars.parts()]
    fields = Fields(range(row.plan.first_year, row.plan.last_year + 1))
    refuse(faults_of(said, fields, set(offices), parts))
    locks.take(f"masterplan.list-words {row.region_id}")
    kept = {(list_word.kind, list_word.word): list_word for list_word in ListWord.objects.filter(region=row.region_id)}
    wanted = {(str(word.kind), word.word): word.meaning for word in said}
    changed = {key: meaning for key, meaning in wanted.items() if meaning != (kept[key].meaning if key in kept else "")}
    if not changed:
        return
    gone = [kept[key].pk for key, meaning in changed.items() if not meaning]
    ListWord.objects.filter(pk__in=gone).delete()
    ListWord.objects.bulk_create(
        [
            ListWord(region_id=row.region_id, kind=kind, word=word, meaning=meaning)
            for (kind, word), meaning in changed.items()
            if meaning
        ],
        update_conflicts=True, unique_fields=["region", "kind", "word"], update_fields=["meaning"],
    )  # fmt: skip
    audit.record(
        by=by.actor, action="say-list-words", target="masterplan.version", key=row.pk, area=row.region_id,
        before={_named(key): kept[key].meaning for key in changed if key in kept},
        after={_named(key): meaning for key, meaning in changed.items()},
    )  # fmt: skip


def _named(key: tuple[str, str]) -> str:
    kind, word = key
    return f"{WordKind(kind)}: {word}"
