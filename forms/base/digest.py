"""Digests of bytes, as phones and the database name them."""

import hashlib


def md5_of(content: bytes) -> str:
    """The MD5 by which form lists and manifests tell phones whether they hold a file (OR-13)."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def sha256_of(content: bytes) -> str:
    """The SHA-256 by which bytes are kept."""
    return hashlib.sha256(content).hexdigest()
