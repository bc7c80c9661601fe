"""The threat model names tests; they exist, and every threat has one."""

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = [
    line.strip("|").split("|")
    for line in PAGE.splitlines()
    if line.startswith("| ") and line.count("|") == 4 and not line.startswith(("| threat", "| ---"))
]


def test_every_threat_names_a_test():
    assert len(THREATS) > 30
    for threat, _, tests in THREATS:
        assert re.fullmatch(r"\s*`tests/\S+::\w+`(, `tests/\S+::\w+`)*\s*", tests), threat


def test_every_named_test_exists():
    for file, name in re.findall(r"`(tests/\S+)::(\w+)`", PAGE):
        tree = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name
