"""The photos of each step of training, the same ones however often a run is interrupted.

Which photos a step takes, and how they are changed, follows from the seed, the rank of the
process and the number of the step, and from nothing else: neither from the number of workers
nor from when the run was started. A resumed run therefore goes on with the next photos.
"""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from detectron2.config import CfgNode
from detectron2.data import (
    DatasetFromList,
    DatasetMapper,
    build_detection_train_loader,
    get_detection_dataset_dicts,
)
from detectron2.data.samplers import (
    RandomSubsetTrainingSampler,
    RepeatFactorTrainingSampler,
    TrainingSampler,
)
from detectron2.structures import BoxMode
from detectron2.utils import comm
from torch.utils.data import DataLoader, IterableDataset

from model.errors import WhereToBuyError
from model.training.composing.composition import Collages
from model.training.composing.label_check import need_categories
from model.training.data.datasets import Record
from model.training.network.config import ConfigurationError
from model.training.network.ignoring import IGNORED


class PhotoError(WhereToBuyError):
    """A photo to learn from cannot be read, or is not what its annotations say."""

    code = "training-photo"


def make_loader(cfg: CfgNode, first_step: int) -> Any:
    """Return an endless loader of batches, beginning with those of a step.

    Raises:
        ConfigurationError: The sampler cannot go on from a step.
    """
    batch = max(1, cfg.SOLVER.IMS_PER_BATCH // comm.get_world_size())
    if cfg.INPUT.COMPOSITION == "collage":
        return build_detection_train_loader(
            Collages(cfg, seed=cfg.SEED, batch=batch, first=first_step),
            mapper=None,
            total_batch_size=cfg.SOLVER.IMS_PER_BATCH,
            aspect_ratio_grouping=False,
            num_workers=cfg.DATALOADER.NUM_WORKERS,
        )
    return DataLoader(
        Photos(cfg, batch=batch, first=first_step),
        batch_size=None,
        collate_fn=_unchanged,
        num_workers=cfg.DATALOADER.NUM_WORKERS,
    )


def stream_of(cfg: CfgNode) -> str:
    """Return what the order of photos depends on; if it changes, a resumed run draws others."""
    options = cfg.INPUT.COLLAGE
    parts = [cfg.SEED, comm.get_world_size(), cfg.SOLVER.IMS_PER_BATCH, *cfg.DATASETS.TRAIN]
    if cfg.INPUT.COMPOSITION == "collage":
        parts += [options.SHARES, options.SIZES, options.REPEAT_BELOW, options.MAX_REPEAT]
    else:
        parts += [cfg.DATALOADER.SAMPLER_TRAIN, cfg.DATALOADER.ASPECT_RATIO_GROUPING]
    return repr(parts)


def _unchanged(batch: Any) -> Any:
    return batch


class Photos(IterableDataset[list[dict[str, Any]]]):
    """Batches of single photos, shuffled anew for each pass through the data sets."""

    def __init__(self, cfg: CfgNode, batch: int, first: int) -> None:
        records = get_detection_dataset_dicts(
            cfg.DATASETS.TRAIN, filter_empty=cfg.DATALOADER.FILTER_EMPTY_ANNOTATIONS
        )
        need_categories(cfg, records)
        self._sampler = _sampler(cfg, records)
        self._lies = [record["width"] > record["height"] for record in records]
        if not cfg.DATALOADER.ASPECT_RATIO_GROUPING:
            self._lies = [False] * len(records)
        self._records = DatasetFromList(records, copy=False)
        self._mapper = PhotoMapper(cfg, is_train=True)
        self._seed = cfg.SEED
        self._rank = comm.get_rank()
        self._batch = batch
        self._first = first

    def __iter__(self) -> Iterator[list[dict[str, Any]]]:
        worker = torch.utils.data.get_worker_info()
        number, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        # PyTorch takes one batch of each worker in turn.
        for chosen in itertools.islice(self.order(), self._first + number, None, workers):
            yield [self._sample(place, index) for place, index in chosen]

    def order(self) -> Iterator[list[tuple[int, int]]]:
        """Yield the place in the stream and the number of each photo of a batch, from step 0 on.

        As in Detectron2, a batch holds either upright photos or ones that lie, which saves
        padding. Skipping a million photos takes about a second.
        """
        waiting: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
        for place, index in enumerate(self._sampler):
            bucket = waiting[self._lies[index]]
            bucket.append((place, index))
            if len(bucket) == self._batch:
                yield list(bucket)
                bucket.clear()

    def _sample(self, place: int, index: int) -> dict[str, Any]:
        # Detectron2's augmentations draw from the generators that all share.
        seeds = np.random.SeedSequence([self._seed, self._rank, place])
        np.random.seed(seeds.generate_state(4))
        random.seed(int(seeds.generate_state(1)[0]))
        sample: dict[str, Any] = self._mapper(self._records[index])
        return sample


def _sampler(cfg: CfgNode, records: list[Record]) -> Any:
    name = cfg.DATALOADER.SAMPLER_TRAIN
    if name == "TrainingSampler":
        return TrainingSampler(len(records), seed=cfg.SEED)
    if name == "RepeatFactorTrainingSampler":
        factors = RepeatFactorTrainingSampler.repeat_factors_from_category_frequency(
            records, cfg.DATALOADER.REPEAT_THRESHOLD
        )
        return RepeatFactorTrainingSampler(factors, seed=cfg.SEED)
    if name == "RandomSubsetTrainingSampler":
        return RandomSubsetTrainingSampler(
            len(records),
            cfg.DATALOADER.RANDOM_SUBSET_RATIO,
            seed_shuffle=cfg.SEED,
            seed_subset=cfg.SEED,
        )
    raise ConfigurationError(
        f"The sampler {name} cannot go on from a step.",
        hint="Take DATALOADER.SAMPLER_TRAIN TrainingSampler or RepeatFactorTrainingSampler.",
    )


class PhotoMapper(DatasetMapper):  # type: ignore[misc]
    """Detectron2's mapper, which also passes on ignored regions and names broken photos."""

    def __call__(self, record: Record) -> dict[str, Any]:
        """Return a photo and its targets as the model takes them.

        Raises:
            PhotoError: The photo cannot be read, or has another size than its annotations say.
        """
        regions = [_ignored(polygons) for polygons in record.get("ignored", [])]
        known = {key: value for key, value in record.items() if key != "ignored"}
        try:
            sample: dict[str, Any] = super().__call__(
                {**known, "annotations": [*record["annotations"], *regions]}
            )
        except (OSError, ValueError, SyntaxError) as error:
            raise PhotoError(
                f"{record['file_name']} cannot be learnt from: {error}.",
                hint="Mend or remove it; `convert-deepfashion2 --check` decodes every photo first.",
            ) from error
        return sample


def _ignored(polygons: list[Any]) -> dict[str, Any]:
    points = np.concatenate([np.reshape(polygon, (-1, 2)) for polygon in polygons])
    return {
        "bbox": [*points.min(axis=0), *points.max(axis=0)],
        "bbox_mode": BoxMode.XYXY_ABS,
        "segmentation": polygons,
        "category_id": IGNORED,
        "iscrowd": 0,
    }
