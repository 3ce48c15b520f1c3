"""The bridge to Siskeudes: its tables as records, reading them from files, and comparing two village-years."""
