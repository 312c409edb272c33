"""Connects the page's Python with the worker's. It knows none of their functions by name.

page     ask("tune", pixels, 3) -> encode_call => the worker's one function, `ask` -> offers.py
worker   what a function returns or raises -> offers.py => decode_answer -> a value, or RefusedError
         a report => the handler that the page has for its type
"""
