"""``python -m pilar``: the command line behind ``./pilar``."""

import sys

from pilar.config.commandline import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
