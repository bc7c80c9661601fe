"""The web app: works from any browser, on the same server as the API."""
