import pytest
from click.testing import CliRunner

from model.weight_files.shelf import Shelf
from server.cli.main import cli
from server.config import Settings, read_settings
from server.errors import SettingsError


@pytest.fixture(autouse=True)
def nothing_chosen(settings, tmp_path, monkeypatch):
    """No settings of the developer's, and a folder of its own."""
    monkeypatch.chdir(tmp_path)


def test_without_any_choice_the_server_is_for_this_machine_only():
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.access_token is None
    assert settings.fetch_allow == ()


def test_an_argument_comes_before_the_environment_and_that_before_the_file(tmp_path, monkeypatch):
    (tmp_path / "where-to-buy.toml").write_text('port = 1111\nhost = "::1"\nlooks_kept = 7\n')
    monkeypatch.setenv("WTB_PORT", "2222")
    monkeypatch.setenv("WTB_HOST", "127.0.0.2")
    settings = read_settings(port=3333, host=None)
    assert (settings.port, settings.host, settings.looks_kept) == (3333, "127.0.0.2", 7)


def test_lists_are_written_with_commas(monkeypatch):
    monkeypatch.setenv("WTB_FETCH_ALLOW", "nas.home, 127.0.0.1:9000 ,")
    assert read_settings().fetch_allow == ("nas.home", "127.0.0.1:9000")


def test_lists_may_be_lists_in_the_file(tmp_path):
    (tmp_path / "where-to-buy.toml").write_text('fetch_allow = ["nas.home"]\n')
    assert read_settings().fetch_allow == ("nas.home",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "http"),
        ("port", "70000"),
        ("queue_size", "0"),
        ("country", "usa"),
        ("trusted_proxy", "proxy.example"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_shown(monkeypatch, name, value):
    monkeypatch.setenv(f"WTB_{name.upper()}", value)
    with pytest.raises(SettingsError, match=name) as caught:
        read_settings()
    assert value not in str(caught.value)


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    (tmp_path / "where-to-buy.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"where-to-buy\.toml"):
        read_settings()


def test_quotas_are_written_with_commas_or_as_a_table(tmp_path, monkeypatch):
    (tmp_path / "where-to-buy.toml").write_text("per_day = {lykdat = 7}\n")
    assert read_settings().per_day == {"lykdat": 7}
    monkeypatch.setenv("WTB_PER_DAY", " ebay=500, serper = 80,")
    assert read_settings().per_day == {"ebay": 500, "serper": 80}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("ebay", "a provider and a number, such as ebay=500"),
        ("=5", "a provider and a number"),
        ("ebay=many", r"per_day\.ebay: .*valid integer"),
        ("ebay=0", r"per_day\.ebay: .*greater than or equal to 1"),
        ("ebay=-3", r"per_day\.ebay"),
        ("ebay=1.5", r"per_day\.ebay"),
        ("ebay=5,ebay=6", "named twice"),
    ],
)
def test_a_quota_that_cannot_be_used_is_explained(monkeypatch, value, reason):
    monkeypatch.setenv("WTB_PER_DAY", value)
    with pytest.raises(SettingsError, match=reason):
        read_settings()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_in_a_sentence_what_it_is_for(name):
    description = Settings.model_fields[name].description
    assert description
    assert description[0].isupper() or not description[0].isalpha()
    assert description.endswith(".")


def test_the_token_is_not_shown_with_the_settings():
    settings = Settings(access_token="correct-horse-battery")
    assert "correct-horse" not in repr(settings)


def test_a_named_folder_of_weights_comes_before_those_in_use(tmp_path, monkeypatch):
    monkeypatch.setenv("WTB_STATE_DIR", str(tmp_path / "state"))
    assert read_settings().weights_in_force is None
    shelf = Shelf(read_settings().weights_shelf)
    with shelf.adding("other"):
        pass
    assert read_settings().weights_in_force is None
    shelf.use("other")
    assert read_settings().weights_in_force == tmp_path / "state" / "weights" / "sets" / "other"
    monkeypatch.setenv("WTB_WEIGHTS_DIR", str(tmp_path / "mine"))
    assert read_settings().weights_in_force == tmp_path / "mine"


def test_what_moves_offers_is_bounded_alone_and_together(monkeypatch):
    monkeypatch.setenv("WTB_RANK_PARTNER", "0.05")
    assert read_settings().rank_partner == 0.05
    monkeypatch.setenv("WTB_RANK_OPENED", "0.05")
    with pytest.raises(
        SettingsError, match=r"cannot be used\. What begins with rank_ may be at most 0\.1 in all"
    ):
        read_settings()
    monkeypatch.setenv("WTB_RANK_OPENED", "0")
    for value in ("0.06", "-0.01", "nan", "inf"):
        monkeypatch.setenv("WTB_RANK_PARTNER", value)
        with pytest.raises(SettingsError, match="rank_partner"):
            read_settings()


def test_the_history_does_not_count_unless_it_is_switched_on():
    assert read_settings().rank_history is False


def test_a_key_that_was_pasted_with_the_end_of_its_line_is_the_key(monkeypatch):
    monkeypatch.setenv("WTB_SERPER_KEY", " abc\n")
    key = read_settings().serper_key
    assert key is not None
    assert key.get_secret_value() == "abc"


@pytest.mark.parametrize(
    "command",
    [["catalog", "list"], ["catalog", "import", "x.xml"], ["shop-page", "http://a.example/"]],
)
def test_every_command_explains_a_setting_that_cannot_be_used(monkeypatch, command):
    monkeypatch.setenv("WTB_PORT", "abc")
    failure = CliRunner().invoke(cli, command).exception
    assert isinstance(failure, SettingsError)
    assert "port" in str(failure)
