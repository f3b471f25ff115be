"""A worker of the job queue, within a test."""

from concurrent.futures import ThreadPoolExecutor

from procrastinate.contrib.django import app


def work_off(queue: str) -> None:
    """What a worker does until nothing is left to do in that queue; nothing it does by the clock.

    In a thread of its own: where a browser was before, its loop runs in the thread of the tests.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        worker.submit(_work_off, queue).result()


def _work_off(queue: str) -> None:
    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, queues=[queue]
        )
