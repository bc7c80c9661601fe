"""The training loop: Detectron2's trainer with a clock, clipping and averaged weights."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from detectron2.checkpoint import DetectionCheckpointer
from detectron2.config import CfgNode
from detectron2.engine import SimpleTrainer, create_ddp_model, hooks
from detectron2.modeling import build_model
from detectron2.solver import build_optimizer, get_default_optimizer_params
from detectron2.utils import comm
from detectron2.utils.env import seed_all_rng
from detectron2.utils.events import CommonMetricPrinter, JSONWriter, TensorboardXWriter
from torch import nn

from model.training.checkpoints.averaging import AverageWeights, WeightAverage
from model.training.checkpoints.runs import CheckpointError, keep_checkpoints
from model.training.composing.loading import make_loader, stream_of
from model.training.network.config import RUN_CONFIG
from model.training.recipes.early_evaluation import early_evaluation
from model.training.recipes.schedule import RateByProgress, drops_of

logger = logging.getLogger(__name__)


class FashionTrainer(SimpleTrainer):  # type: ignore[misc]
    """Trains until its schedule is over, in steps or by the clock."""

    def __init__(self, model: nn.Module, loader: Any, cfg: CfgNode) -> None:
        super().__init__(model, loader, make_optimizer(cfg, model))
        self._clip = cfg.SOLVER.CLIP_NORM
        self._device = cfg.MODEL.DEVICE.partition(":")[0]
        self._half = cfg.SOLVER.AMP.ENABLED
        self._scaler = torch.amp.GradScaler(self._device, enabled=self._half)
        self._seed = cfg.SEED
        self._stream = stream_of(cfg)
        # Steps that were taken, over all parts of an interrupted run.
        self.done = 0
        self.by_clock = cfg.SOLVER.MAX_MINUTES > 0
        self.schedule = RateByProgress(
            self.optimizer,
            cfg.SOLVER.MAX_ITER,
            cfg.SOLVER.WARMUP_ITERS,
            cfg.SOLVER.MAX_MINUTES,
            drops_of(cfg),
        )
        self.register_hooks([self.schedule])

    def before_step(self) -> None:
        """Stop once the time is up."""
        super().before_step()
        if self.by_clock and self.schedule.progress >= 1:
            raise TimeIsUp

    def train(self, start_iter: int, max_iter: int) -> None:
        """Train from one step to another, or until the time is up."""
        try:
            super().train(start_iter, 10**9 if self.by_clock else max_iter)
        except TimeIsUp:
            logger.info("The time is up after %d steps.", self.iter)

    def run_step(self) -> None:
        """Take one step.

        What is drawn by chance in it, such as proposals, follows from its number, so that an
        interrupted run takes the steps that an uninterrupted one would have taken.
        """
        # First, because a new loader draws a number too.
        data = next(self._data_loader_iter)
        seeds = np.random.SeedSequence([self._seed, comm.get_rank(), self.iter])
        torch.manual_seed(int(seeds.generate_state(1, np.uint64)[0] >> 1))
        with torch.autocast(self._device, enabled=self._half):
            losses = self.model(data)
            loss = sum(losses.values())
        self.optimizer.zero_grad()
        self._scaler.scale(loss).backward()
        if self._clip > 0:
            self._scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.model.parameters(), self._clip)
        self._scaler.step(self.optimizer)
        self._scaler.update()
        # Reading losses makes a GPU wait, so that not each step's are, but always the last one's;
        # by the clock, any step may be the last.
        if self.iter % 5 == 0 or self.iter + 1 == self.max_iter or self.by_clock:
            self._write_metrics(losses, 0.0)
        self.done = self.iter + 1

    def state_dict(self) -> dict[str, Any]:
        """Return the state for a checkpoint: steps, optimizer, scaler, hooks."""
        own = {"done": self.done, "scaler": self._scaler.state_dict(), "stream": self._stream}
        return {**super().state_dict(), **own}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        super().load_state_dict(state)
        self.done = state.get("done", state["iteration"] + 1)
        if self._half and state.get("scaler"):
            self._scaler.load_state_dict(state["scaler"])
        if state.get("stream", self._stream) != self._stream:
            logger.warning(
                "The seed, the data sets, the batch or the number of processes is another than "
                "before: the run goes on with other photos than it would have taken."
            )


class TimeIsUp(BaseException):
    """Ends the loop; not an `Exception`, because nothing went wrong."""


def make_optimizer(cfg: CfgNode, model: nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer that the configuration names."""
    if cfg.SOLVER.OPTIMIZER == "SGD":
        optimizer: torch.optim.Optimizer = build_optimizer(cfg, model)
        return optimizer

    groups = get_default_optimizer_params(
        model,
        base_lr=cfg.SOLVER.BASE_LR,
        weight_decay=cfg.SOLVER.WEIGHT_DECAY,
        weight_decay_norm=0.0,
        weight_decay_bias=0.0,
    )
    bottom_up = {id(p) for name, p in model.named_parameters() if "backbone.bottom_up." in name}
    split = []
    for group in groups:
        near = [p for p in group["params"] if id(p) not in bottom_up]
        far = [p for p in group["params"] if id(p) in bottom_up]
        if near:
            split.append({**group, "params": near})
        if far:
            rate = group["lr"] * cfg.SOLVER.BACKBONE_LR_FACTOR
            split.append({**group, "params": far, "lr": rate})
    return torch.optim.AdamW(split, lr=cfg.SOLVER.BASE_LR)


class StartCheckpointer(DetectionCheckpointer):  # type: ignore[misc]
    """Detectron2's checkpointer, which refuses to start from weights of another network."""

    def _load_model(self, checkpoint: Any) -> Any:
        incompatible = super()._load_model(checkpoint)
        names = {name for name, _ in self.model.named_parameters()}
        wrong_shapes = {name for name, *_ in incompatible.incorrect_shapes}
        absent = names & (set(incompatible.missing_keys) | wrong_shapes)
        if 2 * len(absent) > len(names):
            raise CheckpointError(
                f"The weights to start from are another network's: of {len(names)} weights they "
                f"hold {len(names) - len(absent)}.",
                hint="Give weights of this --config, or append MODEL.WEIGHTS ''.",
            )
        return incompatible


def train(cfg: CfgNode, *, resume: bool) -> None:
    """Train into `cfg.OUTPUT_DIR`; with `resume`, continue from its last checkpoint.

    Raises:
        CheckpointError: The weights to start from belong to another network.
    """
    output = Path(cfg.OUTPUT_DIR)
    output.mkdir(parents=True, exist_ok=True)
    if cfg.SEED < 0:
        # Kept in config.yaml, so that the run can be resumed and redone.
        cfg = cfg.clone()
        cfg.defrost()
        cfg.SEED = comm.shared_random_seed() % 2**31
    seed_all_rng(cfg.SEED + comm.get_rank())
    model = build_model(cfg)
    if cfg.MODEL.DEVICE == "cpu":
        model = model.to(memory_format=torch.channels_last)
        parallel = create_ddp_model(model, broadcast_buffers=False, device_ids=None)
    else:
        parallel = create_ddp_model(model, broadcast_buffers=False)

    average = WeightAverage(model, cfg.SOLVER.EMA_DECAY)
    trainer = FashionTrainer(parallel, None, cfg)
    kept = (
        {"trainer": trainer, "average": average} if cfg.SOLVER.EMA_DECAY else {"trainer": trainer}
    )
    checkpointer = StartCheckpointer(model, str(output), **kept)
    resumed = resume and checkpointer.has_checkpoint()
    checkpointer.resume_or_load(cfg.MODEL.WEIGHTS, resume=resume)
    first = trainer.done if resumed else 0
    trainer.data_loader = make_loader(cfg, first)

    if cfg.SOLVER.EMA_DECAY:
        trainer.register_hooks([AverageWeights(average, model)])
    if cfg.TEST.EVAL_PERIOD > 0:
        trainer.register_hooks([early_evaluation(cfg, model, average)])
    if comm.is_main_process():
        (output / RUN_CONFIG).write_text(cfg.dump())
        writers = [
            CommonMetricPrinter(cfg.SOLVER.MAX_ITER),
            JSONWriter(str(output / "metrics.json")),
            TensorboardXWriter(str(output)),
        ]
        most = cfg.SOLVER.CHECKPOINTS_KEPT
        saving = hooks.PeriodicCheckpointer(
            checkpointer, cfg.SOLVER.CHECKPOINT_PERIOD, max_to_keep=most
        )
        # It knows only of those that it has written itself.
        saving.recent_checkpoints = [str(path) for path in keep_checkpoints(output, first, most)]
        writing = hooks.PeriodicWriter(writers, period=cfg.SOLVER.LOG_PERIOD)
        trainer.register_hooks([hooks.IterationTimer(), saving, writing])
    trainer.train(first, cfg.SOLVER.MAX_ITER)
    if comm.is_main_process():
        checkpointer.save("model_final", iteration=trainer.iter)
