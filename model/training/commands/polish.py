"""The command that trains the box head alone."""

from pathlib import Path

import click
import torch
from detectron2.utils.logger import setup_logger

from model.training.checkpoints.runs import new_run
from model.training.commands.options import CONFIG, DATA, OVERRIDES
from model.training.data.datasets import register
from model.training.network.config import RUN_CONFIG, load_config
from model.training.recipes.polishing import collect, joined, loaded, polish


@click.command("polish")
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@DATA
@CONFIG
@click.option("--output", type=click.Path(path_type=Path), required=True)
@click.option("--pictures", default=2000, show_default=True, help="Composed pictures to look at.")
@click.option("--steps", default=1500, show_default=True, help="Steps of 512 proposals each.")
@click.option("--rate", default=2e-4, show_default=True, help="Learning rate at the start.")
@OVERRIDES
def polish_command(
    *,
    before: Path,
    data: tuple[Path, ...],
    config: str | None,
    output: Path,
    pictures: int,
    steps: int,
    rate: float,
    overrides: tuple[str, ...],
) -> None:
    """Train only what says what a box shows, on from BEFORE, a run or a file of weights.

    OUTPUT is then like a run's: `mix`, `evaluate` and `export` take it.
    """
    new_run(output)
    setup_logger(str(output), name="model")
    for folder in data:
        register(folder)
    cfg = load_config(config, list(overrides), before)
    torch.manual_seed(max(cfg.SEED, 0))
    model = loaded(cfg, before)
    examples = joined([collect(cfg, model, pictures, max(cfg.SEED, 0))])
    polish(model, examples, steps, rate)
    path = output / "model_polished.pth"
    torch.save({"model": model.state_dict()}, path)
    (output / RUN_CONFIG).write_text(cfg.dump())
    (output / "last_checkpoint").write_text(path.name)
    click.echo(path)
