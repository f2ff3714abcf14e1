"""`braindump record --from`: every format, pipes, the file's own time, what cannot be read, other languages."""

import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.shell import Cli
from tests.speech import say, word_error_rate
from tests.waiting import until

DUTY = "I have to call the dentist on Friday."
MORE = ("The walk by the canal was good today.", "We talked about the garden and the old house.")
MOST_WRONG = 0.25
FORMATS = [
    ("WAV", "PCM_16"),
    ("WAV", "FLOAT"),
    ("FLAC", "PCM_16"),
    ("OGG", "OPUS"),
    ("OGG", "VORBIS"),
    ("MP3", "MPEG_LAYER_III"),
]
WITHOUT_PORTAUDIO = """
import ctypes.util

_find = ctypes.util.find_library
ctypes.util.find_library = lambda name: None if "portaudio" in name else _find(name)
"""


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one sentence, spoken."""
    return say(tmp_path_factory.mktemp("speech") / "say.wav", DUTY)


@pytest.mark.parametrize(("container", "codec"), FORMATS, ids=[" ".join(each) for each in FORMATS])
def test_every_usual_format_becomes_an_entry(cli: Cli, tmp_path: Path, container: str, codec: str):
    sound, rate = soundfile.read(say(tmp_path / "say.wav", DUTY, *MORE, voice="rms"))
    file = tmp_path / "sound"
    soundfile.write(file, sound, rate, format=container, subtype=codec)

    recorded = cli.run("record", "--from", str(file), "--json")

    assert recorded.status == 0, recorded
    entry = recorded.json()["data"]
    assert word_error_rate(entry["text"], " ".join((DUTY, *MORE))) <= MOST_WRONG, entry["text"]
    assert entry["duration_s"] == pytest.approx(len(sound) / rate, abs=0.1)
    assert (entry["engine"], entry["is_draft"], entry["number"]) == ("pocketsphinx", True, 1)


def test_a_pipe_is_read_to_its_end(cli: Cli, home: Path, speech: Path):
    recorded = cli.run("record", "--from", "-", "--json", input=speech.read_bytes())

    assert recorded.status == 0, recorded
    assert word_error_rate(recorded.json()["data"]["text"], DUTY) <= MOST_WRONG
    assert list((home / "spool").iterdir()) == []


def test_the_screen_shows_entry_text_and_to_dos(cli: Cli, speech: Path):
    recorded = cli.run("record", "--from", str(speech))

    assert recorded.status == 0, recorded
    assert "Kept as 1" in recorded.out
    assert "draft" in recorded.out
    assert "Call the dentist" in recorded.out


def test_the_files_own_time_is_the_entrys_and_due_dates_are_reckoned_from_it(
    cli: Cli, speech: Path, tmp_path: Path
):
    file = tmp_path / "old.wav"
    file.write_bytes(speech.read_bytes())
    ended = datetime(2026, 3, 2, 9, 14, tzinfo=UTC).timestamp()  # a Monday
    os.utime(file, (ended, ended))

    entry = cli.run("record", "--from", str(file), "--at", "file", "--json").json()["data"]

    began = datetime.fromisoformat(entry["created_at"]).timestamp()
    assert began == pytest.approx(ended - entry["duration_s"], abs=1)
    assert [todo["due_on"] for todo in entry["todos"]] == ["2026-03-06"]


def test_what_was_asked_for_is_kept(cli: Cli, speech: Path):
    words = ("--lossless", "--private", "--tag", "garden", "--title", "Teeth", "--at", "2026-03-02 09:14")
    entry = cli.run("record", "--from", str(speech), *words, "--json").json()["data"]
    shown = cli.run("show", "last", "--json").json()["data"]

    assert (entry["is_private"], entry["tags"], entry["title"]) == (True, ["garden"], "Teeth")
    assert entry["created_at"].startswith("2026-03-02T09:14")
    assert [(each["format"], each["state"]) for each in shown["recordings"]] == [("flac", "kept")]
    assert shown["pending"] == []


def test_no_insights_means_text_alone(cli: Cli, speech: Path):
    entry = cli.run("record", "--from", str(speech), "--no-insights", "--json").json()["data"]

    assert word_error_rate(entry["text"], DUTY) <= MOST_WRONG
    assert (entry["insights"], entry["todos"]) == (None, [])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(None, 66, "not_found"), (b"", 65, "bad_data"), (b"Not a sound at all.", 65, "bad_data")],
    ids=["missing", "empty", "text"],
)
def test_a_bad_file_is_refused_and_leaves_nothing(
    cli: Cli, home: Path, tmp_path: Path, content: bytes | None, status: int, code: str
):
    file = tmp_path / "bad.wav"
    if content is not None:
        file.write_bytes(content)

    refused = cli.run("record", "--from", str(file), "--json")

    assert refused.status == status, refused
    assert refused.json()["error"]["code"] == code
    assert str(file) in refused.json()["error"]["message"]
    assert cli.run("process", "--json").json()["data"]["done"] == 0
    assert cli.run("list", "--json").json()["data"] == []
    assert not (home / "spool").exists() or list((home / "spool").iterdir()) == []


def test_an_empty_pipe_is_refused(cli: Cli):
    refused = cli.run("record", "--from", "-", "--json", input=b"")

    assert refused.status == 65
    assert refused.json()["error"]["code"] == "bad_data"


def test_a_cut_file_gives_what_is_there_and_says_so(cli: Cli, speech: Path, tmp_path: Path):
    file = tmp_path / "cut.wav"
    file.write_bytes(speech.read_bytes()[:-32_000])

    recorded = cli.run("record", "--from", str(file), "--json")

    assert recorded.status == 0, recorded
    assert any("cut off" in warning["message"] for warning in recorded.json()["warnings"])
    assert recorded.json()["data"]["text"]


def test_another_language_keeps_the_sound_and_waits_for_an_engine(cli: Cli, home: Path, speech: Path):
    german = {"BRAINDUMP_JOURNAL_LANGUAGE": "de"}

    recorded = cli.run("record", "--from", str(speech), "--json", env=german)
    processed = cli.run("process", "--json", env=german)
    shown = cli.run("show", "last", "--json", env=german).json()["data"]

    assert recorded.status == 0, recorded
    assert any("no offline engine for de" in each["message"] for each in recorded.json()["warnings"])
    assert (shown["text"], shown["language"], shown["pending"]) == ("", "de", ["transcribe"])
    assert shown["recordings"][0]["state"] == "kept"
    assert list((home / "spool").iterdir()) == []
    assert processed.status == 0
    assert processed.json()["data"] | {"failed": 0, "waiting": 1} == processed.json()["data"]


def test_without_portaudio_only_the_microphone_is_missing(cli: Cli, speech: Path, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PORTAUDIO)
    root = Path(__file__).parents[2]
    without = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}

    spoken = cli.run("record", "--json", env=without)
    others = [
        cli.run(*words, env=without)
        for words in (("--help",), ("add", DUTY), ("record", "--from", str(speech)))
    ]

    assert spoken.status == 74
    assert "PortAudio is not installed" in spoken.json()["error"]["message"]
    assert "apt install libportaudio2" in spoken.json()["error"]["hint"].replace("apt-get", "apt")
    assert [other.status for other in others] == [0, 0, 0]


def test_doctor_only_warns_of_a_missing_portaudio(cli: Cli, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PORTAUDIO)
    root = Path(__file__).parents[2]

    looked = cli.run("doctor", "--json", env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"})

    found = {check["name"]: check for check in looked.json()["data"]["checks"]}
    assert (looked.status, found["PortAudio"]["status"]) == (0, "warn")
    assert "libportaudio2" in found["PortAudio"]["hint"]


def test_a_killed_pipe_is_taken_in_by_process(cli: Cli, home: Path, speech: Path):
    recorder = cli.start("record", "--from", "-")
    assert recorder.stdin
    recorder.stdin.write(speech.read_bytes())
    recorder.stdin.flush()
    until(lambda: copied(home) == speech.stat().st_size)

    recorder.kill()
    recorder.communicate()
    done = cli.run("process", "--json")

    (entry,) = cli.run("list", "--json").json()["data"]
    assert (done.status, done.json()["data"]["waiting"]) == (0, 0)
    assert word_error_rate(entry["text"], DUTY) <= MOST_WRONG
    assert list((home / "spool").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "TERM"])
def test_a_signal_ends_the_pipe_and_costs_nothing_that_came(
    cli: Cli, home: Path, tmp_path: Path, number: int
):
    minutes = tmp_path / "minutes.wav"
    soundfile.write(minutes, np.zeros((300 * 44_100, 2), np.float32), 44_100, format="WAV", subtype="PCM_16")
    recorder = cli.start("record", "--from", "-", "--json", env={"BRAINDUMP_JOURNAL_LANGUAGE": "de"})
    assert recorder.stdin
    recorder.stdin.write(minutes.read_bytes())
    recorder.stdin.flush()
    until(lambda: copied(home) == minutes.stat().st_size)

    recorder.send_signal(number)
    out, _ = recorder.communicate()

    assert recorder.returncode == 0
    assert json.loads(out)["data"]["duration_s"] == pytest.approx(300)


def test_two_processes_take_a_killed_pipe_in_once(cli: Cli, home: Path, speech: Path):
    cli.run("add", "The journal is there.")
    left = home / "spool" / "01a206df-4347-7448-8d1c-5f01ed9cdff2.incoming"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(speech.read_bytes())

    both = [cli.start("process", "--json") for _ in range(2)]
    for process in both:
        process.communicate()
    cli.run("process")

    spoken = cli.run("list", "--kind", "voice", "--json").json()["data"]
    assert [process.returncode for process in both] == [0, 0]
    assert [entry["id"] for entry in spoken] == [left.stem]
    assert spoken[0]["pending"] == []
    assert list(left.parent.iterdir()) == []


def copied(home: Path) -> int:
    """Return how many bytes of a pipe are on disk."""
    return sum(path.stat().st_size for path in (home / "spool").glob("*.incoming"))


def test_what_is_no_audio_in_a_pipe_is_kept_and_named(cli: Cli, home: Path):
    failed = cli.run("record", "--from", "-", input=b"no sound at all")

    (kept,) = (home / "spool").glob("*.unreadable")
    assert failed.status == 65
    assert kept.read_bytes() == b"no sound at all"
    assert str(kept) in failed.err
    assert str(kept) in cli.run("doctor").out


def test_a_file_longer_than_asked_for_is_cut_with_a_warning(cli: Cli, speech: Path):
    recorded = cli.run("record", "--from", str(speech), "--max", "1s", "--json").json()

    assert recorded["data"]["duration_s"] == 1.0
    assert [warning["code"] for warning in recorded["warnings"]] == ["cut"]
