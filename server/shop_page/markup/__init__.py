"""What a page says about its product in markup: JSON-LD, microdata, meta tags, scripts."""
