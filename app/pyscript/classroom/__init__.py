"""A class on the local network: starting one, joining one, and hearing of it."""
