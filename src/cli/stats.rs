//! The report of `--stats`.

use std::io::Write;

use moonset::Stats;

use super::args::{Destination, StatsFormat};
use super::output;

/// Prints the numbers where they are wanted.
pub(crate) fn report(stats: &Stats, format: StatsFormat, to: &Destination) -> Result<(), String> {
    let text = match format {
        StatsFormat::Text => stats.to_string(),
        StatsFormat::Json => stats.to_json() + "\n",
    };
    let mut out = output::open(to)?;
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write statistics: {error}"))
}
