"""The visitor's own digits: collected, learned and kept."""
