"""What a page says of its product in markup: JSON-LD, microdata, meta tags, scripts."""
