"""Many at once at the entrance: `python -m tests.accounts.attack PATH DATA THREADS TIMES [SPOOF]`.

Run as a process of its own, as one more worker of the server would be; prints the statuses it got.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import django


def main(path: str, data: str, threads: str, times: str, spoof: str = "") -> None:
    """Send the form `times` times from each of `threads` threads."""
    django.setup()
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
    main(*sys.argv[1:])
