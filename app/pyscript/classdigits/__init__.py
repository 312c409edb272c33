"""The class's digits: labeled drawings that pupils hand in, for everybody in the class."""
