"""Offers' pictures: downloaded, compared with the garment, and proxied as thumbnails."""
