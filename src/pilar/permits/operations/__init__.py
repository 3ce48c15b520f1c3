"""What changes permits."""

__all__: list[str] = []
