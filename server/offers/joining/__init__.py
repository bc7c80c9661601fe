"""One product that several shops sell, or several providers found."""
