"""Products that several shops sell or several providers found, joined into one offer."""
