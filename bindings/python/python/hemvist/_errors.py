"""Exceptions. Defined in Python, so that they pickle and deep-copy."""


class InternalError(RuntimeError):
    """A fault inside Hemvist. Please report it, with the input if that holds no real person's data."""

    def __init__(self, message: str = "a fault inside hemvist; please report it") -> None:
        super().__init__(message)


InternalError.__module__ = "hemvist"
