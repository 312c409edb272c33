"""Use cases. Nothing here knows a request: views parse, call these, and render."""
