"""`python -m pyrometer`."""

from pyrometer.cli import main

main()
