"""`python -m model.training`: train, evaluate and export."""

from model.training.cli import main

main()
