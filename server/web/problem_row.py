"""One row of the tables that turn errors into sentences (`server.web.problem`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of error."""

    code: float
    sentence: str

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.code)
