"""Pure decisions about master plans."""
