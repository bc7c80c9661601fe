"""The command line of this package."""

from contextlib import ExitStack
from pathlib import Path

import click
import torch
from detectron2.config import CfgNode
from detectron2.engine import launch
from detectron2.utils import comm
from detectron2.utils.logger import setup_logger

from model.training.checkpoints.mixing import mix_runs
from model.training.checkpoints.runs import begun, is_used, need_weights, new_run
from model.training.checkpoints.zoo import ZOO, local_weights
from model.training.classifiers.lone_product import export_lone_products
from model.training.commands.compare import compare, difference
from model.training.commands.empty import draw_nothing, nothing
from model.training.commands.evaluate import evaluate
from model.training.commands.export import export_command
from model.training.commands.fit_embedder import fit_embedder
from model.training.commands.import_annotations import import_annotations
from model.training.commands.labels import convert_deepfashion2, pseudo_label
from model.training.commands.likeness import likeness
from model.training.commands.options import CONFIG, DATA, FOLDER, OVERRIDES
from model.training.commands.polish import polish_command
from model.training.commands.progress import progress
from model.training.commands.rebuild_data import rebuild_data
from model.training.commands.retrieve import retrieve_command
from model.training.commands.train_embedder import train_embedder_command
from model.training.commands.train_verifier import train_verifier
from model.training.data.dataset_names import need_datasets
from model.training.data.datasets import register
from model.training.embedding.embedder import export_embedder
from model.training.network import devices
from model.training.network.config import load_config
from model.training.recipes import trainer
from model.training.recipes.available import need_shares, take_what_is_there
from model.training.recipes.schedule import drops_of
from model.training.recipes.starting import START, starting_point, write_start


@click.group()
def main() -> None:
    """Train, measure and export the garment segmenter."""


@main.command()
@DATA
@CONFIG
@click.option("--output", type=click.Path(path_type=Path), required=True)
@click.option(
    "--from",
    "source",
    help="What to start from: `shipped`, an exported graph, a run or a checkpoint.  "
    "[default: MODEL.WEIGHTS]",
)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint in the output.")
@click.option("--minutes", type=float, help="Train for so long, whatever the number of steps.")
@click.option("--processes", default=1, show_default=True, help="Processes (or GPUs) here.")
@click.option("--machines", default=1, show_default=True)
@click.option("--machine-rank", default=0, show_default=True)
@click.option("--dist-url", default="auto", show_default=True)
@click.option("--zoo", default=ZOO, show_default=True, help="Detectron2's model zoo, or a mirror.")
@OVERRIDES
def train(
    *,
    data: tuple[Path, ...],
    config: str | None,
    output: Path,
    source: str | None,
    resume: bool,
    minutes: float | None,
    processes: int,
    machines: int,
    machine_rank: int,
    dist_url: str,
    zoo: str,
    overrides: tuple[str, ...],
) -> None:
    """Train a model. OVERRIDES are keys and values of the configuration."""
    resumed = resume and (output / "last_checkpoint").exists()
    # Killed before its first checkpoint: it begins again, as the run that it is.
    again = resume and not resumed and is_used(output)
    before = starting_point(source) if source is not None and not resumed else None
    cfg = load_config(config, list(overrides), output if resumed or again else before)
    cfg.OUTPUT_DIR = str(output)
    if minutes is not None:
        cfg.SOLVER.MAX_MINUTES = minutes
    drops_of(cfg)
    devices.need(cfg.MODEL.DEVICE)
    known = [name for folder in data for name in register(folder)]
    take_what_is_there(cfg, known)
    need_datasets(cfg.DATASETS.TRAIN, known, data)
    need_shares(cfg)
    if again:
        click.echo(f"{output} holds no checkpoint yet: beginning again.")
    with ExitStack() as run:
        if before is not None:
            cfg.MODEL.WEIGHTS = str(output / START)
        if machine_rank == 0 and not resumed and not again:
            new_run(output, hint="Add --resume to go on with it, or name another folder.")
            run.enter_context(begun(output, cfg))
        if not resumed:
            if before is not None:
                write_start(before, cfg, output)
            # Here, not in each process, since all of them would download it.
            with progress("Downloading") as step:
                cfg.MODEL.WEIGHTS = local_weights(cfg.MODEL.WEIGHTS, zoo, step)
            need_weights(cfg.MODEL.WEIGHTS)
        if cfg.SOLVER.AMP.ENABLED and cfg.MODEL.DEVICE == "cpu":
            cfg.SOLVER.AMP.ENABLED = devices.half_is_faster()
            click.echo(f"In {'bfloat16' if cfg.SOLVER.AMP.ENABLED else 'float32'}: faster here.")
        cfg.freeze()
        launch(
            _train_here,
            processes,
            num_machines=machines,
            machine_rank=machine_rank,
            dist_url=dist_url,
            args=(cfg, data, resume, processes),
        )


def _train_here(cfg: CfgNode, data: tuple[Path, ...], resume: bool, processes: int) -> None:
    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank())
    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank(), name="model")
    if cfg.MODEL.DEVICE == "cpu" and processes > 1:
        torch.set_num_threads(1)
    for folder in data:
        register(folder)
    trainer.train(cfg, resume=resume)


@main.command()
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--share", type=click.FloatRange(0, 1), default=0.7, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), required=True)
def mix(before: Path, after: Path, share: float, output: Path) -> None:
    """Put SHARE of the weights of the run AFTER and the rest of BEFORE together.

    AFTER went on from BEFORE, a run or a file of weights. OUTPUT is then like a run's.
    """
    try:
        click.echo(mix_runs(before, after, share, output))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@main.command("export-embedder")
@FOLDER
def export_embedder_command(folder: Path) -> None:
    """Write embedder.onnx as the ImageNet weights that a package ships, with no layer on them."""
    path = export_embedder(folder)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


@main.command("export-lone-products")
@FOLDER
def export_lone_products_command(folder: Path) -> None:
    """Write lone_products.onnx, the last layer of the network whose features ship."""
    path = export_lone_products(folder)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


for command in (
    export_command,
    evaluate,
    compare,
    difference,
    retrieve_command,
    train_embedder_command,
    fit_embedder,
    import_annotations,
    pseudo_label,
    convert_deepfashion2,
    rebuild_data,
    nothing,
    draw_nothing,
    polish_command,
    train_verifier,
    likeness,
):
    main.add_command(command)
