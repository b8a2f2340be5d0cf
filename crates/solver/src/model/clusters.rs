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

/// The edges of one cluster's units in one bin: `start..end` of [`Part::unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub cluster: u32,
    pub start: u32,
    pub end: u32,
}

const NONE: u32 = u32::MAX;

impl Part {
    /// Finds the clusters and orders the edges of each bin: units in no cluster first, then cluster by cluster, each by unit.
    pub(super) fn cluster(&mut self) {
        let of = self.find_clusters();
        let mut kept: Vec<(u32, u32, i64)> = Vec::new();
        self.run_start.push(0);
        for b in 0..self.n_bins() {
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
        self.cluster_of = of;
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
