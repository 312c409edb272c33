"""Drawing: the grid, its brush, pointers and keys, and the drawing itself."""
