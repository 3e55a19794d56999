//! Points in time as people write them on a command line.
//!
//! A moment with its offset (`2027-01-31T18:00:00Z`), a day (`2027-01-31`: its beginning, UTC), or a span from now (`8h`,
//! `5d`).

use anyhow::Context;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};

/// What to write instead.
const HELP: &str = "write a moment (2027-01-31T18:00:00Z) or a day (2027-01-31, UTC)";

/// A moment or the beginning of a day.
pub(super) fn moment(text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let day = text.parse::<civil::Date>().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    day.map(|day| day.timestamp()).with_context(|| format!("{text:?} is not a point in time: {HELP}"))
}

/// So long after `now`.
pub(super) fn after(now: Timestamp, text: &str) -> anyhow::Result<Timestamp> {
    let help = || format!("{text:?} is not a span of time: write 8h, 5d or 2w");
    let span: Span = text.parse().ok().with_context(help)?;
    let end = now.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|z| z.timestamp());
    end.filter(|end| *end > now).with_context(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_them() {
        let now: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
        assert_eq!(moment("2026-11-23T10:00:00+01:00").unwrap(), now);
        assert_eq!(moment("2026-11-24").unwrap().to_string(), "2026-11-24T00:00:00Z");
        assert_eq!(after(now, "8h").unwrap().to_string(), "2026-11-23T17:00:00Z");
        assert_eq!(after(now, "2w").unwrap().to_string(), "2026-12-07T09:00:00Z");
        for bad in ["", "soon", "-8h", "0h"] {
            assert!(after(now, bad).is_err(), "{bad}");
            assert!(moment(bad).unwrap_err().to_string().contains("write a moment"), "{bad}");
        }
    }
}
