"""Types of the extension module; what it does is documented where the package uses it."""

import numpy as np
import numpy.typing as npt

__all__ = ["solve"]

_Ints = npt.NDArray[np.int32] | npt.NDArray[np.int64]

def solve(
    indptr: _Ints,
    indices: _Ints,
    values: _Ints,
    capacity: _Ints,
    groups: tuple[_Ints, _Ints, _Ints] | None,
    placed_value: int,
    pair_bonus: int,
    time_limit: float | None,
    threads: int,
) -> tuple[
    npt.NDArray[np.int32],
    int,
    int,
    str,
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
]: ...
