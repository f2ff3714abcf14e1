"""The house rules that a machine can check: floors, measures, names, and that every module stands alone."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "braindump_cli"
MADE = {
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".import_linter_cache",
    "__pycache__",
}
UNIX_ONLY = ("fcntl", "grp", "pwd", "resource", "termios")
OUTSIDE = {
    "os.environ",
    "os.getenv",
    "time.time",
    "time.monotonic",
    "datetime.now",
    "datetime.today",
    "date.today",
}


def _files(folder: Path, *endings: str) -> list[Path]:
    """Return what was written by people, not what tools have made."""
    found = []
    for path in folder.iterdir():
        if path.is_dir() and path.name not in MADE and not path.name.startswith(".venv"):
            found += _files(path, *endings)
        elif path.is_file() and path.name.endswith(endings):
            found.append(path)
    return sorted(found)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8"), path))


OURS = _files(PACKAGE, ".py")
ALL = _files(ROOT, ".py")


def test_imports_run_downwards_only():
    checker = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run([checker, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_file_is_longer_than_500_lines():
    lengths = {_name(path): path.read_text("utf-8").count("\n") for path in ALL}

    assert {name: lines for name, lines in lengths.items() if lines > 500} == {}


def test_no_function_is_longer_than_60_lines():
    long = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path in ALL
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 60
    ]

    assert long == []


def test_no_function_but_a_command_has_more_than_five_parameters():
    wide = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path in OURS
        if "commands" not in path.parts
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and len({arg.arg for arg in _parameters(node)} - {"self", "cls"}) > 5
    ]

    assert wide == []


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def test_only_the_door_and_who_runs_foreign_engines_catch_everything():
    catching = {
        _name(path)
        for path in OURS
        for node in _nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or "Exception" in {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)}
        )
    }

    assert catching == {
        "braindump_cli/main.py",
        "braindump_cli/registry.py",
        "braindump_cli/services/capture_follow.py",  # in a thread, where the door does not hear of it
    }


@pytest.mark.parametrize("word", ["utils", "util", "helpers", "helper", "common", "misc", "manager"])
def test_no_room_is_named_after_nothing(word: str):
    named = [_name(path) for path in ALL if word in {path.stem, path.parent.name}]

    assert named == []


def test_the_domain_knows_the_standard_library_alone():
    allowed = sys.stdlib_module_names | {"braindump_cli"}
    foreign = {
        f"{_name(path)}: {module}"
        for path in OURS
        if "domain" in path.parts
        for module in _imported(path)
        if module.split(".")[0] not in allowed
    }

    assert foreign == set()


def _imported(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_services_and_domain_ask_neither_the_clock_nor_the_environment():
    asking = [
        f"{_name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in OURS
        if {"services", "domain"} & set(path.relative_to(PACKAGE).parts)
        for node in _nodes(path)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in OUTSIDE
    ]

    assert asking == []


# In a process of its own: from one clean interpreter a fork a module, each of which imports only that.
_IMPORT_EACH_ALONE = """
import os, sys, traceback
sys.modules.update(dict.fromkeys({unix_only!r}))
failed = []
for name in {modules!r}:
    child = os.fork()
    if child == 0:
        try:
            __import__(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        failed.append(name)
sys.exit("cannot be imported: " + ", ".join(failed) if failed else 0)
"""


def test_every_module_imports_alone_and_without_what_only_unix_has():
    modules = [_module(path) for path in OURS if path.name != "__main__.py"]
    code = _IMPORT_EACH_ALONE.format(unix_only=UNIX_ONLY, modules=modules)

    tried = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert modules
    assert (tried.returncode, tried.stderr) == (0, "")


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_nothing_names_the_machine_it_was_written_on():
    place = re.compile(r"(?<![\w.}])/(?:root|work|home/(?!you\b)\w+|Users/\w+)/\w")
    written = (
        ".py",
        ".pyi",
        ".md",
        ".toml",
        ".lock",
        ".json",
        ".jsonl",
        ".sql",
        ".svg",
        "Makefile",
        "run",
        ".gitignore",
    )
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    named = {
        f"{_name(path)}: {found[0]}"
        for path in [*_files(ROOT, *written), *scripts]
        for found in place.finditer(path.read_text("utf-8"))
    }

    assert named == set()


def test_the_lock_holds_names_versions_and_hashes_alone():
    line = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    others = [
        text
        for text in (ROOT / "requirements.lock").read_text("utf-8").splitlines()
        if not line.fullmatch(text)
    ]

    assert others == []


@pytest.mark.alone("a resource")
def test_a_worker_knows_which_tests_must_not_be_spread(request):
    """Only under `-n 2 --dist loadgroup`, as `make test` runs, is there anything to spread."""
    is_grouped = getattr(request.config.option, "loadgroup", False)

    assert request.node.nodeid.endswith("@a resource") == bool(is_grouped)
