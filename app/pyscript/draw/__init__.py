"""Drawing: the grid, its brush, its pointers and keys, and the drawing itself."""
