"""The container's health check: does the web server in here answer?"""

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit


def main() -> int:
    """0 when /health/live says so, under the name that the journal is known by."""
    host = urlsplit(os.environ.get("SITE_URL", "http://localhost")).netloc
    connection = HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connection.request("GET", "/health/live", headers={"Host": host})
        return int(connection.getresponse().status != 200)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
