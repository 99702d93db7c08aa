"""The onboarding as DBOS Transact would keep it: six durable steps and two signals from outside.

Usage: dbos_peer.py DATABASE-URL LIFECYCLES CLIENTS      prints lifecycles per second
The URL is that of an empty PostgreSQL database, or sqlite:///FILE. Each client has one lifecycle under way at a time, as
those of `BenchmarkLifecycle databases` do: submit, decide, two grants, password, proof of the factor, each acknowledged
when it is kept. The steps do nothing else, so that what is measured is the keeping.
"""

import concurrent.futures
import logging
import sys
import time
import uuid

from dbos import DBOS, SetWorkflowID

PATIENCE = 120


@DBOS.step()
def submit(person):
    return person


@DBOS.step()
def decide(person, decision):
    return person, decision


@DBOS.step()
def grant(person, cloud):
    return person, cloud


@DBOS.step()
def choose_password(person, password):
    return person, len(password)


@DBOS.step()
def activate(person):
    return person


@DBOS.workflow()
def onboard(person):
    submit(person)
    decide(person, DBOS.recv("decision", timeout_seconds=PATIENCE))
    grant(person, "default")
    grant(person, "prod")
    choose_password(person, DBOS.recv("password", timeout_seconds=PATIENCE))
    return activate(person)


def lifecycle(number):
    """What the people do: one asks, one decides, one comes and chooses a password."""
    identifier = str(uuid.uuid4())
    with SetWorkflowID(identifier):
        handle = DBOS.start_workflow(onboard, f"person-{number}")
    DBOS.send(identifier, "approve", "decision")
    DBOS.send(identifier, "correct horse", "password")
    return handle.get_result(polling_interval_sec=0.01)


def main(url, lifecycles, clients):
    DBOS(config={
        "name": "peer", "system_database_url": url, "run_admin_server": False, "log_level": "ERROR",
        "sys_db_pool_size": clients, "max_executor_threads": 4 * clients,
        # Waking by a poll of a second would be slower: its fastest setting is the default, LISTEN.
    })
    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS.launch()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(lifecycle, range(clients)))  # Warm.
        start = time.perf_counter()
        list(pool.map(lifecycle, range(lifecycles)))
        seconds = time.perf_counter() - start
    print(f"{lifecycles / seconds:.0f}", flush=True)
    DBOS.destroy()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
