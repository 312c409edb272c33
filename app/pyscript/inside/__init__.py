"""Looking inside: hidden units, votes of pixels, nearest training digits."""
