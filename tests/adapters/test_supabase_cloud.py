"""How the way to a Supabase project fails, and what is made of it: on a real PostgreSQL behind a gateway."""

import os
from contextlib import ExitStack, closing
from uuid import UUID

import pytest

from braindump_cli.domain.hlc import next_stamp
from braindump_cli.domain.sync import APPLIED, ENTRIES, SAME, Row
from braindump_cli.errors import (
    AuthRequiredError,
    DeclinedError,
    ForbiddenError,
    LostAnswerError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
    UnreadableError,
)
from braindump_cli.net.line import Line
from braindump_cli.storage.supabase.calls import SupabaseCalls
from braindump_cli.storage.supabase.cloud import SupabaseCloud
from tests.accounts import WallClock
from tests.cloud.gateway import BAD_GATEWAY, NOT_SIGNED_IN, TOO_LARGE, TOO_MANY, broken
from tests.cloud.members import Member, calls_of
from tests.cloud.project import Project
from tests.cloud.resumable import PATH as RESUMABLE
from tests.cloud.tokens import token_of
from tests.loopback.serving import (
    closed_port,
    cut,
    drip,
    garbled,
    healthy,
    page,
    reset,
    status,
    truncated,
)

PUSH, PULL, OBJECTS = "/rest/v1/rpc/sync_push", "/rest/v1/rpc/sync_pull", "/storage/v1/object"
EXPIRED = token_of("ada", expires_in_s=-3600)
PATH = f"ada/{UUID(int=1)}/0123456789abcdef"
LARGE = 13_000_001  # three chunks


@pytest.fixture
def member(project):
    return Member(project.gateway.url)


@pytest.fixture
def cloud(member):
    with calls_of(member) as calls:
        yield SupabaseCloud(calls)


@pytest.fixture
def sealed(tmp_path):
    file = tmp_path / "sealed"
    file.write_bytes(b"sealed sound")
    return file


@pytest.fixture
def large(tmp_path):
    file = tmp_path / "large"
    file.write_bytes((os.urandom(4096) * (LARGE // 4096 + 1))[:LARGE])
    return file


def rows(count=1):
    body = {"text": "A plum.", "created_at": "2026-03-02T09:14:00.000Z"}
    return [
        Row(
            table=ENTRIES,
            id=str(UUID(int=number)),
            hlc=next_stamp("", 1_772_000_000_000, "a" * 12),
            body=body,
        )
        for number in range(1, count + 1)
    ]


def statuses(pushed):
    return [answer.status for answer in pushed.answers]


def test_an_expired_token_is_renewed_once_and_the_request_made_again(project):
    member = Member(project.gateway.url, "ada", EXPIRED)
    with calls_of(member) as calls:
        pushed = SupabaseCloud(calls).push(rows())

    assert statuses(pushed) == [APPLIED]
    assert member.renewals == 1
    assert len(project.gateway.sent_to(PUSH)) == 2


def test_a_token_that_stays_expired_is_renewed_no_second_time(project):
    member = Member(project.gateway.url, "ada", only=EXPIRED)
    with calls_of(member) as calls, pytest.raises(AuthRequiredError):
        SupabaseCloud(calls).push(rows())

    assert member.renewals == 1


def test_storage_tells_an_expired_token_in_its_own_ways(project, sealed, large):
    with calls_of(Member(project.gateway.url)) as calls:
        SupabaseCloud(calls).put_object(PATH, sealed)

    for ask in (
        lambda cloud: b"".join(cloud.get_object(PATH)),
        lambda cloud: cloud.put_object(f"{PATH}0", sealed),
        lambda cloud: cloud.put_object(f"{PATH}1", large),
        lambda cloud: cloud.remove_objects([PATH]),
    ):
        member = Member(project.gateway.url, "ada", EXPIRED)
        with calls_of(member) as calls:
            ask(SupabaseCloud(calls))
        assert member.renewals == 1
    assert {name for _, name in project.objects.contents} == {f"{PATH}0", f"{PATH}1"}


def test_a_token_without_a_role_is_told_in_words_and_renewed_never(project, cloud, member):
    project.gateway.fail(NOT_SIGNED_IN)

    with pytest.raises(ForbiddenError, match="role is missing") as failed:
        cloud.push(rows())

    assert "login --check" in (failed.value.hint or "")
    assert member.renewals == 0
    assert len(project.gateway.requests) == 1


def test_a_real_token_without_a_role_ends_the_same_way(project):
    member = Member(project.gateway.url, "ada", only=token_of("ada", role=None))
    with calls_of(member) as calls, pytest.raises(ForbiddenError, match="role is missing"):
        SupabaseCloud(calls).push(rows())

    assert member.renewals == 0


@pytest.mark.parametrize("fault", [TOO_MANY, BAD_GATEWAY, broken, status(503)])
def test_what_may_be_over_in_a_moment_is_tried_again(project, cloud, fault):
    project.gateway.fail(fault, fault)

    assert statuses(cloud.push(rows())) == [APPLIED]
    assert len(project.gateway.requests) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (TOO_MANY, RateLimitedError),
        (BAD_GATEWAY, ProviderError),
        (broken, LostAnswerError),
        (cut, LostAnswerError),
    ],
)
def test_what_is_not_over_is_told_after_the_third_time(project, cloud, fault, kind):
    project.gateway.keep_failing(fault, is_done=fault is cut)

    with pytest.raises(kind):
        cloud.pull(0, limit=10)

    assert len(project.gateway.requests) == 3


def test_a_wait_that_is_longer_than_our_patience_is_left_to_who_asked(project, cloud):
    project.gateway.keep_failing(status(429, {"message": "slow down"}, Retry_After="90"))

    with pytest.raises(RateLimitedError) as failed:
        cloud.pull(0, limit=10)

    assert failed.value.retry_after_s == 90
    assert len(project.gateway.requests) == 1


def test_a_wait_that_the_server_asks_for_is_waited(project, member):
    waited: list[float] = []
    calls = SupabaseCalls(member.signed_in(), member, clock=WallClock(), wait=waited.append)
    project.gateway.fail(status(429, {"message": "slow down"}, Retry_After="7"))

    SupabaseCloud(calls).pull(0, limit=10)
    calls.close()

    assert waited == [7.0]


@pytest.mark.parametrize("lost", [broken, reset, cut])
def test_a_push_whose_answer_was_lost_is_the_same_the_second_time(project, cloud, lost):
    project.gateway.lose(lost, on=PUSH)

    pushed = cloud.push(rows(3))

    assert statuses(pushed) == [SAME] * 3
    assert pushed.head == 3


def test_a_batch_that_something_on_the_way_finds_too_large_goes_in_halves(project, cloud):
    project.gateway.fail(TOO_LARGE, TOO_LARGE, on=PUSH)

    pushed = cloud.push(rows(8))

    assert statuses(pushed) == [APPLIED] * 8
    assert len(cloud.pull(0, limit=500).rows) == 8


def test_one_row_that_is_too_large_is_said_to_be(project, cloud):
    project.gateway.keep_failing(TOO_LARGE, on=PUSH)

    with pytest.raises(DeclinedError):
        cloud.push(rows(1))


@pytest.mark.parametrize(
    "fault", [page(200), garbled, truncated, status(200, {}), status(200, []), status(200, None)]
)
def test_an_answer_that_nobody_can_read_is_never_taken_for_one(project, cloud, fault):
    cloud.push(rows())
    project.gateway.lose(fault, on=PULL)

    with pytest.raises(UnreadableError):
        cloud.pull(0, limit=10)


def test_a_redirect_is_not_followed(project, cloud):
    project.gateway.keep_failing(status(302, {}, Location="http://127.0.0.1:1/"))

    with pytest.raises(UnreadableError, match="302"):
        cloud.pull(0, limit=10)


def test_a_project_without_our_tables_is_told_how_to_get_them(bare):
    with ExitStack() as stack:
        empty = stack.enter_context(closing(Project(bare)))
        stack.enter_context(empty.gateway)
        calls = stack.enter_context(calls_of(Member(empty.gateway.url)))
        failed = stack.enter_context(pytest.raises(DeclinedError))
        SupabaseCloud(calls).pull(0, limit=10)

    assert "cloud init" in (failed.value.hint or "")


def test_nobody_there_means_that_nothing_was_sent():
    member = Member(f"http://127.0.0.1:{closed_port()}")
    with calls_of(member) as calls, pytest.raises(UnreachableError):
        SupabaseCloud(calls).push(rows())


def test_a_server_that_drips_holds_nobody_for_longer_than_a_request_may_take(project, member):
    project.gateway.keep_failing(drip)
    calls = SupabaseCalls(member.signed_in(), member, clock=WallClock(), wait=lambda _: None)

    with pytest.raises(LostAnswerError):
        calls.ask_once(lambda there: there.rpc("sync_pull", {}).execute(), within_s=0.5)
    calls.close()


def test_no_failure_shows_the_token(project, cloud, member):
    import traceback

    project.gateway.keep_failing(broken)

    with pytest.raises(LostAnswerError) as failed:
        cloud.pull(0, limit=10)

    told = "".join(traceback.format_exception(failed.value))
    assert member.token() not in told
    assert failed.value.__context__ is None


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("at", range(4))
def test_an_upload_that_breaks_anywhere_goes_on_from_there(project, cloud, large, at, is_done):
    project.gateway.lose(*[healthy] * at, on=RESUMABLE)
    (project.gateway.lose if is_done else project.gateway.fail)(broken, on=RESUMABLE)

    cloud.put_object(PATH, large)

    assert project.objects.contents["recordings", PATH] == large.read_bytes()
    chunks = [request for request in project.gateway.requests if request.method == "PATCH"]
    assert len(chunks) <= 4


@pytest.mark.parametrize("at", range(1, 4))
def test_another_process_goes_on_with_an_upload(project, large, at):
    project.gateway.lose(*[healthy] * at, on=RESUMABLE)
    project.gateway.fail(*[broken] * 12, on=RESUMABLE)
    with calls_of(Member(project.gateway.url)) as calls, pytest.raises(ProviderError):
        SupabaseCloud(calls).put_object(PATH, large)
    project.gateway._planned.clear()
    before = len(project.gateway.requests)

    with calls_of(Member(project.gateway.url)) as calls:
        SupabaseCloud(calls).put_object(PATH, large)

    again = [request.method for request in project.gateway.requests[before:]]
    assert again == ["HEAD", *["PATCH"] * (4 - at)]
    assert project.objects.contents["recordings", PATH] == large.read_bytes()
    assert not large.with_name("large.upload").exists()


def test_an_upload_that_the_server_has_forgotten_begins_anew(project, cloud, large):
    large.with_name("large.upload").write_text(f"{RESUMABLE}/long-gone")

    cloud.put_object(PATH, large)

    assert project.objects.contents["recordings", PATH] == large.read_bytes()


def test_a_small_upload_whose_answer_was_lost_is_found_to_be_there(project, cloud, sealed):
    project.gateway.lose(broken, on=OBJECTS)

    cloud.put_object(PATH, sealed)

    assert project.objects.contents["recordings", PATH] == sealed.read_bytes()


def test_no_expired_token_makes_a_recording_look_gone(project, sealed):
    with calls_of(Member(project.gateway.url)) as calls:
        SupabaseCloud(calls).put_object(PATH, sealed)
    member = Member(project.gateway.url, "ada", only=EXPIRED)

    with calls_of(member) as calls, pytest.raises(AuthRequiredError):
        list(SupabaseCloud(calls).get_object(PATH))


@pytest.mark.parametrize("fault", [cut, reset])
def test_a_download_that_breaks_off_is_not_taken_for_the_whole(project, cloud, large, fault):
    cloud.put_object(PATH, large)
    project.gateway.lose(fault, on=OBJECTS)

    with pytest.raises(LostAnswerError):
        b"".join(cloud.get_object(PATH))


def test_another_users_objects_can_neither_be_read_nor_removed_nor_written(project, cloud, sealed):
    with calls_of(Member(project.gateway.url, "ben")) as calls:
        SupabaseCloud(calls).put_object("ben/one/0123456789abcdef", sealed)

    with pytest.raises(NotFoundError):
        list(cloud.get_object("ben/one/0123456789abcdef"))
    with pytest.raises(ForbiddenError):
        cloud.put_object("ben/two/0123456789abcdef", sealed)
    cloud.remove_objects(["ben/one/0123456789abcdef"])

    assert list(project.objects.contents) == [("recordings", "ben/one/0123456789abcdef")]


def test_requests_name_the_program_and_nothing_of_the_machine(project, cloud):
    cloud.pull(0, limit=10)

    (request,) = project.gateway.requests
    assert request.headers["user-agent"].startswith("braindump/")
    assert "x-client-info" not in request.headers


def test_one_connection_is_bounded_in_time_and_follows_nobody(project):
    line = Line(project.gateway.url)

    assert line.http.timeout.as_dict() == {"connect": 3.0, "read": 10.0, "write": 10.0, "pool": 10.0}
    assert not line.http.follow_redirects
    line.close()
