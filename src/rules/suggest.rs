//! "Did you mean": the known word nearest to one that is not known.
//!
//! ```
//! use fanlight::rules::suggest::help;
//! assert_eq!(help("nhs-nubmer", &["nhs-number", "name"]), "did you mean \"nhs-number\"? (one of: nhs-number, name)");
//! assert_eq!(help("shoe-size", &["nhs-number", "name"]), "use one of: nhs-number, name");
//! ```

/// What to write instead of `word`: the nearest of `known`, if one is near, and all of them.
pub fn help(word: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(word, known) {
        Some(near) if known.len() > 1 => format!("did you mean {near:?}? (one of: {all})"),
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => "there is none here".into(),
        None => format!("use one of: {all}"),
    }
}

/// The known word that is at most a third of its letters away.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|k| (distance(&word, &k.to_lowercase()), *k))
        .filter(|(d, k)| *d <= (k.chars().count().max(3)) / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

/// Edits (insert, drop, change, swap neighbours) from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let get = |r: &[usize], at: usize| r.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (get(&last, j) + usize::from(ca != cb)).min(get(&last, j + 1) + 1).min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if swapped {
                best = best.min(get(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["nhs-number", "name", "date-of-birth", "postcode"];
        assert_eq!(nearest("postcdoe", &known), Some("postcode"));
        assert_eq!(nearest("date_of_birth", &known), Some("date-of-birth"));
        assert_eq!(nearest("Name", &known), Some("name"));
        assert_eq!(nearest("zebra", &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
