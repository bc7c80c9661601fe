"""From pictures to garments; knows nothing of HTTP, shops or databases."""
