"""Reads the body of a submission as it comes over the line: the instance into memory, which is small,
and every file straight into the blob store, never whole in memory. A slow phone holds no lock.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from flask import request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from forms.base.blobs import BlobStore, BlobWriter
from forms.base.refusal import Refusal
from server.settings.settings import UploadLimits
from sync.instance.envelope import Part
from sync.instance.instance import parse_instance

INSTANCE_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
"""Says that more POSTs follow (OR-35). The instance itself tells which files are due: it is passed over."""
CHUNK = 65536
MOST_PARTS = 100
"""Files in one POST: each holds an open file until the last one is there."""


class BodyBroken(Refusal):
    """The body ended too early or is no multipart body (`reason`)."""


class BodyTooLarge(Refusal):
    """The instance, a file or the whole body is over its limit (`limit` in bytes, `name` of the file)."""


class TooManyParts(Refusal):
    """The body has more files than one sheet asks for (`most`)."""


class InstancePartMissing(Refusal):
    """The body has no part `xml_submission_file`."""


class Stream(Protocol):
    """Where the bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, b"" at the end."""


def read_content(limit: int) -> bytes:
    """The body of the request, with or without a stated length. Raises BodyTooLarge."""
    if (request.content_length or 0) > limit:
        raise BodyTooLarge(limit=limit, name="")
    content = bytearray()
    while chunk := request.stream.read(65_536):
        content += chunk
        if len(content) > limit:
            raise BodyTooLarge(limit=limit, name="")
    return bytes(content)


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    xml: bytearray | None = None
    files: list[tuple[str, str, BlobWriter]] = field(default_factory=list)


def read_body(
    stream: Stream, content_type: str, blobs: BlobStore, *, limits: UploadLimits
) -> tuple[bytes, tuple[Part, ...]]:
    """The instance's XML and the files beside it, the files durable under their hashes.

    Takes OpenRosa's multipart form, or the XML alone as the body. When something is refused, nothing of
    it is kept, and of a file that the instance does not name neither. Raises BodyBroken, BodyTooLarge, TooManyParts
    or InstancePartMissing.
    """
    kind, options = parse_options_header(content_type)
    chunks = _chunks(stream, limits.max_body_bytes)
    if kind in ("text/xml", "application/xml"):
        return bytes(_alone(chunks, limits.max_xml_bytes)), ()
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BodyBroken(reason=f"Content-Type: {content_type or '–'}")
    reading = _Reading()
    with ExitStack() as unkept:
        try:
            _read_parts(chunks, options["boundary"], reading, blobs=blobs, limits=limits, unkept=unkept)
        except MultipartError as error:
            raise BodyBroken(reason=str(error)) from None
        if reading.xml is None:
            raise InstancePartMissing(part=INSTANCE_PART)
        named = _texts(bytes(reading.xml)) if reading.files else frozenset()
        parts = tuple(
            Part(name, writer.keep(), media_type)
            for name, media_type, writer in reading.files
            if name in named
        )
    return bytes(reading.xml), parts


def _texts(xml: bytes) -> frozenset[str]:
    """What an instance says: a file that it does not name belongs to no answer. Nothing of one that cannot be read."""
    try:
        root = parse_instance(xml).root
    except Refusal:
        return frozenset()
    return frozenset(text.strip() for text in root.itertext())


def _chunks(stream: Stream, limit: int) -> Iterator[bytes]:
    received = 0
    while chunk := stream.read(CHUNK):
        received += len(chunk)
        if received > limit:
            raise BodyTooLarge(limit=limit, name="")
        yield chunk


def _alone(chunks: Iterator[bytes], limit: int) -> bytearray:
    xml = bytearray()
    for chunk in chunks:
        xml += chunk
        if len(xml) > limit:
            raise BodyTooLarge(limit=limit, name=INSTANCE_PART)
    return xml


def _read_parts(
    chunks: Iterator[bytes],
    boundary: str,
    reading: _Reading,
    *,
    blobs: BlobStore,
    limits: UploadLimits,
    unkept: ExitStack,
) -> None:
    target: bytearray | BlobWriter | None = None
    name, size, limit = "", 0, 0
    with PushMultipartParser(boundary, max_header_size=8192) as parser:
        for chunk in chunks:
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    name, size = event.name or "", 0
                    target = _target(event, reading, blobs, unkept)
                    limit = limits.max_xml_bytes if name == INSTANCE_PART else limits.max_file_bytes
                elif event and target is not None:
                    size += len(event)
                    if size > limit:
                        raise BodyTooLarge(limit=limit, name=name)
                    if isinstance(target, bytearray):
                        target += event
                    else:
                        target.write(event)


def _target(
    part: MultipartSegment, reading: _Reading, blobs: BlobStore, unkept: ExitStack
) -> bytearray | BlobWriter | None:
    """Where the bytes of a part go; None for a part that is passed over."""
    if part.name == INSTANCE_PART:
        reading.xml = bytearray()
        return reading.xml
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2].strip()
    if name in ("", ".", "..") or part.name == INCOMPLETE_PART:
        return None
    if len(reading.files) >= MOST_PARTS:
        raise TooManyParts(most=MOST_PARTS)
    writer = unkept.enter_context(blobs.receive())
    reading.files.append((name, part.content_type or "application/octet-stream", writer))
    return writer
