"""Workbooks of programmes become imports like all others, under the keys that addresses and programs know.

What is under way goes on: its file moves from the private store to its row. What was shown before is shown anew before
it is stored, because what a preview shows is another.
"""

import json
from functools import partial

from django.db import migrations, transaction

from pilar.evidence import store

KIND = "masterplan.programmes"
UNDER_WAY = ("waiting", "checking", "checked", "confirmed", "storing")
COLUMNS = (
    "id, version_id, name, storage_key, sha256, state, attempt, done, total, report, judged, ordered_by_id, "
    "ordered_by_name, ordered_at, progressed_at"
)


def move(apps, editor):
    made = apps.get_model("platform", "Import")
    with editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM masterplan_programmeimport ORDER BY id")
        rows = cursor.fetchall()
        if rows:
            _make_room(cursor)
        for one in rows:
            key, version, name, file, sha256, state, attempt, done, total, report, judged, owner, by, at, progress = one
            content = _content(file) if state in UNDER_WAY else b""
            if state in UNDER_WAY and not content:
                state = "failed"
            made.objects.create(
                id=key, kind=KIND, subject=str(version), owner=owner or 0, owner_name=by, name=name, sha256=sha256,
                content=content, state=state, attempt=attempt, done=done, total=total, report=_report(report),
                judged=judged, lasting=True, kept_at=at, progressed_at=progress,
            )
            if file:
                transaction.on_commit(partial(store.delete, file))


def _make_room(cursor):
    """Keys that other imports have, whose files nobody has confirmed yet, are theirs no more."""
    table = "pg_get_serial_sequence('platform_import', 'id')"
    cursor.execute(
        f"SELECT setval({table}, greatest(nextval({table}), "
        "(SELECT max(id) FROM platform_import), (SELECT max(id) FROM masterplan_programmeimport)))"
    )
    cursor.execute(
        f"UPDATE platform_import SET id = nextval({table}) WHERE id IN (SELECT id FROM masterplan_programmeimport)"
    )


def _content(file):
    """A file as it was sent; empty if it is gone or the store does not answer, so that it has to be sent again."""
    try:
        with store.open_file(file) as opened:
            return opened.read()
    except store.FAILURES:
        return b""


def _report(kept):
    """What a check had found, as the door of imports keeps it; the values of the rows are left out."""
    if kept is None:
        return None
    found = json.loads(kept) if isinstance(kept, str) else kept
    rows = [[row, title, outcome, [], "Program", code, office] for row, code, title, office, outcome, *_ in found["rows"]]
    return {
        **found,
        "faults": [_told(*one) for one in found["faults"]],
        "notes": [_told(*one) for one in found["notes"]],
        "rows": rows,
        "headings": [],
    }


def _told(sheet, row, column, code, sentence, fields):
    said = {name: {"number": value[0]} if isinstance(value, list) else value for name, value in fields.items()}
    return [row, column, code, sentence, said, "", sheet]


class Migration(migrations.Migration):

    dependencies = [
        ('masterplan', '0007_numbered_minutes'),
        ('platform', '0005_imports'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name='ProgrammeImport'),
    ]
