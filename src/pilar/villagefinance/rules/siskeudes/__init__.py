"""The bridge to Siskeudes: its tables as records, how files become them, and where two village-years differ."""
