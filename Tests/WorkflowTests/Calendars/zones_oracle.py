"""Adds business days by Python's zoneinfo, near changes of clocks and elsewhere.

Prints lines `ZONE DAYS START COUNT OFFSET END`: DAYS is `all` (every day counts) or `week` (Monday to Friday but for 25
December and 1 January), START and END are milliseconds since 1970, OFFSET is that of START in seconds.

Usage: zones_oracle.py SEED CASES     cases for each zone
"""

import os
import random
import sys
from datetime import datetime, timedelta, timezone

os.environ["PYTHONTZPATH"] = ""  # The pinned tzdata package, not whatever the machine has.
from zoneinfo import ZoneInfo  # noqa: E402

ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST, LAST = datetime(2000, 2, 1, tzinfo=timezone.utc), datetime(2060, 1, 1, tzinfo=timezone.utc)


def exists(day, zone):
    """Samoa had no 30 December 2011."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return noon.astimezone(timezone.utc).astimezone(zone).date() == day


def is_free(day, days, zone):
    if not exists(day, zone):
        return True
    return days == "week" and (day.weekday() >= 5 or (day.month, day.day) in [(12, 25), (1, 1)])


def add(start, count, days, zone):
    local = start.astimezone(zone)
    day = local.date()
    while count > 0:
        day += timedelta(days=1)
        count -= 0 if is_free(day, days, zone) else 1
    # fold=0: of two the first, and in a gap the offset before it, which moves the time forward (PEP 495).
    return datetime.combine(day, local.time().replace(fold=0), tzinfo=zone)


def changes(zone):
    day, found = FIRST, []
    while day < LAST:
        if day.astimezone(zone).utcoffset() != (day + timedelta(days=1)).astimezone(zone).utcoffset():
            found.append(day)
        day += timedelta(days=1)
    return found


def milliseconds(instant):
    return (instant - EPOCH) // timedelta(milliseconds=1)


chance = random.Random(int(sys.argv[1]))
for name in ZONES:
    zone = ZoneInfo(name)
    near = changes(zone) or [FIRST + (LAST - FIRST) / 2]
    for number in range(int(sys.argv[2])):
        count = chance.randint(1, 5)
        if number % 2 == 0:
            # So that a few days later it is about the moment of the change, to the minute.
            start = chance.choice(near) - timedelta(days=count) + timedelta(minutes=chance.randint(-720, 2160))
        else:
            count = chance.randint(1, 40)
            start = FIRST + (LAST - FIRST) * chance.random()
            start = start.replace(microsecond=start.microsecond // 1000 * 1000)
        days = chance.choice(["all", "week"])
        offset = start.astimezone(zone).utcoffset() // timedelta(seconds=1)
        end = add(start, count, days, zone)
        print(name, days, milliseconds(start), count, offset, milliseconds(end))
