//! The clinical course: problems, medicines, results, documents.

use jiff::ToSpan;

use super::generate::TODAY;
use super::lists::{LISTS, Test};
use super::patient::{Document, DocumentKind, Measurement, Patient, Series};
use super::random::Random;

/// Fills a new patient's clinical lists.
pub(super) fn fill(patient: &mut Patient, random: &mut Random) {
    patient.problems = some(&LISTS.problems, 2, 5, random)
        .into_iter()
        .map(|p| (p, TODAY.saturating_sub((random.between(30, 5000) as i64).days())))
        .collect();
    patient.medicines = some(&LISTS.medicines, 3, 7, random);
    patient.results = LISTS.tests.iter().map(|test| series(*test, random)).collect();
    patient.documents = [
        (DocumentKind::Text, "Discharge summary"),
        (DocumentKind::Letter, "Clinic letter"),
        (DocumentKind::Cda, "Shared care summary"),
    ]
    .into_iter()
    .map(|(kind, title)| Document {
        id: random.digits("d#####"),
        kind,
        title,
        on: TODAY.saturating_sub((random.between(1, 90) as i64).days()),
    })
    .collect();
}

/// A few of a list, in its order.
fn some<T: Copy>(from: &[T], low: usize, high: usize, random: &mut Random) -> Vec<T> {
    let mut left = random.between(low, high);
    let mut seen = 0;
    from.iter()
        .filter(|_| {
            let chosen = random.below(from.len() - seen) < left;
            seen += 1;
            left -= usize::from(chosen);
            chosen
        })
        .copied()
        .collect()
}

/// A walk about the test's range, a measurement every few days.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn series(test: Test, random: &mut Random) -> Series {
    let span = test.high - test.low;
    let mut value = test.low + span * (random.between(0, 130) as f64 / 100.0);
    let count = random.between(8, 14);
    let measurements = (0..count)
        .map(|i| {
            value += span * ((random.between(0, 40) as f64 - 20.0) / 100.0);
            value = value.clamp(test.low * 0.4, test.high * 2.5);
            Measurement {
                on: TODAY.saturating_sub((((count - i) * 3) as i64).days()),
                minute: u16::try_from(random.between(6 * 60, 20 * 60)).unwrap_or_default(),
                value,
            }
        })
        .collect();
    Series { test, measurements }
}

impl Measurement {
    /// The value with the test's decimals.
    pub(super) fn shown(&self, test: &Test) -> String {
        format!("{:.*}", test.decimals, self.value)
    }

    /// When, as programs write it.
    pub(super) fn at(&self) -> String {
        format!("{}T{:02}:{:02}:00Z", self.on, self.minute / 60, self.minute % 60)
    }

    /// H, L or nothing.
    pub(super) fn flag(&self, test: &Test) -> &'static str {
        if self.value > test.high {
            "H"
        } else if self.value < test.low {
            "L"
        } else {
            ""
        }
    }
}
