"""Reading: which digit the network reads in the drawing, and what the network is given."""
