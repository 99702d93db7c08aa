"""What a representative sees of what the platform runs: services of a cloud, their resources by filters, one of them.

Usage: resource_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import os
import sys

from site_under_test import PASSWORD, Site
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
PAIRS = [("en", "desktop", "light", True), ("fr", "phone", "dark", True), ("de", "phone", "light", False)]
ALL = list(itertools.product(("en", "fr", "de"), ("phone", "desktop"), ("light", "dark"), (True, False)))
COUNT = 130


def fill(site):
    """A service with more resources than a page holds, and one with none."""
    site.usher("service", "add", "acme/prod", "The <b>shop</b>", "--slug", "shop")
    site.usher("service", "add", "acme/prod", "Archive")
    rows = ["id,service,name,type,environment,status,zone,tags"]
    for number in range(COUNT):
        tier = "front" if number % 2 else "back"
        rows.append(f"i-{number:04},acme/prod/shop,web-{number},compute/instance/linux,production,"
                    f"{'INACTIVE' if number == 7 else 'ACTIVE'},{'EB-HDS-A' if number % 3 else ''},"
                    f"team=web;tier={tier};number={number}")
    file = site.data / "resources.csv"
    file.write_text("\n".join(rows))
    assert site.usher("resource", "import", str(file))["refused"] == 0


def journey(site, language, size, theme, script):
    address = f"rep-{language}-{size}-{theme}-{script}@acme.example".lower()
    site.usher("person", "appoint", address, "--duty", "representative", "--org", "acme", "--name", "Robin Hale",
               "--locale", language)
    secret = site.enrol(address)
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret)
        window.open("/clouds")
        window.follow(lambda: window.find("a[href='/clouds/acme/prod']").click())
        window.check("cloud-services")
        window.follow(lambda: window.find("a[href$='/services/shop']").click())
        assert window.heading() == "The <b>shop</b>", window.heading()
        window.check("service")
        rows = len(window.all("tbody tr"))
        window.follow(lambda: window.find("a[rel=next]").click())
        assert rows + len(window.all("tbody tr")) == COUNT, rows
        window.check("service-next")
        window.open("/clouds/acme/prod/services/shop")
        window.type("tags", "team:web,number=7")
        window.follow(lambda: window.find("form.card button").click())
        assert len(window.all("tbody tr")) == 1 and "web-7" in window.text(), window.text()
        window.check("service-found")
        window.follow(lambda: window.find("tbody a").click())
        assert "web-7" in window.heading() and "compute/instance/linux" in window.text(), window.text()
        window.check("resource")
        window.open("/clouds/acme/prod/services/shop?statuses=INACTIVE&types=compute")
        assert len(window.all("tbody tr")) == 1, window.text()
        window.open("/clouds/acme/prod/services/shop?tags=team")
        window.find("[role=alert]")
        window.check("service-refused")
        window.open("/clouds/acme/prod/services/shop?environments=nowhere")
        window.check("service-nothing")
        window.open("/clouds/acme/prod/services/archive")
        window.check("service-empty")


def main():
    with Site() as site:
        fill(site)
        for combination in ALL if sys.argv[1:] == ["all"] else PAIRS:
            journey(site, *combination)
            print("played", *combination, flush=True)


main()
