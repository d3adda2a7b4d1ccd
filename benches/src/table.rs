//! Columns of text: the first column to the left, the others to the right.

use std::fmt;

/// A table with a head line.
#[derive(Clone, Debug)]
pub struct Table {
    head: Vec<String>,
    /// `None` is a line across.
    rows: Vec<Option<Vec<String>>>,
}

impl Table {
    /// A table with these column names.
    pub fn new<T: Into<String>>(head: impl IntoIterator<Item = T>) -> Table {
        Table { head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are missing stay empty.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(Some(cells.into_iter().map(Into::into).collect()));
    }

    /// Adds a line across.
    pub fn line(&mut self) {
        self.rows.push(None);
    }

    fn widths(&self) -> Vec<usize> {
        let rows = self.rows.iter().flatten().chain([&self.head]);
        let mut widths = vec![0; self.head.len()];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let across = "-".repeat(widths.iter().map(|width| width + 2).sum::<usize>().saturating_sub(2));
        let line = |cells: &[String]| {
            let cell = |at: usize| cells.get(at).map_or("", String::as_str);
            let text: Vec<String> = (widths.iter().enumerate())
                .map(
                    |(at, &width)| {
                        if at == 0 { format!("{:<width$}", cell(at)) } else { format!("{:>width$}", cell(at)) }
                    },
                )
                .collect();
            text.join("  ").trim_end().to_owned()
        };
        writeln!(f, "{}", line(&self.head))?;
        writeln!(f, "{across}")?;
        for row in &self.rows {
            match row {
                Some(cells) => writeln!(f, "{}", line(cells))?,
                None => writeln!(f, "{across}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["name", "n"]);
        table.row(["a", "100"]);
        table.line();
        table.row(["long name"]);
        assert_eq!(table.to_string(), "name         n\n--------------\na          100\n--------------\nlong name\n");
    }
}
