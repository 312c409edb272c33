"""Looking inside the network: hidden units, votes of pixels, nearest training digits."""
