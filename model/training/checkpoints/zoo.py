"""Weights of Detectron2's model zoo: downloaded once, resumed, and checked.

The zoo's own page says: "To check downloaded file integrity, any model on this page contains
its md5 prefix in its file name" (https://github.com/facebookresearch/detectron2/blob/main/MODEL_ZOO.md).
Where somebody has published the SHA-256 of a file, it is checked too. Detectron2 itself
checks neither, and the files are pickles, which may do anything when they are loaded.

Files are stored where Detectron2 keeps its own downloads, so that each finds the other's.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from iopath.common.file_io import get_cache_dir

from model.errors import WhereToBuyError

SCHEME: Final = "detectron2://"
ZOO: Final = "https://dl.fbaipublicfiles.com/detectron2/"
_NAME = re.compile(r"_(?P<md5>[0-9a-f]{6})\.pkl$")
_PIECE: Final = 2**16
# Seconds without a byte.
_SECONDS: Final = 30

# Called with the bytes so far and their total, if the zoo gives it.
Step = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Digest:
    """What is published about a file besides the digits in its name."""

    sha256: str
    size: int


# By path in the zoo. Nobody is known to have published that of mask_rcnn_R_101_FPN_3x.
PUBLISHED: Final = {
    # Equal in the scripts of two projects that pin it, and in an unmodified mirror's list:
    # InterDigital's CompressAI-Vision (scripts/install.sh), huggingface.co/xboix/detectron2-coco.
    "COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x/137849600/model_final_f10217.pkl": Digest(
        "9a737e290372f1f70994ebcbd89d8004dbb3ae30a605fd915a190fa4a782dd66", 177_841_981
    ),
}


class ZooError(WhereToBuyError):
    """A file of the zoo cannot be downloaded, or is a different one."""

    code = "model-zoo"


def local_weights(address: str, zoo: str = ZOO, step: Step | None = None) -> str:
    """Return what Detectron2 is to load for `MODEL.WEIGHTS`.

    An address that begins with `detectron2://` becomes the path of a checked file, which is
    downloaded first if necessary; anything else stays as it is.

    Raises:
        ZooError: It cannot be downloaded, or is not the file that its name promises.
    """
    if not address.startswith(SCHEME):
        return address
    path = address.removeprefix(SCHEME)
    found = _NAME.search(path)
    if found is None or ".." in path.split("/"):
        raise ZooError(
            f"{address} is no file of the zoo: its name does not end in six digits of its MD5.",
            hint="Take an address from Detectron2's MODEL_ZOO.md, or a file of your own.",
        )
    target = Path(get_cache_dir()) / "detectron2" / path
    if target.exists():
        fault = _fault(target, found["md5"], PUBLISHED.get(path))
        if fault is not None:
            raise ZooError(f"{target} {fault}.", hint="Delete it: it is downloaded again.")
        return str(target)
    _download(urljoin(zoo.rstrip("/") + "/", path), target, found["md5"], PUBLISHED.get(path), step)
    return str(target)


def _download(url: str, target: Path, md5: str, digest: Digest | None, step: Step | None) -> None:
    part = target.with_name(target.name + ".part")
    resumed = part.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fetch_rest(url, part, step)
    except (requests.RequestException, OSError) as error:
        raise ZooError(
            f"{url} cannot be downloaded: {error}.",
            hint=f"Start again to go on, or put the file there by other means: {target}",
        ) from error
    fault = _fault(part, md5, digest)
    if fault is None:
        part.replace(target)
        return
    part.unlink()
    if resumed:
        # The bytes that were there may belong to another file.
        _download(url, target, md5, digest, step)
        return
    host = urlsplit(url).hostname
    raise ZooError(
        f"What came from {url} {fault}.",
        hint=f"It was deleted. Something between here and {host} answers in its place.",
    )


def fetch_rest(url: str, part: Path, step: Step | None) -> None:
    """Download the rest of the file from where it broke off."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"} if have else {}
    with requests.get(url, headers=headers, stream=True, timeout=_SECONDS) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # it is complete already, or the check will find out
        answer.raise_for_status()
        goes_on = answer.status_code == requests.codes.partial_content
        have = have if goes_on else 0
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdigit() else None
        with part.open("ab" if goes_on else "wb") as file:
            for piece in answer.iter_content(_PIECE):
                file.write(piece)
                have += len(piece)
                if step is not None:
                    step(have, total)
    if total is not None and have < total:
        raise requests.ConnectionError(f"it broke off after {have:,} of {total:,} bytes")


def _fault(path: Path, md5: str, digest: Digest | None) -> str | None:
    """Return what differs from what is known about the file; None if nothing does."""
    size = path.stat().st_size
    if digest is not None and size != digest.size:
        return f"has {size:,} bytes instead of {digest.size:,}"
    short, long = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            short.update(piece)
            long.update(piece)
    if not short.hexdigest().startswith(md5):
        return f"has the MD5 {short.hexdigest()}, which does not begin with {md5}"
    if digest is not None and long.hexdigest() != digest.sha256:
        return f"has another SHA-256 than {digest.sha256}"
    return None
