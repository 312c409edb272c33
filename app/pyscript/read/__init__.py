"""Reading: what the network sees in the drawing, and what it takes it for."""
