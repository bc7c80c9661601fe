"""Data sets by name: those that a configuration or a command asks for, and those there are."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from detectron2.data import DatasetCatalog

from model.errors import WhereToBuyError
from model.training.data.datasets import Record, register


class UnknownDatasetError(WhereToBuyError):
    """No folder of data holds a data set of that name."""

    code = "unknown-data-set"


def need_datasets(names: Iterable[str], known: Iterable[str], folders: Iterable[Path]) -> None:
    """Refuse names of data sets that are not there.

    Args:
        names: Those that are asked for.
        known: Those that `register` found.
        folders: Where it looked.

    Raises:
        UnknownDatasetError: One is missing.
    """
    there = set(known)
    missing = [name for name in names if name not in there]
    if not missing:
        return
    whole = ", ".join(sorted(name for name in there if "@" not in name)) or "none"
    where = ", ".join(map(str, folders))
    raise UnknownDatasetError(
        f"There is no data set {', '.join(missing)} in {where}.",
        hint=f"There are: {whole}. SOURCE/SPLIT.json is the data set SOURCE_SPLIT; DATASETS.TRAIN "
        "and DATASETS.TEST, or --dataset, name those that are taken.",
    )


def load_dataset(name: str, folders: Sequence[Path]) -> list[Record]:
    """Register what lies in the folders of data, and read one of their data sets.

    Raises:
        UnknownDatasetError: There is none of that name.
    """
    known = [known for folder in folders for known in register(folder)]
    need_datasets([name], known, folders)
    records: list[Record] = DatasetCatalog.get(name)
    return records
