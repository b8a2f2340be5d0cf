//! Looks up records by id: a sorted list, so that nothing depends on hash order.

/// The places of a section's records, sorted by id and then by place.
pub(super) struct Index<'d> {
    sorted: Vec<(&'d str, u32)>,
    has_repeats: bool,
}

impl<'d> Index<'d> {
    /// Indexes the ids of a section in their order. Sections are bounded far below 2^32 records.
    pub(super) fn new(ids: impl Iterator<Item = &'d str>) -> Self {
        let mut sorted: Vec<(&str, u32)> = ids.zip(0..).collect();
        sorted.sort_unstable();
        let has_repeats = sorted.windows(2).any(|pair| pair[0].0 == pair[1].0);
        Self { sorted, has_repeats }
    }

    /// Whether any id stands twice.
    pub(super) fn has_repeats(&self) -> bool {
        self.has_repeats
    }

    /// The first record with this id.
    pub(super) fn first(&self, id: &str) -> Option<usize> {
        let place = self.sorted.partition_point(|&(other, _)| other < id);
        let &(found, record) = self.sorted.get(place)?;
        (found == id).then_some(record as usize)
    }

    /// Whether any record has this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.first(id).is_some()
    }
}
