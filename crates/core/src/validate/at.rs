//! Where validation stands: a path on the stack, written out only when something is wrong.

use crate::problem::{Path, Step};

/// A place in the document, linked to the place that holds it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step,
}

impl<'a> At<'a> {
    /// A field of the document itself.
    pub(super) const fn of(field: &'static str) -> Self {
        Self {
            parent: None,
            step: Step::Field(field),
        }
    }

    /// A field of the record here.
    pub(super) const fn field(&'a self, name: &'static str) -> At<'a> {
        Self {
            parent: Some(self),
            step: Step::Field(name),
        }
    }

    /// An element of the list here.
    pub(super) const fn index(&'a self, index: usize) -> At<'a> {
        Self {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    /// The path from the document to here.
    pub(super) fn path(&self) -> Path {
        match self.parent {
            Some(parent) => parent.path().step(self.step),
            None => Path::root().step(self.step),
        }
    }
}
