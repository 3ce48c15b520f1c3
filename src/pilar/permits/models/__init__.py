"""Tables of permits; migrations and triggers find them here."""

__all__: list[str] = []
