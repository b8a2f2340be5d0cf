//! A table whose last column takes the room that is left and breaks into lines.

use std::fmt::Write as _;

use anstyle::Style;

use super::{columns, wrap};

/// Heads of columns.
const HEAD: Style = Style::new().bold();

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows under heads. All columns but the last are as wide as their widest cell.
pub(crate) struct Table {
    heads: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heads: &[(&'static str, Align)]) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: vec![],
        }
    }

    /// Adds a row; cells hold no style.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.heads.len(), "one cell per head");
        self.rows.push(cells);
    }

    /// The table as lines, indented by `indent` spaces, at most `width` columns wide.
    pub(crate) fn text(&self, indent: usize, width: usize) -> String {
        let widest = |at: usize| {
            let cells = self.rows.iter().map(|row| columns(&row[at]));
            cells.chain([columns(self.heads[at].0)]).max().unwrap_or(0)
        };
        let last = self.heads.len() - 1;
        let mut widths: Vec<usize> = (0..=last).map(widest).collect();
        let before: usize = indent + widths[..last].iter().map(|w| w + 2).sum::<usize>();
        widths[last] = widths[last].min(width.saturating_sub(before).max(16));
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| (*head).to_owned()).collect();
        let mut text = String::new();
        self.line(&heads, &widths, indent, HEAD, &mut text);
        for row in &self.rows {
            self.line(row, &widths, indent, Style::new(), &mut text);
        }
        text
    }

    fn line(&self, cells: &[String], widths: &[usize], indent: usize, style: Style, text: &mut String) {
        let last = cells.len() - 1;
        for (nth, part) in wrap(&cells[last], widths[last]).into_iter().enumerate() {
            let mut line = " ".repeat(indent);
            for (at, cell) in cells.iter().enumerate() {
                let cell = match (at == last, nth) {
                    (true, _) => part.as_str(),
                    (false, 0) => cell,
                    (false, _) => "",
                };
                let pad = " ".repeat(widths[at].saturating_sub(columns(cell)));
                match self.heads[at].1 {
                    Align::Left => line.extend([cell, &pad, "  "]),
                    Align::Right => line.extend([&pad, cell, "  "]),
                }
            }
            let line = line.trim_end();
            let _ = writeln!(text, "{style}{line}{style:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_takes_the_room_that_is_left() {
        let mut table = Table::new(&[("Barn", Align::Left), ("Fit", Align::Right), ("Skäl", Align::Left)]);
        table.row(vec!["C-1".into(), "812".into(), "nära hem och skola".into()]);
        table.row(vec!["C-20".into(), "7".into(), "långt".into()]);
        let text = anstream::adapter::strip_str(&table.text(1, 24)).to_string();
        assert_eq!(
            text,
            " Barn  Fit  Skäl\n C-1   812  nära hem och\n            skola\n C-20    7  långt\n"
        );
    }
}
