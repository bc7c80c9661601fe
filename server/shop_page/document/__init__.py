"""The page as a tree: decoded, stripped of ballast, parsed, cut down to the product's part."""
