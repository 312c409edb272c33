"""Lessons: settings as a link, and those that we offer."""
