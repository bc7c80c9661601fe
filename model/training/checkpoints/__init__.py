"""Weights of runs: their folders, averages and mixtures, and the model zoo's."""
