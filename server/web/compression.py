"""Makes answers smaller for those who take gzip: a slow line is what most readers have.

What is sent while it is made is packed while it is sent. Pictures, zips and ranges go as they are.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request

LEAST_BYTES = 1_000
LARGEST_FILE = 200_000
"""Of a style sheet or script that is sent from the disk; larger ones are packed before they are kept."""
LEVEL = 5
STREAM_LEVEL = 1
"""A long export is limited by the processor before it is by the line."""
PACKED = ("application/json", "application/xml", "application/geo+json", "image/svg+xml")


def compress(response: Response) -> Response:
    """The answer, packed where that helps."""
    if not _is_worth_it(response):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    if response.direct_passthrough:
        file = response.response
        response.direct_passthrough = False
        packed = gzip.compress(b"".join(response.iter_encoded()), LEVEL, mtime=0)
        if hasattr(file, "close"):
            file.close()
        response.set_data(packed)
        response.headers.pop("Accept-Ranges", None)
    elif response.is_streamed:
        response.response = _packed(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    else:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, is_weak = response.get_etag()
    if etag and not is_weak:  # other bytes of the same: a weak tag says so (RFC 9110, 8.8.1)
        response.set_etag(etag, weak=True)
    return response


def _is_worth_it(response: Response) -> bool:
    kind = response.mimetype or ""
    is_text = kind.startswith("text/") or kind in PACKED
    if not is_text or response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    if response.direct_passthrough:
        return kind in ("text/css", "text/javascript") and (response.content_length or 0) <= LARGEST_FILE
    return response.is_streamed or (response.content_length or 0) >= LEAST_BYTES


def _packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(STREAM_LEVEL, zlib.DEFLATED, 31)
    is_first = True
    try:
        for chunk in chunks:
            made = packer.compress(chunk)
            if is_first:  # the first byte at once: somebody waits for it
                made += packer.flush(zlib.Z_SYNC_FLUSH)
                is_first = False
            if made:
                yield made
        yield packer.flush()
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
