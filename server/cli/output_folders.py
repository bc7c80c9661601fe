"""The folders that `where-to-buy analyze` writes, one for each photo."""

import hashlib
import json
import re
from pathlib import Path

from model.crops import cut_out
from model.drawing import overlay
from model.picture import encode_png
from server.looks.pipeline import AnalysedPicture

_LONGEST_NAME = 80
_CROP_NAME = re.compile(r"^\d{2,}-[a-z-]+\.png$")
_UNSAFE = re.compile(r"[^\w .()-]+")


class OutputFolders:
    """Chooses folders so that no photo overwrites another's, in this run or an earlier one.

    A photo that was analysed before (same bytes, same file name) gets the same folder again.
    A different photo of the same name gets a numbered folder.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._taken: set[str] = set()

    def write(
        self,
        file: str,
        data: bytes,
        analysed: AnalysedPicture,
    ) -> Path:
        """Write `look.json`, `overlay.png` and the crops; return the folder.

        Args:
            file: The photo's file name.
            data: The file's bytes.
            analysed: The look, with its picture and garments.

        Raises:
            OSError: The folder cannot be written.
        """
        own = {"file": file, "sha256": hashlib.sha256(data).hexdigest()}
        folder = self._folder(own)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            # Crops of an earlier run, which may have found more garments.
            if _CROP_NAME.match(old.name):
                old.unlink()
        picture, garments = analysed.picture, analysed.garments
        for number, garment in enumerate(garments, start=1):
            crop = cut_out(picture, garment.mask, garment.box)
            name = f"{number:02d}-{garment.category.slug}.png"
            (folder / name).write_bytes(encode_png(crop))
        (folder / "overlay.png").write_bytes(encode_png(overlay(picture, garments)))
        content = {**own, **analysed.look.to_json()}
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (folder / "look.json").write_text(text + "\n", encoding="utf-8")
        return folder

    def _folder(self, own: dict[str, str]) -> Path:
        stem = folder_name(own["file"])
        count = 1
        while True:
            name = stem if count == 1 else f"{stem}-{count}"
            # Not every file system distinguishes "A" from "a".
            if name.casefold() not in self._taken and self._free(self._out / name, own):
                self._taken.add(name.casefold())
                return self._out / name
            count += 1

    def _free(self, folder: Path, own: dict[str, str]) -> bool:
        if not folder.exists():
            return True
        if not folder.is_dir():
            return False
        try:
            content = json.loads((folder / "look.json").read_bytes())
        except FileNotFoundError:
            return not any(folder.iterdir())
        except (OSError, ValueError):
            return False  # not a file of this program
        return isinstance(content, dict) and own.items() <= content.items()


def folder_name(file: str) -> str:
    """Return a safe folder name for a file name, which may come from a stranger's address."""
    stem = file.rpartition(".")[0] or file
    name = _UNSAFE.sub("_", stem).strip(" .")[:_LONGEST_NAME].rstrip(" .")
    return name or "photo"
