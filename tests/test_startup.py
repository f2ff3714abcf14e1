"""What a command loads: modules, not milliseconds, so it never flickers.

Whoever makes a command load more sees it here and decides whether it is worth it: a module costs each call.
"""

import json
import sys
import wave
from importlib import import_module
from inspect import cleandoc

import pytest

from braindump_cli.commands import COMMANDS, GROUPS, command_line, load
from tests.accounts import WallClock
from tests.cli.signing_in import LOCAL, be_signed_in

# Read by Python at its start: at its end the names of all modules go to a file.
_TELL = """
import atexit, sys

def _tell(names=sys.modules, path={path!r}):
    import json
    with open(path, "w", encoding="utf-8") as file:
        json.dump(sorted(names), file)

_before = set(sys.modules)
atexit.register(lambda: _tell(sorted(set(sys.modules) - _before)))
"""
# Read likewise: tells which SDKs the thread that obeys the keys imports.
_WATCH = """
import sys, threading

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in {sdks!r} and threading.current_thread() is threading.main_thread():
            with open({path!r}, "a", encoding="utf-8") as file:
                file.write(name + " ")

sys.meta_path.insert(0, Watch())
"""
# A microphone that is there, and tells that somebody wanted to open it.
_MICROPHONE = """
from types import SimpleNamespace

class PortAudioError(Exception):
    pass

default = SimpleNamespace(device=(0, 0))

def query_devices():
    return [{{"name": "Built-in", "max_input_channels": 1, "default_samplerate": 16000.0}}]

def check_input_settings(*_, **__):
    pass

def RawInputStream(**_):
    with open({path!r}, "a", encoding="utf-8") as file:
        file.write("microphone")
    raise PortAudioError("in use")
"""
STANDARD = sys.stdlib_module_names
SDKS = {"deepgram", "httpx", "httpx2", "openai", "pydantic", "supabase", "websockets"}
CLIENT = SDKS | {"supabase_auth", "postgrest", "storage3", "realtime", "jwt"}
OURS = {"braindump_cli", "sitecustomize", "__main__"}
TYPER = {"typer", "annotated_doc", "shellingham"}
HEAVY = {
    "asyncio", "ssl", "http", "urllib.request", "email", "logging", "concurrent", "multiprocessing", "tomllib",
    "zoneinfo", "unittest", "xml", "importlib.metadata", "tempfile", "hashlib", "secrets", "sqlite3",
}  # fmt: skip
PIPED = ["list", "search plum", "todos list", "status", "focus status"]


@pytest.fixture
def modules(cli, tmp_path):
    """Return a way to run a command and learn what it loaded."""
    told = tmp_path / "modules.json"
    (tmp_path / "sitecustomize.py").write_text(_TELL.format(path=str(told)))

    def loaded(*words):
        result = cli.run(*words, env={"PYTHONPATH": str(tmp_path)})
        assert result.status == 0, result
        return set(json.loads(told.read_text()))

    return loaded


def third_party(names):
    return {name.partition(".")[0] for name in names} - STANDARD - OURS


def heavy(names):
    return {name for name in names if name in HEAVY or name.partition(".")[0] in HEAVY}


def test_the_version_is_told_before_anything_is_loaded(modules):
    for words in (("--version",), ("--version", "--json")):
        loaded = modules(*words)

        assert third_party(loaded) == set()
        assert heavy(loaded) == set()
        assert "typing" not in loaded


def test_help_loads_typer_alone_and_no_command(modules):
    loaded = modules("--help")

    assert third_party(loaded) == TYPER
    assert heavy(loaded) == set()
    assert {name for name in loaded if name.startswith("braindump_cli.commands.")} == set()


@pytest.mark.parametrize("words", PIPED)
@pytest.mark.parametrize("options", ["", "--json"])
def test_a_hot_command_loads_typer_and_the_engine_alone(cli, modules, words, options):
    cli.run("add", "A plum. I have to eat it tomorrow.")
    cli.run("focus", "start", "--todo", "1", "--detach")

    loaded = modules(*words.split(), *options.split())

    assert third_party(loaded) == TYPER | {"sqlcipher3"}
    assert heavy(loaded) == set()


def test_a_status_line_loads_nothing_that_only_changes_and_reports_need(cli, modules):
    cli.run("focus", "start", "--detach")

    loaded = modules("focus", "status", "--format", "{phase} {remaining}")

    assert loaded & {"csv", "braindump_cli.ports", "braindump_cli.storage.sqlite.todos"} == set()
    services = {name for name in loaded if name.startswith("braindump_cli.services.")}
    assert services == {"braindump_cli.services.focus"}


@pytest.fixture
def signed_in(cli, home):
    """Be signed in, with a token that is good, at a project that nobody would reach."""
    be_signed_in(cli, home, url="https://abcd.supabase.co", clock=WallClock())


@pytest.mark.parametrize("words", LOCAL)
def test_who_is_signed_in_loads_no_client_for_what_is_local(signed_in, modules, words):
    assert third_party(modules(*words.split())) & CLIENT == set()


@pytest.mark.parametrize("words", PIPED)
def test_to_be_signed_in_costs_a_hot_command_no_module_of_others(signed_in, cli, modules, words):
    cli.run("focus", "start", "--detach", "--no-input")

    loaded = modules(*words.split(), "--json")

    assert third_party(loaded) == TYPER | {"sqlcipher3"}
    assert {name.partition(".")[0] for name in heavy(loaded)} <= {"tomllib"}  # settings are in a file by now


def test_work_that_waits_is_done_without_the_client_where_nobody_is_signed_in(cli, modules):
    cli.run("add", "A plum.")

    assert third_party(modules("process")) & CLIENT == set()


def test_a_recording_without_keys_loads_no_sdk(modules, tmp_path):
    sound = tmp_path / "second.wav"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))

    loaded = modules("record", "--from", str(sound))

    assert third_party(loaded) & SDKS == set()


def test_with_keys_the_way_from_the_key_press_to_the_microphone_imports_no_sdk(cli, tmp_path):
    told = tmp_path / "imported"
    (tmp_path / "sitecustomize.py").write_text(_WATCH.format(sdks=SDKS, path=str(told)))
    (tmp_path / "sounddevice.py").write_text(_MICROPHONE.format(path=str(told)))
    keys = {"DEEPGRAM_API_KEY": "key-of-a-test", "OPENAI_API_KEY": "key-of-a-test"}

    ran = cli.run("record", env={**keys, "BRAINDUMP_AI_CONSENT": "true", "PYTHONPATH": str(tmp_path)})

    assert ran.status == 74, ran
    assert told.read_text() == "microphone"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_help_in_the_table_is_that_of_the_command(name):
    command = load(name)

    first = cleandoc(command.help).splitlines()[0]
    assert first == COMMANDS[name].help or first.startswith(COMMANDS[name].help.rstrip("."))
    assert hasattr(command, "commands") is (name in GROUPS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_module_names_only_commands_of_the_table(name):
    app = import_module(f"braindump_cli.commands.{COMMANDS[name].module}").app

    if name not in GROUPS:
        assert {info.name for info in app.registered_commands} <= COMMANDS.keys()
        assert name in {info.name for info in app.registered_commands}


def test_every_command_and_every_part_of_a_group_takes_the_global_options():
    for name in COMMANDS:
        command = load(name)

        for part in (command, *getattr(command, "commands", {}).values()):
            flags = {flag for parameter in part.params for flag in parameter.opts}
            assert {"--json", "--no-input", "--no-color", "--quiet", "--verbose", "--debug"} <= flags


def test_the_lazy_tree_completes_as_an_eager_one():
    lazy, eager = command_line(), command_line()
    eager.commands = {name: load(name) for name in COMMANDS}

    for typed in ("", "l", "to", "x", "re"):
        told = [[item.value for item in tree.shell_complete(_context(tree), typed)] for tree in (lazy, eager)]
        assert told[0] == told[1]


def _context(tree):
    return tree.make_context("braindump", [], resilient_parsing=True)
