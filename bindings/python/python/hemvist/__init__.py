"""Hemvist: a matching engine for foster care.

So far the package holds the solver on a caller's own numbers, `solve`, and its answer, `Solution`.
"""

from ._errors import InternalError
from ._solve import Solution, solve

__all__ = ["InternalError", "Solution", "solve"]
