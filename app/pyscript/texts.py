"""What the page and the worker say, in English: the one place to translate.

Plain constants in groups, a group for each part of the page; what varies stands in braces and is
put in by `str.format`. Markup stays in the components.

Runs on MicroPython and on CPython.
"""
