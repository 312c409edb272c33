"""The network's weights: loading shared, random or a file's; publishing; the shared history."""
