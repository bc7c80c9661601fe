"""Where to buy it: providers, the search over all of them, one ranked list."""
