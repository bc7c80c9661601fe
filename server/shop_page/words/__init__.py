"""What shops write on buttons and beside prices, as data: one file per language."""
