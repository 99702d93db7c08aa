"""Asks for pages of resources by tags, among few and among many, and says what each took.

Usage: ask.py ROUNDS FEW-URL FEW-TOKEN MANY-URL MANY-TOKEN     exit code 1 when a target is missed
"""

import http.client
import json
import statistics
import sys
import time
import urllib.parse

TARGET_MS = 10.0
# What is asked, and how the list that leads to it looks among a million.
QUERIES = [
    ("a rare tag and a frequent one", {"tags": "mark:rare,tier:front"}),
    ("one of 1 % and one of 14 %", {"tags": "team:t7,patch:d1"}),
    ("two of 50 %", {"tags": "tier:front,backup:daily"}),
    ("two of 50 % in one cloud", {"tags": "tier:front,backup:daily", "clouds": "acme/default"}),
    ("two of 50 % in one small cloud", {"tags": "tier:front,backup:daily", "clouds": "o7/default"}),
    ("one of 1 %, and not one of 50 %", {"tags": "team:t7,!tier:front"}),
    ("two of 50 %, and a status", {"tags": "tier:front,backup:daily", "statuses": "INACTIVE"}),
    ("two of 50 % that never meet", {"tags": "even:1,odd:1"}),
    ("two that never meet in one cloud", {"tags": "even:1,odd:1", "clouds": "acme/default"}),
    ("a name", {"names": "web-4242"}),
    ("a service, no filter", {"services": "acme/default/shop"}),
]


class Asker:
    def __init__(self, url, token):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"}

    def page(self, query, after=None):
        words = dict(query, limit="100", **({"after": after} if after else {}))
        begun = time.perf_counter()
        self.connection.request("GET", "/api/v1/resources?" + urllib.parse.urlencode(words), headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begun) * 1000
        assert answer.status == 200, (answer.status, body)
        return json.loads(body), took


def main():
    rounds, few, many = int(sys.argv[1]), Asker(*sys.argv[2:4]), Asker(*sys.argv[4:6])
    missed = False
    print(f"{'':34} {'few':>8} {'many':>8} {'worst':>8}  rows  next")
    for name, query in QUERIES:
        times = ([], [])
        deepest = None
        for number in range(rounds):
            for index in (0, 1) if number % 2 else (1, 0):
                times[index].append((few, many)[index].page(query)[1])
        document, _ = many.page(query)
        # Deep in the list a page costs no more than the first.
        cursor, worst = document["next"], max(times[1])
        for _ in range(20):
            if not cursor:
                break
            page, took = many.page(query, cursor)
            deepest, cursor = max(deepest or 0, took), page["next"]
        medians = [statistics.median(one) for one in times]
        missed |= query.get("tags", "").count(",") == 1 and "statuses" not in query and medians[1] >= TARGET_MS
        print(f"{name:34} {medians[0]:8.2f} {medians[1]:8.2f} {worst:8.2f}  {len(document['items']):4}  "
              f"{'yes' if document['next'] else 'no':4} {f'deep {deepest:.2f}' if deepest else ''}", flush=True)
    print("target: every median of two tags among many under 10 ms:", "MISSED" if missed else "met")
    sys.exit(1 if missed else 0)


main()
