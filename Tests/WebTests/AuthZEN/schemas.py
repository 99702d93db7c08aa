"""Holds questions and answers against the schemas of the AuthZEN working group.

Usage: schemas.py EXCHANGES    a file of JSON, one a line: {"request": …, "response": …}; tells how many held
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator

PUBLISHED = pathlib.Path(__file__).resolve().parent / "Published"


def validator(name):
    schema = json.loads((PUBLISHED / f"evaluation-{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def main():
    validators = {name: validator(name) for name in ("request", "response")}
    # What holds everything holds nothing: each refuses something.
    assert not validators["request"].is_valid({"subject": {"type": "user"}})
    assert not validators["response"].is_valid({"decision": "true"})
    count = 0
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        exchange = json.loads(line)
        for name, document in exchange.items():
            validators[name].validate(document)
            count += 1
    print(count)


main()
