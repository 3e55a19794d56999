//! `[[centre]]` and `[[grant]]`: where engineers come from, how much they may view, and what they are granted.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroU64};

use jiff::Timestamp;

use super::identity::{known, networks};
use crate::access::{Centre, Grant, Purpose};
use crate::base::id::{BadId, CentreId, EngineerId, Ticket, TrustId};
use crate::limits::{Limits, Rates};
use crate::rules::read::{At, Problems, Table};

/// Limits of each engineer of a centre that names none.
fn engineer_default() -> Limits {
    Limits {
        record_views_per_minute: NonZeroU32::new(30),
        distinct_records_per_hour: NonZeroU32::new(40),
        distinct_records_per_day: NonZeroU32::new(120),
        bytes_per_hour: NonZeroU64::new(512 << 20),
    }
}

/// Reads `[[centre]]`.
pub(super) fn centres(
    top: &mut Table<'_>,
    trusts: &[String],
    rates: &mut Rates,
    problems: &mut Problems,
) -> Vec<Centre> {
    if !top.has("centre") {
        let error = top.missing("centre").help("add [[centre]] with id and networks: nobody comes in from nowhere");
        problems.push(error);
    }
    let mut ids = BTreeSet::new();
    let read = top.tables("centre", problems, |table, problems| {
        let id = table.need_text("id", problems).and_then(|at| checked(table, &at, CentreId::new, problems));
        if !table.has("networks") {
            let error = table.missing("networks");
            problems
                .push(error.help("write the networks that its engineers come from: networks = [\"198.51.100.0/24\"]"));
        }
        let texts = table.texts("networks", problems);
        let networks = networks(table, "networks", &texts, problems);
        let only: Vec<At<String>> = table.texts("trusts", problems);
        let only: Vec<TrustId> = only
            .iter()
            .filter(|at| known(table, "trust", at, trusts, problems))
            .filter_map(|at| TrustId::new(&at.value).ok())
            .collect();
        let each =
            table.table("limits", problems, |t, p| limits(t, engineer_default(), p)).unwrap_or_else(engineer_default);
        let total = table.table("total_limits", problems, |t, p| limits(t, Limits::default(), p));
        let id = id?;
        if !ids.insert(id.clone()) {
            let error = table.error(table.span(), format!("there are two centres {id}"));
            problems.push(error.help("give each an id of its own"));
        }
        rates.engineer.insert(id.clone(), each);
        rates.centre.extend(total.map(|t| (id.clone(), t)));
        let centre = Centre::new(id, networks);
        Some(if only.is_empty() { centre } else { centre.only_for(only) })
    });
    read.into_iter().flatten().collect()
}

/// Reads a table of limits; what it does not name is as in `base`.
pub(super) fn limits(table: &mut Table<'_>, base: Limits, problems: &mut Problems) -> Limits {
    const MOST: u64 = 1_000_000;
    let mut limits = base;
    let mut count = |key, to: &mut Option<NonZeroU32>, problems: &mut Problems| {
        if let Some(n) = table.whole(key, 1..=MOST, problems) {
            *to = u32::try_from(n.value).ok().and_then(NonZeroU32::new);
        }
    };
    count("record_views_per_minute", &mut limits.record_views_per_minute, problems);
    count("distinct_records_per_hour", &mut limits.distinct_records_per_hour, problems);
    count("distinct_records_per_day", &mut limits.distinct_records_per_day, problems);
    if let Some(n) = table.whole("bytes_per_hour", 1..=1 << 50, problems) {
        limits.bytes_per_hour = NonZeroU64::new(n.value);
    }
    limits
}

/// Reads `[[grant]]`.
pub(super) fn grants(top: &mut Table<'_>, trusts: &[String], problems: &mut Problems) -> Vec<Grant> {
    let read = top.tables("grant", problems, |table, problems| {
        let engineer =
            table.need_text("engineer", problems).and_then(|at| checked(table, &at, EngineerId::new, problems));
        let trust = table.need_text("trust", problems).filter(|at| known(table, "trust", at, trusts, problems));
        let trust = trust.and_then(|at| checked(table, &at, TrustId::new, problems));
        let ticket = table.need_text("ticket", problems).and_then(|at| checked(table, &at, Ticket::new, problems));
        let purpose = table.text("purpose", problems).and_then(|at| checked(table, &at, Purpose::new, problems));
        let from = table.moment("from", problems).and_then(|at| moment(table, &at, problems));
        if !table.has("until") {
            let error = table.missing("until");
            problems.push(error.help("a grant ends: until = \"2027-01-31T18:00:00Z\""));
        }
        let until_at = table.moment("until", problems);
        let until = until_at.as_ref().and_then(|at| moment(table, at, problems));
        if let (Some(from), Some(until), Some(at)) = (from, until, until_at)
            && until <= from
        {
            let error = table.error(at.span, "the grant ends before it begins");
            problems.push(error.help("`until` must be later than `from`"));
        }
        let mut grant = Grant::standing(engineer?, trust?, ticket?, until?);
        grant.purpose = purpose;
        grant.from = from;
        Some(grant)
    });
    read.into_iter().flatten().collect()
}

fn moment(table: &Table<'_>, at: &At<String>, problems: &mut Problems) -> Option<Timestamp> {
    match at.value.parse::<Timestamp>() {
        Ok(moment) => Some(moment),
        Err(_) => {
            let error = table.error(at.span.clone(), format!("{:?} is not a point in time", at.value));
            problems.push(error.help("write date, time and offset: \"2027-01-31T18:00:00Z\""));
            None
        }
    }
}

/// An id of its kind; why it is none is reported.
pub(super) fn checked<T>(
    table: &Table<'_>,
    at: &At<String>,
    make: fn(&str) -> Result<T, BadId>,
    problems: &mut Problems,
) -> Option<T> {
    match make(&at.value) {
        Ok(id) => Some(id),
        Err(error) => {
            let error = table.error(at.span.clone(), format!("{:?}: {error}", at.value));
            problems.push(error.help("ids are short; lower-case letters, digits and hyphens are always allowed"));
            None
        }
    }
}
