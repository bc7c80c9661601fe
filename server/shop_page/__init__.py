"""An offer out of a shop's page: HTML and its address in, what is sold for how much out."""
