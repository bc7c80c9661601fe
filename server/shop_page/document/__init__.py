"""The page as a tree: decoded, stripped of ballast, parsed, cut down to what is about the product."""
