"""Files of the room that readers take away."""
