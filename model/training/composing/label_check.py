"""Whether a configuration's network can learn what the photos are labelled with."""

from collections.abc import Iterable

from detectron2.config import CfgNode

from model.categories import CATEGORIES
from model.training.data.datasets import Record
from model.training.network.config import ConfigurationError
from model.training.network.ignoring import IGNORED
from model.training.network.wearables import categories_found


def need_categories(cfg: CfgNode, records: Iterable[Record]) -> None:
    """Refuse photos with labels that the network has no classes for.

    Raises:
        ConfigurationError: There are some.
    """
    labels = {a["category_id"] for record in records for a in record["annotations"]}
    foreign = sorted(labels - set(range(len(categories_found(cfg)))) - {IGNORED})
    if not foreign:
        return
    names = [CATEGORIES[n].name if 0 <= n < len(CATEGORIES) else f"id {n + 1}" for n in foreign]
    raise ConfigurationError(
        f"The photos to train on are labelled with {', '.join(names)}, which the network of this "
        "configuration does not learn.",
        hint="Add --config mask_rcnn_lite0_FPN_wearables, which learns them beside the garments, "
        "or take data sets of garments alone: those without `wearables` in their names.",
    )
