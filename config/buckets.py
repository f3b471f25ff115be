"""Files in a bucket that speaks S3. Apart from config.storages: its library takes 32 MB."""

from collections.abc import Iterator

from botocore.exceptions import ClientError
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
