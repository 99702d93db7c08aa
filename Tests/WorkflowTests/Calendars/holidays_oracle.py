"""Prints the public holidays that the PyPI package `holidays` computes, as lines `CALENDAR DATE`.

Usage: holidays_oracle.py FIRST LAST     years, both included
"""

import sys

import holidays

years = range(int(sys.argv[1]), int(sys.argv[2]) + 1)
for calendar, (country, part) in {
    "france": ("FR", None),
    "france-alsace-moselle": ("FR", "57"),
    "england": ("GB", "ENG"),
}.items():
    for day in sorted(holidays.country_holidays(country, subdiv=part, years=years)):
        # Substitutes of the last days of a year may lie in the next.
        if day.year in years:
            print(calendar, day.isoformat())
