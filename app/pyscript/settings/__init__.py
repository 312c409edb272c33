"""The settings of a run: how the network is to be trained. Page and worker both use them."""
