"""The teacher's board of a class, and the projector's view of it."""
