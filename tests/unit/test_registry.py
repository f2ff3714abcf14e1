"""Which class stands behind a provider's name."""

import sys
from pathlib import Path

import pytest

from braindump_cli import registry
from braindump_cli.errors import ConfigError, ProviderError
from braindump_cli.services.dry_run import DryWire
from braindump_cli.settings import Settings
from tests.fakes import FakeClock
from tests.parts import run_python

OURS = ["deepgram", "openai", "pocketsphinx"]


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, **engines: str) -> None:
    """Install a package with plug-ins; each is the text of its module."""
    about = folder / "braindump_extra-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: braindump-extra\nVersion: 1\n")
    lines = [f"{name} = extra_{name}:Engine" for name in engines]
    (about / "entry_points.txt").write_text("[braindump.transcribers.v1]\n" + "\n".join(lines) + "\n")
    for name, module in engines.items():
        (folder / f"extra_{name}.py").write_text(module)
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(
    ("group", "name"), [(registry.TRANSCRIBERS, "pocketsphinx"), (registry.ANALYSTS, "offline")]
)
def test_built_in_engines_are_found_under_their_own_name(group, name):
    assert registry.load(group, name).name == name


def test_built_in_engines_are_found_without_looking_for_plug_ins():
    code = """
import sys
from braindump_cli import registry
registry.load("transcribers", "pocketsphinx")
print("importlib.metadata" in sys.modules)
"""

    assert run_python(code).stdout.strip() == "False"


def test_a_plug_in_is_found_by_its_name(tmp_path, monkeypatch):
    _install(tmp_path, monkeypatch, parrot="class Engine:\n    name = 'parrot'\n")

    assert registry.load(registry.TRANSCRIBERS, "parrot").name == "parrot"
    assert registry.names(registry.TRANSCRIBERS) == [*OURS, "parrot"]


def test_an_unknown_name_is_told_with_those_there_are():
    with pytest.raises(ConfigError, match="'siri' is none of the transcribers") as failure:
        registry.load(registry.TRANSCRIBERS, "siri")
    assert "pocketsphinx" in str(failure.value.hint)


@pytest.mark.parametrize(
    "module", ["raise KeyError('licence')", "import nothing_like_this", "Engine = 5", "", "def"]
)
def test_a_plug_in_that_does_not_load_is_named(tmp_path, monkeypatch, module):
    name = f"broken{abs(hash(module))}"
    _install(tmp_path, monkeypatch, **{name: module})

    with pytest.raises(ProviderError, match=f"plug-in '{name}'") as failure:
        registry.load(registry.TRANSCRIBERS, name)
    assert "braindump-extra" in str(failure.value.hint)
    sys.modules.pop(f"extra_{name}", None)


def test_a_plug_in_never_stands_in_for_a_built_in_engine(tmp_path, monkeypatch):
    _install(tmp_path, monkeypatch, pocketsphinx="class Engine:\n    name = 'thief'\n")

    assert registry.load(registry.TRANSCRIBERS, "pocketsphinx").name == "pocketsphinx"
    assert registry.names(registry.TRANSCRIBERS) == OURS


def made(group, name, *, keys=(), values=None):
    has = set(keys).__contains__
    means = registry.Means(Settings(values or {}), has, lambda _: None, DryWire(), FakeClock())
    return registry.made(group, name, means)


@pytest.mark.parametrize(
    ("group", "name"),
    [
        (registry.TRANSCRIBERS, "deepgram"),
        (registry.TRANSCRIBERS, "openai"),
        (registry.ANALYSTS, "openai"),
        (registry.WRITERS, "openai"),
    ],
)
def test_an_engine_that_nobody_has_set_up_is_absent_and_says_so(group, name):
    absent = made(group, name)

    assert isinstance(absent, registry.Absent)
    assert absent.unavailable("en") == f"no key for {name}"


@pytest.mark.parametrize(
    "how", [{"keys": ["openai"]}, {"values": {"insights.openai.base_url": "http://localhost:11434/v1"}}]
)
def test_a_key_or_an_address_of_ones_own_makes_an_engine_be_there(how):
    engine = made(registry.ANALYSTS, "openai", **how)

    assert engine.name == "openai"
    assert engine.unavailable("en") is None


def test_an_address_in_the_environment_is_explained_by_the_engine_itself(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.example/v1")

    assert "insights.openai.base_url" in made(registry.ANALYSTS, "openai").unavailable("en")


def test_absent_engines_load_nothing():
    code = """
import sys
from braindump_cli import registry
from braindump_cli.settings import Settings
means = registry.Means(Settings({}), lambda _: False, lambda _: None, None, None)
for group in ("transcribers", "analysts", "writers"):
    registry.made(group, "openai", means)
print(any(name.startswith(("braindump_cli.net", "braindump_cli.insights", "openai")) for name in sys.modules))
"""

    assert run_python(code).stdout.strip() == "False"
