//! NumPy arrays in: 32- and 64-bit integers, read in place; wrong ones named with argument and position.

use numpy::{PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Entries checked and converted at once: they fit into the fastest cache.
const STRETCH: usize = 1 << 11;

/// A borrowed array of 32- or 64-bit integers.
pub(crate) enum Ints<'py> {
    /// `numpy.int32`.
    Narrow(PyReadonlyArray1<'py, i32>),
    /// `numpy.int64`.
    Wide(PyReadonlyArray1<'py, i64>),
}

/// An argument with the name that the caller knows it by.
pub(crate) struct Arg<'a, 'py> {
    /// The argument's name.
    pub(crate) name: &'static str,
    /// Its numbers.
    pub(crate) ints: &'a Ints<'py>,
}

impl<'py> Ints<'py> {
    /// Borrows `object`, which must be a one-dimensional, contiguous array of `int32` or `int64`.
    pub(crate) fn borrow(name: &str, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        let refused = || {
            PyValueError::new_err(format!(
                "{name} is not a contiguous array of int32 or int64 that can be read"
            ))
        };
        if let Ok(array) = object.cast::<numpy::PyArray1<i32>>() {
            let array = array.try_readonly().map_err(|_| refused())?;
            return array
                .as_slice()
                .is_ok()
                .then_some(Self::Narrow(array))
                .ok_or_else(refused);
        }
        let array = object.cast::<numpy::PyArray1<i64>>().map_err(|_| refused())?;
        let array = array.try_readonly().map_err(|_| refused())?;
        array
            .as_slice()
            .is_ok()
            .then_some(Self::Wide(array))
            .ok_or_else(refused)
    }
}

impl Arg<'_, '_> {
    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        match self.ints {
            Ints::Narrow(array) => array.as_slice().map_or(0, <[i32]>::len),
            Ints::Wide(array) => array.as_slice().map_or(0, <[i64]>::len),
        }
    }

    /// Every entry as another type, if all lie within `0..=most` and what that holds.
    pub(crate) fn within<T: TryFrom<i64> + Default>(&self, most: i64) -> PyResult<Vec<T>> {
        match self.ints {
            Ints::Narrow(array) => self.convert(array.as_slice()?, most),
            Ints::Wide(array) => self.convert(array.as_slice()?, most),
        }
    }

    fn convert<S: Copy + Into<i64>, T: TryFrom<i64> + Default>(&self, from: &[S], most: i64) -> PyResult<Vec<T>> {
        let is_outside = |&value: &S| !(0..=most).contains(&value.into()) || T::try_from(value.into()).is_err();
        let converted = |&value: &S| T::try_from(value.into()).unwrap_or_default();
        let mut to = Vec::with_capacity(from.len());
        // A stretch is looked at twice, without a way out, while it is at hand: much faster than once with one.
        for stretch in from.chunks(STRETCH) {
            if stretch.iter().filter(|value| is_outside(value)).count() > 0 {
                let position = from.iter().position(&is_outside).unwrap_or(0);
                return Err(self.outside(position, from[position].into(), most));
            }
            to.extend(stretch.iter().map(converted));
        }
        Ok(to)
    }

    fn outside(&self, position: usize, value: i64, most: i64) -> PyErr {
        let name = self.name;
        let allowed = if most < 0 {
            "nothing is allowed here".to_owned()
        } else {
            format!("allowed: 0 to {most}")
        };
        PyValueError::new_err(format!("{name}[{position}] is {value}; {allowed}"))
    }

    /// Row starts: from 0, never falling, ending at `end`, the length of the argument `of`.
    pub(crate) fn row_starts(&self, end: usize, of: &str) -> PyResult<Vec<usize>> {
        let name = self.name;
        if self.len() == 0 {
            return Err(PyValueError::new_err(format!(
                "{name} is empty; it needs at least one entry, 0"
            )));
        }
        let starts: Vec<usize> = self.within(i64::MAX)?;
        if starts[0] != 0 {
            return Err(PyValueError::new_err(format!(
                "{name}[0] is {}; it must be 0",
                starts[0]
            )));
        }
        if let Some(at) = (1..starts.len()).find(|&at| starts[at] < starts[at - 1]) {
            let (value, before) = (starts[at], starts[at - 1]);
            return Err(PyValueError::new_err(format!(
                "{name}[{at}] is {value}, less than the {before} before it"
            )));
        }
        let last = starts.len() - 1;
        if starts[last] != end {
            let value = starts[last];
            return Err(PyValueError::new_err(format!(
                "{name}[{last}] is {value}, but {of} has {end} entries"
            )));
        }
        Ok(starts)
    }
}
