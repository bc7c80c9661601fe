"""The self-hosted application: looks, offers, catalogue, history."""
