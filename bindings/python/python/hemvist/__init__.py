"""Hemvist: a matching engine for foster care.

From the children who need a home and the family homes that can take a child, Hemvist works out which placements are best
for all of them together, says why, and proves it. It proposes; people decide.

`Pool` reads what you have, `match` gives a `Plan`, and the plan answers questions. `score`, `score_matrix` and `rank` tell
what fits before any pool is solved. `solve` is the solver on your own numbers. `hemvist.region` has what municipalities that
share homes ask, `hemvist.plots` has charts.
"""

from . import plots as plots
from . import region as region
from ._ask import Alternatives, Calls, Choices, Groups, Questions, Robustness, Ties, WhatIf, WhyNot
from ._asking import Limits
from ._document import Answer, Document, Sentences
from ._documents import canonical_json, draw, schema
from ._errors import (
    CostError,
    HemvistError,
    InternalError,
    NotInPoolError,
    NotRepeatableError,
    OptionsError,
    PolicyError,
    PoolError,
    Problem,
    ProblemsError,
    RecordError,
    RequestError,
    TooGreatError,
)
from ._match import Replay, match, replay
from ._plan import Explanation, Plan, Record
from ._policy import Policy, default_policy_text
from ._pool import Note, Pool, Tables
from ._progress import Progress, Steps
from ._score import Part, Question, Rank, Reason, Score, rank, score, score_matrix, score_pairs
from ._solve import Solution, solve
from ._table import Table

__all__ = [
    "Alternatives",
    "Answer",
    "Calls",
    "Choices",
    "CostError",
    "Document",
    "Explanation",
    "Groups",
    "HemvistError",
    "InternalError",
    "Limits",
    "NotInPoolError",
    "NotRepeatableError",
    "Note",
    "OptionsError",
    "Part",
    "Plan",
    "Policy",
    "PolicyError",
    "Pool",
    "PoolError",
    "Problem",
    "ProblemsError",
    "Progress",
    "Question",
    "Questions",
    "Rank",
    "Reason",
    "Record",
    "RecordError",
    "Replay",
    "RequestError",
    "Robustness",
    "Score",
    "Sentences",
    "Solution",
    "Steps",
    "Table",
    "Tables",
    "Ties",
    "TooGreatError",
    "WhatIf",
    "WhyNot",
    "canonical_json",
    "default_policy_text",
    "draw",
    "match",
    "rank",
    "replay",
    "schema",
    "score",
    "score_matrix",
    "score_pairs",
    "solve",
]

# Public names are the package's, wherever they are written: in tracebacks, pickles and documentation.
for _public in [globals()[name] for name in __all__]:
    _public.__module__ = __name__
