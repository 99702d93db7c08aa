"""What docs/applications.md tells to do is done: its commands, and its program in Python.

Usage: documented.py [WORDS OF A CHECK]
"""

import os
import re
import shlex

from provider import HERE, Provider, check, play, same

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
PAGE = (HERE.parents[2] / "docs" / "applications.md").read_text()


def blocks(language):
    """What stands in the fences of a language."""
    return re.findall(rf"```{language}\n(.*?)\n```", PAGE, re.S)


def commands(beginning):
    """The indented lines that begin so, each with the lines that it goes on in."""
    text = re.sub(r"\\\n\s+", " ", PAGE)
    return [shlex.split(line) for line in re.findall(rf"^    ({beginning}.*)$", text, re.M)]


@check("registers every application as the page does")
def registered(world):
    found = commands("usher application add")
    same(len(found), 3, "applications that the page registers")
    for words in found:
        document = world.usher(*words[1:], at=None)
        same(document["state"], "active", f"{words}")


@check("answers the program in Python, once it has its client id and its secret")
def program(world):
    (text,) = blocks("python")
    platform = world.application("Python", "service", redirect=None, scopes=("decisions",))
    names = {"CLIENT": platform["clientId"], "SECRET": platform["clientSecret"]}
    exec(text.replace("https://usher.example", world.url), names)  # noqa: S102 It is our own page.
    same(names["may"](world.nora, "create-snapshot", "acme/prod"), "deny", "who has another profile")
    same(names["may"]("nobody@acme.example", "create-snapshot", "acme/prod"), "deny", "who is nobody")


if __name__ == "__main__":
    with Provider() as provider:
        play(provider)
