"""Settings by way of running: ``demo`` (a newcomer's machine), ``test``, ``production``. All build on ``base``."""
