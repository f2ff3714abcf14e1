"""When background syncs rest."""

from datetime import timedelta

from braindump_cli.services.sync_circuit import FAILURES, REST, begun, circuit_of, well_ended

SECOND = timedelta(seconds=1)


def test_it_rests_after_some_failures_in_a_row_and_for_a_while(mind, clock):
    for _ in range(FAILURES):
        assert not circuit_of(mind.journal).is_open(clock.now())
        begun(mind.journal, clock.now())

    assert circuit_of(mind.journal).is_open(clock.now())
    clock.advance(REST - SECOND)
    assert circuit_of(mind.journal).is_open(clock.now())
    clock.advance(SECOND)
    assert not circuit_of(mind.journal).is_open(clock.now())


def test_after_the_rest_one_more_failure_is_enough(mind, clock):
    for _ in range(FAILURES):
        begun(mind.journal, clock.now())
    clock.advance(REST)

    begun(mind.journal, clock.now())

    assert circuit_of(mind.journal).is_open(clock.now())


def test_one_that_ends_well_ends_it_all(mind, clock):
    for _ in range(FAILURES):
        begun(mind.journal, clock.now())

    well_ended(mind.journal)

    assert not circuit_of(mind.journal).is_open(clock.now())
    assert circuit_of(mind.journal).failures == 0


def test_a_clock_that_is_set_back_holds_nobody_up_for_ever(mind, clock):
    for _ in range(FAILURES):
        begun(mind.journal, clock.now())

    clock.set_wall(clock.now() - timedelta(days=1))

    assert not circuit_of(mind.journal).is_open(clock.now())
