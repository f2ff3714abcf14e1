"""The package as users install it: not from this folder, and on machines without a sound library."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.shell import Cli, Result

ROOT = Path(__file__).resolve().parents[2]
AT_START = dict(os.environ)  # how pip and pipx reach their registry
IN_CI = AT_START.get("CI") == "true"

# Read by Python at its start: the library cannot be found, as on a machine that never had it.
WITHOUT_PORTAUDIO = """
import ctypes.util

_find = ctypes.util.find_library
ctypes.util.find_library = lambda name: None if "portaudio" in name else _find(name)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of a copy installed from a wheel, over the dependencies that are here already."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    here = Path(next(path for path in sys.path if path.endswith("site-packages")))
    (folder / here.relative_to(sys.prefix) / "dependencies.pth").write_text(f"{here}\n")
    return folder / "bin" / "braindump"


@pytest.fixture
def without_portaudio(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a machine without libportaudio2."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PORTAUDIO)
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def _run(command: Path, *words: str, env: dict[str, str], folder: Path) -> Result:
    ran = subprocess.run([command, *words], capture_output=True, text=True, env=env, cwd=folder, check=False)
    return Result(ran.returncode, ran.stdout, ran.stderr)


def test_an_installed_copy_tells_its_version_and_helps_without_a_sound_library(
    installed: Path, home: Path, tmp_path: Path, without_portaudio: dict[str, str]
):
    version = _run(installed, "--version", env=without_portaudio, folder=tmp_path)
    help_text = _run(installed, "--help", env=without_portaudio, folder=tmp_path)

    assert (version.status, version.out.split()[0], version.err) == (0, "braindump", "")
    assert (help_text.status, help_text.err) == (0, "")
    assert "record" in help_text.out


def test_an_installed_copy_carries_all_it_needs_to_make_a_journal(
    installed: Path, home: Path, tmp_path: Path, without_portaudio: dict[str, str]
):
    added = _run(installed, "add", "The house is quiet.", "--json", env=without_portaudio, folder=tmp_path)
    shown = _run(installed, "show", "last", "--json", env=without_portaudio, folder=tmp_path)

    assert added.status == 0, added
    assert shown.json()["data"]["text"] == "The house is quiet."


def test_without_a_sound_library_only_the_microphone_is_missing_and_the_way_out_is_named(
    cli: Cli, without_portaudio: dict[str, str]
):
    devices = cli.run("devices", env=without_portaudio)

    assert devices.status == 74
    assert "libportaudio2" in devices.err


@pytest.mark.skipif(not IN_CI, reason="asks the package registry; runs in CI")
@pytest.mark.needs("pipx")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_pipx_installs_the_command_with_all_its_dependencies(home: Path, tmp_path: Path):
    pins = tmp_path / "pins.txt"
    lock = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    pins.write_text("".join(line.removesuffix(" \\") + "\n" for line in lock if not line.startswith(" ")))
    pipx = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    program = shutil.which("pipx") or "pipx"

    subprocess.run(
        [program, "install", "--python", sys.executable, f"--pip-args=--constraint={pins}", ROOT],
        env={**AT_START, **pipx},
        check=True,
    )
    version = _run(tmp_path / "bin" / "braindump", "--version", env=dict(os.environ), folder=tmp_path)
    added = _run(tmp_path / "bin" / "braindump", "add", "Hello.", env=dict(os.environ), folder=tmp_path)

    assert (version.status, version.err) == (0, "")
    assert added.status == 0, added


def test_an_installed_copy_carries_the_servers_sql(installed: Path, tmp_path: Path):
    from braindump_cli.storage.cloud_schema import find_migrations

    told = (
        "from braindump_cli.storage import cloud_schema as s;"
        " print(s.FOLDER, *(m.name for m in s.find_migrations()))"
    )
    python = installed.with_name("python")
    ran = subprocess.run([python, "-c", told], capture_output=True, text=True, cwd=tmp_path, check=True)

    folder, *names = ran.stdout.split()
    assert not Path(folder).is_relative_to(ROOT)
    assert names == [migration.name for migration in find_migrations()]
