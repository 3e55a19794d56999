//! A line of each grant, in which what it asks for stands one behind the other: who asks for much at once waits for themselves and lets others pass.
//!
//! ```text
//! grant a: picture 1 ← picture 2 ← picture 3 …      grant b: picture 1
//! ```

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base::id::GrantId;

/// The lines in which somebody stands.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<GrantId, Arc<Semaphore>>>);

/// The head of a line, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "held until the next may come")] OwnedSemaphorePermit);

impl Lines {
    fn of(&self, grant: &GrantId) -> Arc<Semaphore> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody stands in the others: whoever does holds the line, too.
        lines.retain(|_, line| Arc::strong_count(line) > 1);
        lines.entry(grant.clone()).or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
    }

    /// The turn of one of a grant's; none: it did not come in time.
    pub(super) async fn turn(&self, grant: &GrantId, within: Duration) -> Option<Turn> {
        let line = self.of(grant);
        tokio::time::timeout(within, line.acquire_owned()).await.ok()?.ok().map(Turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_of_a_grant_at_a_time_and_none_of_it_is_kept() {
        let (lines, one, other) = (Lines::default(), GrantId::new("g-1").unwrap(), GrantId::new("g-2").unwrap());
        let short = Duration::from_millis(20);
        let turn = lines.turn(&one, short).await;
        assert!(turn.is_some() && lines.turn(&one, short).await.is_none() && lines.turn(&other, short).await.is_some());
        let (next, ()) = tokio::join!(lines.turn(&one, Duration::from_secs(5)), async {
            tokio::time::sleep(short).await;
            drop(turn);
        });
        assert!(next.is_some(), "who waits has the next turn");
        drop(next);
        drop(lines.turn(&other, short).await);
        assert_eq!(lines.0.lock().unwrap().len(), 1, "lines in which nobody stands are forgotten");
    }
}
