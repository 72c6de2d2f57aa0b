"""Dates, times and calendars: ISO text, arithmetic over leap years, zones and folds,
with no look at the clock."""

import datetime
from datetime import date, timedelta, timezone


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 58, 123456)
EAST = timezone(timedelta(hours=5, minutes=30))


def test_iso_text_round_trips():
    moments = [MOMENT, MOMENT.replace(microsecond=0), MOMENT.replace(tzinfo=EAST)]
    moments.append(MOMENT.replace(tzinfo=timezone(-timedelta(seconds=3723, microseconds=5))))
    for moment in moments:
        assert datetime.datetime.fromisoformat(moment.isoformat()) == moment
    widths = ("hours", "minutes", "milliseconds", "auto")
    return [[m.isoformat(" ", width) for width in widths] for m in moments]


def test_impossible_dates_are_refused():
    for parts in ((2023, 2, 29), (2024, 13, 1), (0, 1, 1), (10000, 1, 1), (2024, 4, 31)):
        assert raised(date, *parts) is ValueError, parts
    assert raised(date.fromisoformat, "2024-2-29") is ValueError
    assert raised(lambda: date.max + timedelta(1)) is OverflowError


def test_differences_are_normalised():
    deltas = [timedelta(hours=-1), timedelta(days=1.5, seconds=-1), timedelta(microseconds=-1)]
    deltas += [
        timedelta(weeks=1) / 3,
        timedelta(seconds=7) % timedelta(seconds=-2),
        -timedelta(1, 2, 3),
    ]
    assert timedelta(1) // timedelta(hours=5) == 4 and timedelta(hours=36) / timedelta(1) == 1.5
    assert raised(timedelta, 10**9) is OverflowError
    return [[delta.days, delta.seconds, delta.microseconds, str(delta)] for delta in deltas]


def test_rounding_of_microseconds_breaks_ties_to_even():
    halves = (0.5, 1.5, 2.5, -0.5)
    return [timedelta(microseconds=half).microseconds for half in halves]


def test_calendar_arithmetic():
    day = date(1900, 1, 1)
    days = [day + timedelta(n * 12345) for n in range(5)]
    return [[str(d), d.weekday(), d.toordinal(), list(d.isocalendar())] for d in days]


def test_format_directives():
    pattern = "%Y-%m-%d %H:%M:%S.%f|%j|%U|%W|%w|%G-%V-%u|%y|%I|%%|%z"
    moments = [MOMENT, datetime.datetime(2021, 1, 3, 0, 5, tzinfo=EAST)]
    return [moment.strftime(pattern) for moment in moments]


def test_text_is_parsed_by_directives():
    parse = datetime.datetime.strptime
    assert parse("29.02.24 7PM +0530", "%d.%m.%y %I%p %z").utcoffset() == EAST.utcoffset(None)
    assert parse("2024 060", "%Y %j") == datetime.datetime(2024, 2, 29)
    assert parse("2020-W53-7", "%G-W%V-%u") == datetime.datetime(2021, 1, 3)
    assert raised(parse, "2024-02-30", "%Y-%m-%d") is ValueError
    assert raised(parse, "1 x", "%d") is ValueError


def test_zones_compare_by_moment():
    noon_east = datetime.datetime(2024, 1, 1, 12, tzinfo=EAST)
    noon_utc = noon_east.replace(tzinfo=timezone.utc)
    assert noon_east < noon_utc and noon_utc - noon_east == timedelta(hours=5, minutes=30)
    assert noon_east.astimezone(timezone.utc) == noon_east
    assert hash(noon_east) == hash(noon_east.astimezone(timezone.utc))
    assert raised(lambda: noon_east < MOMENT) is TypeError and noon_east != MOMENT
    return [str(noon_east.astimezone(timezone.utc)), noon_east.timestamp().hex(), repr(EAST)]


def test_own_zones_and_folds():
    class Zone(datetime.tzinfo):
        def utcoffset(self, moment):
            return timedelta(hours=2 - moment.fold)

        def dst(self, moment):
            return timedelta(hours=1 - moment.fold)

        def tzname(self, moment):
            return "WW"[moment.fold :]

    first = datetime.datetime(2024, 10, 27, 2, 30, tzinfo=Zone())
    second = first.replace(fold=1)
    assert second.timestamp() - first.timestamp() == 3600
    return [first.isoformat(), second.isoformat(), first.strftime("%Z"), second.tzname()]


def test_timestamps_around_the_epoch():
    epoch = datetime.datetime(1970, 1, 1, tzinfo=timezone.utc)
    moments = [
        datetime.datetime.fromtimestamp(s, timezone.utc) for s in (0, -1.5, 2**31, 1e9 + 1e-6)
    ]
    assert (epoch - timedelta(days=1)).timestamp() == -86400
    return [moment.isoformat() for moment in moments]


def test_values_pickle_and_compare_by_kind():
    import pickle

    values = [
        MOMENT,
        MOMENT.date(),
        MOMENT.time(),
        timedelta(1, 2, 3),
        EAST,
        MOMENT.replace(tzinfo=EAST),
    ]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(values, protocol)) == values
    assert raised(lambda: MOMENT < MOMENT.date()) is TypeError and MOMENT != MOMENT.date()
    return [repr(value) for value in values[:4]]


def test_calendar_of_a_month():
    import calendar

    weeks = calendar.Calendar(firstweekday=6).monthdayscalendar(2024, 2)
    assert (
        calendar.isleap(2000) and not calendar.isleap(1900) and calendar.leapdays(1900, 2001) == 25
    )
    return [weeks, [int(part) for part in calendar.monthrange(2023, 2)]]
