"""The training loop: Detectron2's trainer with a clock, clipping and averaged weights."""

import logging
from pathlib import Path
from typing import Any

import torch
from detectron2.checkpoint import DetectionCheckpointer
from detectron2.config import CfgNode
from detectron2.data import build_detection_train_loader
from detectron2.engine import SimpleTrainer, create_ddp_model, hooks
from detectron2.modeling import build_model
from detectron2.solver import build_optimizer, get_default_optimizer_params
from detectron2.utils import comm
from detectron2.utils.env import seed_all_rng
from detectron2.utils.events import CommonMetricPrinter, JSONWriter, TensorboardXWriter
from torch import nn

from model.training.averaging import AverageWeights, WeightAverage
from model.training.composition import Collages
from model.training.early_evaluation import early_evaluation
from model.training.schedule import RateByProgress, drops_of

logger = logging.getLogger(__name__)


class FashionTrainer(SimpleTrainer):  # type: ignore[misc]
    """Trains until its schedule is over, in steps or by the clock."""

    def __init__(self, model: nn.Module, loader: Any, cfg: CfgNode) -> None:
        super().__init__(model, loader, make_optimizer(cfg, model))
        self._clip = cfg.SOLVER.CLIP_NORM
        self._device = cfg.MODEL.DEVICE.partition(":")[0]
        self._half = cfg.SOLVER.AMP.ENABLED
        self._scaler = torch.amp.GradScaler(self._device, enabled=self._half)
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
        """Take one step."""
        data = next(self._data_loader_iter)
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
        if self.iter % 5 == 0:
            self._write_metrics(losses, 0.0)


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


def make_loader(cfg: CfgNode, first_step: int) -> Any:
    """Return an endless loader; a resumed run draws different pictures than the first."""
    if cfg.INPUT.COMPOSITION != "collage":
        return build_detection_train_loader(cfg)
    batch = max(1, cfg.SOLVER.IMS_PER_BATCH // comm.get_world_size())
    return build_detection_train_loader(
        Collages(cfg, seed=cfg.SEED + first_step, batch=batch),
        mapper=None,
        total_batch_size=cfg.SOLVER.IMS_PER_BATCH,
        aspect_ratio_grouping=False,
        num_workers=cfg.DATALOADER.NUM_WORKERS,
    )


def train(cfg: CfgNode, *, resume: bool) -> None:
    """Train into `cfg.OUTPUT_DIR`; with `resume`, continue from its last checkpoint."""
    output = Path(cfg.OUTPUT_DIR)
    output.mkdir(parents=True, exist_ok=True)
    seed_all_rng(cfg.SEED + comm.get_rank() if cfg.SEED >= 0 else None)
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
    checkpointer = DetectionCheckpointer(model, str(output), **kept)
    resumed = resume and checkpointer.has_checkpoint()
    checkpointer.resume_or_load(cfg.MODEL.WEIGHTS, resume=resume)
    first = trainer.iter + 1 if resumed else 0
    trainer.data_loader = make_loader(cfg, first)

    if cfg.SOLVER.EMA_DECAY:
        trainer.register_hooks([AverageWeights(average, model)])
    if cfg.TEST.EVAL_PERIOD > 0:
        trainer.register_hooks([early_evaluation(cfg, model, average)])
    if comm.is_main_process():
        (output / "config.yaml").write_text(cfg.dump())
        writers = [
            CommonMetricPrinter(cfg.SOLVER.MAX_ITER),
            JSONWriter(str(output / "metrics.json")),
            TensorboardXWriter(str(output)),
        ]
        trainer.register_hooks(
            [
                hooks.IterationTimer(),
                hooks.PeriodicCheckpointer(
                    checkpointer,
                    cfg.SOLVER.CHECKPOINT_PERIOD,
                    max_to_keep=cfg.SOLVER.CHECKPOINTS_KEPT,
                ),
                hooks.PeriodicWriter(writers, period=cfg.SOLVER.LOG_PERIOD),
            ]
        )
    trainer.train(first, cfg.SOLVER.MAX_ITER)
    if comm.is_main_process():
        checkpointer.save("model_final", iteration=trainer.iter)
