"""`make demo`, which shows the main job to someone who has just cloned the repository."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_demo_finds_every_duty_and_leaves_nothing_behind(tmp_path: Path):
    env = {**os.environ, "TMPDIR": str(tmp_path), "BRAINDUMP_KEYS_STORE": "nonsense"}

    shown = subprocess.run([ROOT / "scripts" / "demo"], capture_output=True, text=True, env=env, check=False)

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Checked:" in shown.stdout
    assert list(tmp_path.iterdir()) == []
