"""Training: settings, start and pause, the course of a run and its charts."""
