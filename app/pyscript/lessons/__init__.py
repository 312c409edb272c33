"""Lessons: settings for something to watch, chosen from a list or carried by a link."""
