"""The stand-in for Storage answers the unmodified client, and uploads in parts, as the real server does."""

import base64
import os

import pytest
from storage3.exceptions import StorageApiError

from tests.cloud.resumable import CHUNK_BYTES, PATH
from tests.cloud.tokens import KEY, token_of

NAME = "alice/0192f0c1/9f86d081884c7d65"


@pytest.fixture
def bucket(project):
    return project.client("alice").storage.from_("recordings")


def _refusal(call) -> tuple[str, str]:
    with pytest.raises(StorageApiError) as refused:
        call()
    return str(refused.value.status), refused.value.message


def test_bytes_come_back_as_they_were(bucket):
    sound = os.urandom(70_000) + b"\r\n--boundary\r\n"

    uploaded = bucket.upload(NAME, sound, {"content-type": "application/octet-stream", "upsert": "false"})

    assert uploaded.full_path == f"recordings/{NAME}"
    assert bucket.download(NAME) == sound
    assert (bucket.info(NAME)["size"], bucket.exists(NAME), bucket.exists("alice/none")) == (
        len(sound),
        True,
        False,
    )


def test_folders_are_listed_one_floor_at_a_time(bucket):
    for name in ("alice/a/1", "alice/a/2", "alice/b/1"):
        bucket.upload(name, b"x")

    assert [(one["name"], one["id"]) for one in bucket.list("alice")] == [("a", None), ("b", None)]
    assert [one["name"] for one in bucket.list("alice/a")] == ["1", "2"]
    assert [one["name"] for one in bucket.list("alice/a", {"limit": 1, "offset": 1})] == ["2"]


def test_what_was_removed_is_gone(bucket):
    bucket.upload(NAME, b"x")

    assert [one["name"] for one in bucket.remove([NAME, "alice/none"])] == [NAME]

    assert bucket.list("alice") == []
    assert _refusal(lambda: bucket.download(NAME)) == ("404", "Object not found")


def test_a_second_upload_of_a_name_is_a_duplicate(bucket):
    bucket.upload(NAME, b"first")

    assert _refusal(lambda: bucket.upload(NAME, b"second")) == ("409", "The resource already exists")
    assert bucket.download(NAME) == b"first"


def test_an_object_cannot_be_overwritten_or_moved(bucket):
    bucket.upload(NAME, b"first")

    assert _refusal(lambda: bucket.update(NAME, b"second"))[0] == "404"
    assert _refusal(lambda: bucket.upload(NAME, b"second", {"upsert": "true"}))[0] == "409"
    assert _refusal(lambda: bucket.move(NAME, "alice/other"))[0] == "404"
    assert bucket.download(NAME) == b"first"


def test_another_ones_folder_is_closed(project, bucket):
    bucket.upload(NAME, b"mine")
    theirs = project.client("bob").storage.from_("recordings")

    assert _refusal(lambda: theirs.download(NAME)) == ("404", "Object not found")
    assert _refusal(lambda: theirs.upload("alice/x", b"x"))[0] == "403"
    assert theirs.list("alice") == []


def test_an_expired_token_looks_as_if_the_bucket_were_gone(project, bucket):
    bucket.upload(NAME, b"x")
    late = project.client(token=token_of("alice", expires_in_s=-60)).storage.from_("recordings")

    assert _refusal(lambda: late.download(NAME)) == ("404", "Bucket not found")
    assert _refusal(lambda: late.upload("alice/new", b"x"))[0] == "403"


def test_a_signed_address_opens_one_object_for_a_while(project, bucket):
    bucket.upload(NAME, b"x")

    signed = bucket.create_signed_url(NAME, 60)["signedURL"]
    late = bucket.create_signed_url(NAME, -1)["signedURL"]

    assert project.http.get(signed).content == b"x"
    assert not project.http.get(late).is_success
    assert not project.http.get(signed.replace("9f86", "0000")).is_success


def _create(project, *, name: str = NAME, length: int = 10, token: str = ""):
    told = {"bucketName": "recordings", "objectName": name, "contentType": "application/octet-stream"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    headers = {
        "authorization": f"Bearer {token or token_of('alice')}",
        "tus-resumable": "1.0.0",
        "upload-length": str(length),
        "upload-metadata": metadata,
    }
    return project.http.post(PATH, headers=headers)


def _send(project, address: str, chunk: bytes, offset: int, token: str = ""):
    headers = {
        "authorization": f"Bearer {token or token_of('alice')}",
        "tus-resumable": "1.0.0",
        "upload-offset": str(offset),
        "content-type": "application/offset+octet-stream",
    }
    return project.http.patch(address, headers=headers, content=chunk)


def _offset(project, address: str) -> int:
    reply = project.http.head(address, headers={"authorization": f"Bearer {token_of('alice')}"})
    return int(reply.headers["upload-offset"])


def test_an_upload_in_parts_comes_back_whole(project, bucket):
    sound = os.urandom(2 * CHUNK_BYTES + 1000)
    created = _create(project, length=len(sound))
    address = created.headers["location"]

    statuses = [
        _send(project, address, sound[start : start + CHUNK_BYTES], start).status_code
        for start in range(0, len(sound), CHUNK_BYTES)
    ]

    assert (created.status_code, statuses) == (201, [204, 204, 204])
    assert bucket.download(NAME) == sound


def test_an_upload_goes_on_where_it_was_broken(project, bucket):
    address = _create(project).headers["location"]
    _send(project, address, b"01234", 0)

    assert _offset(project, address) == 5
    assert not bucket.exists(NAME)
    assert _send(project, address, b"34567", 3).status_code == 409
    assert _send(project, address, b"567890", 5).status_code == 413
    assert _send(project, address, b"56789", 5).status_code == 204
    assert bucket.download(NAME) == b"0123456789"


def test_what_may_not_be_uploaded_is_refused_before_the_first_byte(project, bucket):
    bucket.upload(NAME, b"there")
    with project.database.connect() as owner:
        owner.execute("UPDATE storage.buckets SET file_size_limit = 1000")
    try:
        replies = [
            _create(project),
            _create(project, name="bob/x/y"),
            _create(project, name="alice/big", length=1001),
            _create(project, name="alice/late", token=token_of("alice", expires_in_s=-60)),
            _create(project, name="alice/anonymous", token=KEY),
        ]
    finally:
        with project.database.connect() as owner:
            owner.execute("UPDATE storage.buckets SET file_size_limit = NULL")

    assert [reply.status_code for reply in replies] == [409, 403, 413, 400, 403]
    assert replies[3].json()["error"] == "AccessDenied"
    assert len(bucket.list("alice")) == 1


def test_an_upload_belongs_to_who_began_it(project):
    address = _create(project).headers["location"]

    assert _send(project, address, b"01234", 0, token_of("bob")).status_code == 404
    assert _offset(project, address) == 0
