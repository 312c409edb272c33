"""A module for each command of `digits`, with `main(arguments) -> exit status` (digits/cli.py)."""
