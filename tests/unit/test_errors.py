import pkgutil
from collections import Counter
from importlib import import_module

import model
import server
from model.errors import WhereToBuyError


def of(kind):
    for below in kind.__subclasses__():
        yield below
        yield from of(below)


def test_a_code_means_one_class_of_errors():
    for package in (model, server):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Training needs its own extra; a migration only runs where Alembic calls it.
            if not module.name.startswith(("model.training", "server.storage.migrations")):
                import_module(module.name)
    codes = Counter(kind.code for kind in {*of(WhereToBuyError)} if "code" in vars(kind))
    assert len(codes) > 20
    assert [code for code, classes in codes.items() if classes > 1] == []
