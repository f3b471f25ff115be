"""Files in a bucket that speaks S3. Apart from config.storages: its library takes 32 MB."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile

from botocore.exceptions import ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from config.storages import CHUNK


class Bucket(S3Storage):  # type: ignore[misc]
    """Files in a bucket. Larger ones pass through a temporary file, never through memory whole."""

    def read_part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`. Raises FileNotFoundError before any is read."""
        key = self._normalize_name(name)
        try:
            found = self.bucket.Object(key).get(Range=f"bytes={start}-{stop - 1}")
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                raise FileNotFoundError(name) from error
            raise
        chunks: Iterator[bytes] = found["Body"].iter_chunks(CHUNK)
        return chunks

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file made of pieces, by way of a temporary one: it is there whole or not at all.

        Raises what making the pieces raises, and what the bucket raises.
        """
        with TemporaryFile() as file:
            for piece in pieces:
                file.write(piece)
            file.seek(0)
            self.save(name, File(file, name))

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """The path of a copy of a file, while the block runs. Raises FileNotFoundError."""
        with NamedTemporaryFile() as copy, self.open(name) as file:
            for chunk in file.chunks():
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)

    def forget(self, name: str) -> None:
        """Delete a file; one that is not there is no trouble."""
        self.delete(name)
