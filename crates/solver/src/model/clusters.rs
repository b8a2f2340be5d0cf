//! Units that attract each other, and the order of a bin's edges that keeps them side by side.

use super::Part;

/// Units joined by positive meetings, directly or through others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    /// Greatest value of one meeting, and greatest sum of the positive meetings of one unit.
    pub most_of_pair: i64,
    pub most_of_unit: i64,
    /// Whether every unit is a single item.
    pub single: bool,
}

/// The edges of one cluster's units in one bin: `start..end` of [`ByBin::unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub cluster: u32,
    pub start: u32,
    pub end: u32,
}

/// The edges of a part by bin: `start[b]..start[b + 1]`; up to `plain_end[b]` units in no cluster, then the runs of the bin,
/// `run_start[b]..run_start[b + 1]`, one for each cluster; each of these by unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByBin {
    pub start: Vec<usize>,
    pub unit: Vec<u32>,
    pub value: Vec<i64>,
    pub plain_end: Vec<usize>,
    pub run_start: Vec<u32>,
    pub runs: Vec<Run>,
}

const NONE: u32 = u32::MAX;

impl ByBin {
    /// `O(edges)`, and sorting those of clusters.
    pub(super) fn of(part: &Part) -> Self {
        let mut columns = Self::turned(part);
        columns.order(&part.cluster_of);
        columns
    }

    /// The edges of each bin by unit.
    fn turned(part: &Part) -> Self {
        let mut start = vec![0; part.n_bins() + 1];
        part.row_bin.iter().for_each(|&b| start[b as usize + 1] += 1);
        for b in 0..part.n_bins() {
            start[b + 1] += start[b];
        }
        let mut fill = start.clone();
        let (mut unit, mut value) = (vec![0; part.n_edges()], vec![0; part.n_edges()]);
        for u in 0..part.n_units() as u32 {
            for (b, v) in part.row(u) {
                let at = &mut fill[b as usize];
                (unit[*at], value[*at]) = (u, v);
                *at += 1;
            }
        }
        Self {
            start,
            unit,
            value,
            ..Self::default()
        }
    }

    /// Orders the edges of each bin: units in no cluster first, then cluster by cluster.
    fn order(&mut self, of: &[u32]) {
        let mut kept: Vec<(u32, u32, i64)> = Vec::new();
        self.run_start.push(0);
        for b in 0..self.start.len() - 1 {
            let span = self.start[b]..self.start[b + 1];
            let mut put = span.start;
            kept.clear();
            for e in span.clone() {
                let (u, v) = (self.unit[e], self.value[e]);
                if of[u as usize] == NONE {
                    (self.unit[put], self.value[put]) = (u, v);
                    put += 1;
                } else {
                    kept.push((of[u as usize], u, v));
                }
            }
            self.plain_end.push(put);
            kept.sort_unstable();
            for &(cluster, u, v) in &kept {
                (self.unit[put], self.value[put]) = (u, v);
                let fresh = self.run_start[b] as usize == self.runs.len()
                    || self.runs.last().is_none_or(|run| run.cluster != cluster);
                if fresh {
                    self.runs.push(Run {
                        cluster,
                        start: put as u32,
                        end: put as u32,
                    });
                }
                put += 1;
                if let Some(run) = self.runs.last_mut() {
                    run.end = put as u32;
                }
            }
            self.run_start.push(self.runs.len() as u32);
        }
    }
}

impl Part {
    /// Finds the clusters.
    pub(crate) fn cluster(&mut self) {
        self.cluster_of = self.find_clusters();
    }

    fn find_clusters(&mut self) -> Vec<u32> {
        let n = self.n_units();
        let mut of = vec![NONE; n];
        let mut stack = Vec::new();
        let attracts = |value: Option<i64>| value.is_some_and(|v| v > 0);
        for first in 0..n {
            if of[first] != NONE || !self.meetings[first].iter().any(|m| attracts(m.value)) {
                continue;
            }
            let number = self.clusters.len() as u32;
            let mut cluster = Cluster {
                single: true,
                ..Cluster::default()
            };
            of[first] = number;
            stack.push(first);
            while let Some(u) = stack.pop() {
                cluster.single &= self.sizes[u] == 1;
                let mut sum = 0_i64;
                for m in self.meetings[u].iter().filter(|m| attracts(m.value)) {
                    let value = m.value.unwrap_or(0);
                    sum += value;
                    cluster.most_of_pair = cluster.most_of_pair.max(value);
                    if of[m.other as usize] == NONE {
                        of[m.other as usize] = number;
                        stack.push(m.other as usize);
                    }
                }
                cluster.most_of_unit = cluster.most_of_unit.max(sum);
            }
            self.clusters.push(cluster);
        }
        of
    }
}
