"""Sends requests over kept connections and reports how long each took. A process of its own, without Django.

Reads one JSON document from standard input: {"port", "clients", "requests": [[method, path, headers, body]]}.
"""

import http.client
import json
import sys
import threading
import time
from typing import Any


def send(connection: http.client.HTTPConnection, request: list[Any]) -> tuple[int, bytes]:
    method, path, headers, body = request
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    return response.status, response.read()


def work(port: int, requests: list[list[Any]], took: list[float], statuses: set[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for request in requests:
        start = time.perf_counter()
        status, _body = send(connection, request)
        took.append(time.perf_counter() - start)
        statuses.add(status)
    connection.close()


def main() -> int:
    given = json.load(sys.stdin)
    clients, requests = given["clients"], given["requests"]
    took: list[float] = []
    statuses: set[int] = set()
    threads = [
        threading.Thread(target=work, args=(given["port"], requests[place::clients], took, statuses))
        for place in range(clients)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    print(json.dumps({"took": took, "seconds": seconds, "statuses": sorted(statuses)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
