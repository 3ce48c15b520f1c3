"""``./pilar mutate ROOM``: change the room's source in small ways and count which changes its tests notice."""
