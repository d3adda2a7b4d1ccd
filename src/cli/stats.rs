//! The report of `--stats`.

use std::io::Write;

use moonset::Stats;

use super::args::StatsFormat;

/// Prints the numbers.
pub(crate) fn report(stats: &Stats, format: StatsFormat, out: &mut dyn Write) -> Result<(), String> {
    let text = match format {
        StatsFormat::Text => stats.to_string(),
        StatsFormat::Json => stats.to_json() + "\n",
    };
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write statistics: {error}"))
}
