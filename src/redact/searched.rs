//! Whom somebody searched for: `?search=okafor`, `<input name="q" value="rose">`, `{"search_term": "Asante"}`.
//!
//! What is typed into a search may be anything, a drug or a ward as well as a person; it is somebody's name when each of its words may
//! be a part of one, whatever letters it is written in.

use super::detect::gazetteer;

/// The most words of a name that is searched for.
const WORDS: usize = 4;

/// Whether a normalised label, parameter or key holds what somebody searched for.
///
/// ```text
/// "q", "search query", "patient search", "searchterm"    yes
/// "research", "term of pregnancy"                        no
/// ```
pub(super) fn is_search(label: &str) -> bool {
    const WHOLE: &[&str] = &["q", "query", "search", "searchterm", "searchtext", "term", "keyword", "keywords"];
    const BEHIND: &[&str] = &["term", "text", "string", "value", "query", "for", "box", "input"];
    let last = label.rsplit(' ').next().unwrap_or_default();
    let searched = label.strip_prefix("search ").is_some_and(|rest| BEHIND.contains(&rest));
    WHOLE.contains(&label)
        || searched
        || matches!(last, "search" | "query")
        || last.ends_with("search") && last != "research"
}

/// Whether a text that was searched for may be a person's name: a word of the language only where it is a forename as well.
pub(super) fn is_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let letters = text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '\'' | '’' | '-'));
    let words: Vec<String> = text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let known = |w: &String| lists.is_forename(w) || lists.is_surname(w);
    let given = |w: &String| lists.is_forename(w) && !lists.is_thing(w);
    letters
        && (1..=WORDS).contains(&words.len())
        && words.iter().all(|w| known(w) || !lists.is_word(w))
        && words.iter().any(|w| (known(w) && !lists.is_word(w)) || given(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_and_what_is_none() {
        for label in ["q", "search", "search term", "patient search", "quicksearch", "search query"] {
            assert!(is_search(label), "{label}");
        }
        for label in ["research", "term of pregnancy", "search type", "name", "sort", ""] {
            assert!(!is_search(label), "{label}");
        }
    }

    #[test]
    fn people_and_what_else_is_searched_for() {
        for text in ["okafor", "Okafor, Chidi", "rose", "summer lane", "MARK", "o'brien"] {
            assert!(is_name(text), "{text}");
        }
        for text in ["diabetes", "amoxicillin 500", "ward 7", "blood pressure", "", "*"] {
            assert!(!is_name(text), "{text}");
        }
    }
}
