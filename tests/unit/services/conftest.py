"""Machines of one person that sync with one account."""

from datetime import timedelta

import pytest

from tests.devices import Device
from tests.fakes_cloud import FakeAccount


@pytest.fixture
def account():
    return FakeAccount()


@pytest.fixture
def new_device(tmp_path, account, clock):
    made = []

    def new(name, skew=timedelta(0)):
        made.append(Device(tmp_path / name, account, clock, skew))
        return made[-1]

    yield new
    for device in made:
        device.close()


@pytest.fixture
def ann(new_device):
    return new_device("ann")


@pytest.fixture
def ben(new_device):
    return new_device("ben")
