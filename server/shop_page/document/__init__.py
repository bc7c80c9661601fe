"""The page as a tree: decoded, stripped of ballast, parsed, cut to what is about the product."""
