"""Offers' pictures: fetched, looked at, compared with the crop, passed on as thumbnails."""
