"""Many at once at the entrance: `python -m tests.accounts.attack PATH DATA THREADS TIMES [SPOOF]`.

Two processes, as two more workers of the server would be; each prints the statuses it got. They are
forked from one that has read the code and has asked the database nothing, since reading it takes
longer than the attack.
"""

import json
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import django

PROCESSES = 2


def main(arguments: Sequence[str]) -> int:
    """Attack from each process; 0 where all of them came to their end."""
    django.setup()
    # What the first request would read otherwise, in each process.
    import config.urls  # noqa: F401

    fork = multiprocessing.get_context("fork")
    attackers = [fork.Process(target=attack_by_threads, args=arguments) for _ in range(PROCESSES)]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()
    return max(attacker.exitcode or 0 for attacker in attackers)


def attack_by_threads(path: str, data: str, threads: str, times: str, spoof: str = "") -> None:
    """Send the form `times` times from each of `threads` threads."""
    from django.db import connection
    from django.test import Client

    numbers = count()

    def attack(_: int) -> list[int]:
        client = Client(REMOTE_ADDR="203.0.113.66")
        statuses = []
        for _ in range(int(times)):
            number = next(numbers)
            name_of_its_own = f"{os.getpid()}-{number}"
            filled = {
                name: value.replace("%", name_of_its_own)
                for name, value in json.loads(data).items()
            }
            headers = {"HTTP_X_FORWARDED_FOR": f"198.51.{number % 250}.{number // 250}"}
            statuses.append(client.post(path, filled, **(headers if spoof else {})).status_code)
        connection.close()
        return statuses

    with ThreadPoolExecutor(int(threads)) as pool:
        found = [status for part in pool.map(attack, range(int(threads))) for status in part]
    print("statuses", json.dumps(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
