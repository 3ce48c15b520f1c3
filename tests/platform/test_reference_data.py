from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilar.platform import reference_data
from pilar.platform.models import ReferenceData
from pilar.platform.transactions import OutsideTransaction


@pytest.mark.django_db
def test_only_the_version_loaded_last_counts_as_loaded() -> None:
    assert not reference_data.is_loaded("areas", "1")
    reference_data.mark_loaded("areas", "1", rows=3)
    assert reference_data.is_loaded("areas", "1")
    reference_data.mark_loaded("areas", "2", rows=4)
    assert not reference_data.is_loaded("areas", "1")
    assert not reference_data.is_loaded("instruments", "2")
    with CaptureQueriesContext(connection) as queries:
        assert reference_data.is_loaded("areas", "2")
    assert len(queries) == 1
    assert ReferenceData.objects.get().rows == 4


@pytest.mark.django_db(transaction=True)
def test_marking_outside_the_transaction_of_the_load_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        reference_data.mark_loaded("areas", "1", rows=3)
