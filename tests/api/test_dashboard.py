"""The sample dashboard asks for what the server measures."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.uploads import upload

DASHBOARD = Path(__file__).parents[2] / "docs" / "grafana-dashboard.json"
OPERATIONS = DASHBOARD.with_name("operations.md")
PANELS = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]


@pytest.fixture
def measured(client):
    """The labels of each series that a server has after a look, a search and a download."""
    look = upload(client).json
    client.get(f"/api/v1/looks/{look['id']}/garments/1/offers")
    client.post("/api/v1/looks", json={"image_url": "http://127.0.0.1/x.jpg"})
    series = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            series.setdefault(sample.name, set()).update(sample.labels)
    return series


def names_of(query):
    return re.findall(r"\bwhere_to_buy_\w+", query)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_names_series_and_labels_that_are_measured(query, measured):
    names = names_of(query)
    assert names
    labels = set(re.findall(r"([a-z_]+)=~?\"", query))
    for group in re.findall(r"by \(([^)]*)\)", query):
        labels |= set(group.split(", "))
    for name in names:
        assert name in measured, name
        assert labels <= measured[name], (name, labels - measured[name])
    # Nothing but known functions, so that a misspelt one is noticed.
    words = set(re.findall(r"\b([a-z_]+)\s*\(", query))
    assert words <= {"sum", "by", "rate", "histogram_quantile"}
    assert all(query.count(left) == query.count(right) for left, right in ("()", "{}", "[]"))


def test_a_counter_is_asked_for_its_rate_and_a_gauge_for_its_value():
    for query in QUERIES:
        for name in names_of(query):
            counts = name.endswith(("_total", "_bucket", "_sum", "_count"))
            assert (f"rate({name}" in query) == counts, query


def test_each_panel_has_a_name_a_unit_and_a_place_of_its_own():
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    assert len({(p["gridPos"]["x"], p["gridPos"]["y"]) for p in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["fieldConfig"]["defaults"]["unit"]


def test_the_page_for_operators_describes_every_metric_with_its_labels(measured):
    rows = re.findall(r"^\| `(where_to_buy_\w+)` \| (.*?) \|", OPERATIONS.read_text(), re.MULTILINE)
    described = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    kept = {
        re.sub(r"_(bucket|sum|count)$", "", name): labels - {"le"}
        for name, labels in measured.items()
    }
    assert described == kept


def test_every_step_of_a_look_and_every_provider_is_measured(client, measured):
    text = client.get("/metrics").text
    for stage in ("decode", "segment", "describe", "encode", "keep", "embed"):
        assert f'where_to_buy_stage_seconds_count{{stage="{stage}"}} 1.0' in text
    for provider in ("catalog", "links"):
        labels = f'outcome="answered",provider="{provider}"'
        assert f"where_to_buy_search_seconds_count{{{labels}}} 1.0" in text
