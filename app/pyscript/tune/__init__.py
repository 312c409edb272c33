"""Teaching the network one drawing."""
