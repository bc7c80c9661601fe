"""A Mask R-CNN of garments, and beside it heads for what else is worn.

Shoes, bags, hats, eyewear, scarves and belts are labelled on few of the photos, and a network
that learns them as further classes forgets garments meanwhile. So they get proposals and heads
of their own, small ones, on the features that the garments have: these stay as they are, number
by number, and so does what is found of them. Only the heads for wearables are trained here.
"""

from typing import Any

import torch
from detectron2.config import CfgNode, configurable
from detectron2.layers import ShapeSpec
from detectron2.modeling import (
    META_ARCH_REGISTRY,
    GeneralizedRCNN,
    build_proposal_generator,
    build_roi_heads,
)
from detectron2.structures import ImageList, Instances
from torch import Tensor, nn
from torch.nn import functional

from model.categories import CATEGORIES, GARMENTS, Category
from model.training.network.backbone import FINE
from model.training.network.ignoring import IGNORED
from model.training.network.replay import Replay

_FIRST = len(GARMENTS)
_FINE_CHANNELS = 32


def categories_found(cfg: CfgNode) -> tuple[Category, ...]:
    """Return the categories that a configuration's network finds, in their order."""
    if WearablesRCNN.__name__ == cfg.MODEL.META_ARCHITECTURE:
        return CATEGORIES
    return CATEGORIES[: cfg.MODEL.ROI_HEADS.NUM_CLASSES]


def heads_config(cfg: CfgNode) -> CfgNode:
    """Return the configuration of the proposals and heads for wearables."""
    own = cfg.clone()
    own.defrost()
    own.merge_from_list(list(cfg.MODEL.WEARABLES.HEADS))
    own.MODEL.ROI_HEADS.NUM_CLASSES = len(CATEGORIES) - _FIRST
    return own


def wearables_of(targets: Instances) -> Instances:
    """Return the targets that are wearables, numbered from 0, or ignored, without the garments."""
    kept = targets[(targets.gt_classes == IGNORED) | (targets.gt_classes >= _FIRST)]
    kept.gt_classes = torch.where(
        kept.gt_classes == IGNORED, kept.gt_classes, kept.gt_classes - _FIRST
    )
    return kept


class WearablesHeads(nn.Module):
    """Proposals and heads for wearables on a feature pyramid.

    The features pass through a few light layers first, the same on each level: they were made
    for garments, to which a shoe is background.
    """

    def __init__(self, cfg: CfgNode, shapes: dict[str, ShapeSpec]) -> None:
        super().__init__()
        own = heads_config(cfg)
        channels = cfg.MODEL.WEARABLES.CHANNELS
        self.names = tuple(own.MODEL.RPN.IN_FEATURES)
        self.finest = "p2"
        wide = shapes[self.names[0]].channels
        self.look = nn.Sequential(
            nn.Conv2d(wide, wide, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(wide, wide, 5, padding=2, groups=wide),
            nn.ReLU(inplace=True),
            nn.Conv2d(wide, channels, 1),
            nn.ReLU(inplace=True),
        )
        below = shapes[FINE].channels
        self.fine = nn.Sequential(
            nn.Conv2d(below, _FINE_CHANNELS, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(_FINE_CHANNELS, _FINE_CHANNELS, 5, padding=2, groups=_FINE_CHANNELS),
            nn.ReLU(inplace=True),
            nn.Conv2d(_FINE_CHANNELS, channels, 1),
        )
        for layer in [*self.look, *self.fine]:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        # To begin with, the finest level is no more than the next one, enlarged.
        nn.init.zeros_(self.fine[-1].weight)  # type: ignore[arg-type]
        seen = {n: ShapeSpec(channels=channels, stride=shapes[n].stride) for n in self.names}
        seen[self.finest] = ShapeSpec(channels=channels, stride=shapes[FINE].stride)
        self.proposal_generator = build_proposal_generator(own, seen)
        self.roi_heads = build_roi_heads(own, seen)

    def seen(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the features that the heads take, by name."""
        levels = {name: self.look(features[name]) for name in self.names}
        larger = functional.interpolate(levels[self.names[0]], scale_factor=2.0, mode="nearest")
        levels[self.finest] = functional.relu(larger + self.fine(features[FINE]))
        return levels

    def forward(
        self, images: ImageList, features: dict[str, Tensor], worn: list[Instances]
    ) -> dict[str, Tensor]:
        """Return the losses.

        Of `images` only the sizes are used; `worn` are the targets without the garments.
        """
        seen = self.seen(features)
        proposals, losses = self.proposal_generator(images, seen, worn)
        _, more = self.roi_heads(images, seen, proposals, worn)
        return {**losses, **more}


@META_ARCH_REGISTRY.register()
class WearablesRCNN(GeneralizedRCNN):  # type: ignore[misc]
    """Detectron2's `GeneralizedRCNN` for garments, frozen, with `WearablesHeads`."""

    @configurable
    def __init__(self, *, wearables: WearablesHeads, replay: Replay, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for part in (self.backbone, self.proposal_generator, self.roi_heads):
            part.requires_grad_(False)
        self.wearables = wearables
        self.replay = replay

    @classmethod
    def from_config(cls, cfg: CfgNode) -> dict[str, Any]:
        """Return the arguments of the constructor; Detectron2 calls this."""
        arguments: dict[str, Any] = super().from_config(cfg)
        shapes = arguments["backbone"].output_shape()
        options = cfg.MODEL.WEARABLES
        return {
            **arguments,
            "wearables": WearablesHeads(cfg, shapes),
            "replay": Replay(options.REPLAYED, options.KEPT),
        }

    def forward(self, batched_inputs: list[dict[str, Any]]) -> Any:
        """Return the losses of the wearables in training, otherwise the garments found."""
        if not self.training:
            return super().forward(batched_inputs)
        images = self.preprocess_image(batched_inputs)
        with torch.no_grad():
            features = self.backbone(images.tensor)
        worn = [wearables_of(sample["instances"].to(self.device)) for sample in batched_inputs]
        features, worn = self.replay.with_earlier(features, worn)
        sizes = [targets.image_size for targets in worn]
        return self.wearables(ImageList(images.tensor, sizes), features, worn)
