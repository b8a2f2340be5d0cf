//! Looks up records by id: a sorted list, so that nothing depends on hash order.
//!
//! Ids of a pool mostly begin alike (`C-00017`) and differ soon after. So the list holds, for each id, the eight bytes
//! after the common beginning as one number; a look-up compares numbers that lie side by side, and texts only where
//! those are equal.

/// The places of records, sorted by id and then by place.
pub(crate) struct Index<'d> {
    /// Bytes that all ids begin with.
    common: usize,
    /// Per id the eight bytes after the common ones, as [`key`].
    keys: Vec<u64>,
    /// Ids and places, in the same order.
    sorted: Vec<(&'d str, u32)>,
    has_repeats: bool,
}

impl<'d> Index<'d> {
    /// Indexes ids in the order of their records, of which there are far fewer than 2^32.
    pub(crate) fn new(ids: impl Iterator<Item = &'d str>) -> Self {
        let mut sorted: Vec<(&str, u32)> = ids.zip(0..).collect();
        // What the first and the last of a sorted list share, all share.
        let is_sorted = sorted.is_sorted();
        let (least, greatest) = if is_sorted {
            (sorted.first(), sorted.last())
        } else {
            (sorted.iter().min(), sorted.iter().max())
        };
        let bytes = |entry: Option<&(&'d str, u32)>| entry.map_or("", |entry| entry.0).bytes();
        let common = bytes(least).zip(bytes(greatest)).take_while(|(a, b)| a == b).count();
        if !is_sorted {
            let mut keyed: Vec<(u64, (&str, u32))> =
                sorted.drain(..).map(|entry| (key(entry.0, common), entry)).collect();
            keyed.sort_unstable();
            sorted = keyed.into_iter().map(|entry| entry.1).collect();
        }
        let has_repeats = sorted.windows(2).any(|pair| pair[0].0 == pair[1].0);
        let keys = sorted.iter().map(|entry| key(entry.0, common)).collect();
        Self {
            common,
            keys,
            sorted,
            has_repeats,
        }
    }

    /// Whether any id stands twice.
    pub(crate) fn has_repeats(&self) -> bool {
        self.has_repeats
    }

    /// The first record with this id.
    pub(crate) fn first(&self, id: &str) -> Option<usize> {
        let wanted = key(id, self.common);
        let start = self.keys.partition_point(|&key| key < wanted);
        let alike = self.keys[start..].partition_point(|&key| key == wanted);
        let alike = &self.sorted[start..start + alike];
        let place = alike.partition_point(|&(other, _)| other < id);
        let &(found, record) = alike.get(place)?;
        (found == id).then_some(record as usize)
    }

    /// Whether any record has this id.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.first(id).is_some()
    }
}

/// The eight bytes from `start` on as a number that sorts as they do; missing ones count as 0.
fn key(id: &str, start: usize) -> u64 {
    let rest = id.as_bytes().get(start..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    bytes[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a search of the whole list, for ids that begin alike, are prefixes of each other, or occur twice.
    #[test]
    fn the_first_record_of_an_id_is_found() {
        let lists: [&[&str]; 6] = [
            &[],
            &["C-00017"],
            &[
                "C-00017",
                "C-00003",
                "C-00017",
                "C-0000",
                "C-00003-of-many",
                "C-00003-of-more",
            ],
            &["a", "", "ab", "abcdefgh", "abcdefghi", "abcdefgh", "abcdefgi", "b"],
            &["å", "ä", "ö", "Å", "åå", "z"],
            &[
                "samma-långa-början-0001",
                "samma-långa-början-0002",
                "samma-långa-början-000",
            ],
        ];
        for ids in lists {
            let index = Index::new(ids.iter().copied());
            let others = [
                "",
                "C",
                "C-00018",
                "C-00003-of",
                "abcdefg",
                "abcdefghj",
                "x",
                "samma",
                "å\u{0}",
                "zz",
            ];
            for id in ids.iter().chain(&others) {
                assert_eq!(
                    index.first(id),
                    ids.iter().position(|other| other == id),
                    "{id} in {ids:?}"
                );
                assert_eq!(index.has(id), ids.contains(id));
            }
        }
    }
}
