"""Stored digits: MNIST's files, wherever they are, and the digits that come with the program.

Not sent to the browser, which gets its samples from the API.
"""
