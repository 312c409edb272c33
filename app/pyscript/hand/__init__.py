"""Teaching the network the visitor's own digits: collecting, learning and keeping them."""
