"""Files as data portals give them out. All of it is synthetic: made up for these tests, in the shape of the real."""

from __future__ import annotations

import json

SDMX = """DATAFLOW,FREQ,REF_AREA,SERVICE,TIME_PERIOD,OBS_VALUE,UNIT_MULT,OBS_STATUS
CONTOH:DF_IZIN(1.0),M,3603,ONLINE,2026-01,81.5,0,A
CONTOH:DF_IZIN(1.0),M,3603,ONLINE,2026-02,83.25,0,P
CONTOH:DF_IZIN(1.0),M,3671,ONLINE,2026-01,12,0,A
CONTOH:DF_IZIN(1.0),M,3603,DESK,2026-01,19,0,A
"""
"""SDMX-CSV 1.0, synthetic."""

SDMX_2 = """STRUCTURE[;],STRUCTURE_ID,ACTION,FREQ: Frequency,TIME_PERIOD: Time period,OBS_VALUE: Value
dataflow,CONTOH:DF_IZIN(1.0),I,M: Monthly,2026-M01,81.5
dataflow,CONTOH:DF_IZIN(1.0),D,M: Monthly,2026-M02,83.2
"""
"""SDMX-CSV 2.0 with labels, synthetic."""

CKAN = json.dumps(
    {
        "success": True,
        "result": {
            "resource_id": "contoh-0001",
            "fields": [{"id": "_id", "type": "int"}, {"id": "bulan", "type": "timestamp"}],
            "records": [
                {"_id": 1, "bulan": "2026-01-01T00:00:00", "jenis": "Desa daring", "nilai": 0.0815},
                {"_id": 2, "bulan": "2026-02-01T00:00:00", "jenis": "Desa daring", "nilai": "0.08325"},
                {"_id": 3, "bulan": "2026-01-01T00:00:00", "jenis": "Desa luring", "nilai": None},
            ],
            "total": 7,
            "limit": 3,
        },
    }
)
"""What a CKAN answers to ``datastore_search``, synthetic."""
