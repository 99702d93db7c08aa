"""Says when days begin and end around every change of clocks from 2020 to 2040, in every zone, by Python's zoneinfo.

No rule is applied: a quarter of an hour after the other is asked for its local date. Prints lines
`ZONE DAY BEGIN END OFFSETS`: DAY is days since 1970-01-01, BEGIN and END are milliseconds since 1970, OFFSETS the seconds
at BEGIN - 1 s, BEGIN, END - 1 s and END, by commas.
"""

import os
from datetime import date, datetime, timedelta, timezone

os.environ["PYTHONTZPATH"] = ""  # The pinned tzdata package, not whatever the machine has.
from zoneinfo import ZoneInfo, available_timezones  # noqa: E402

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST, LAST = datetime(2020, 1, 1, tzinfo=timezone.utc), datetime(2040, 12, 31, tzinfo=timezone.utc)
QUARTER = timedelta(minutes=15)


def changes(zone):
    day, found = FIRST, set()
    before = day.astimezone(zone).utcoffset()
    while day < LAST:
        day += timedelta(days=1)
        after = day.astimezone(zone).utcoffset()
        if before != after:
            found |= {day.astimezone(zone).date() - timedelta(days=days) for days in (0, 1, 2)}
        before = after
    return sorted(found)


def bounds(day, zone):
    at = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(hours=16)
    shown = [at + QUARTER * step for step in range(0, 230) if (at + QUARTER * step).astimezone(zone).date() == day]
    return (shown[0], shown[-1] + QUARTER) if shown else None


def seconds(instant, zone):
    return instant.astimezone(zone).utcoffset() // timedelta(seconds=1)


for name in sorted(available_timezones()):
    zone = ZoneInfo(name)
    for day in changes(zone):
        found = bounds(day, zone)
        if found is None:
            continue
        begin, end = found
        second = timedelta(seconds=1)
        offsets = [seconds(at, zone) for at in (begin - second, begin, end - second, end)]
        print(
            name, (day - date(1970, 1, 1)).days, (begin - EPOCH) // timedelta(milliseconds=1),
            (end - EPOCH) // timedelta(milliseconds=1), ",".join(map(str, offsets)))
