"""Where to buy a garment: the providers of offers, and the search over all of them."""
