//! Whom somebody searched for: `?search=okafor`, `<input name="q" value="rose">`, `{"search_term": "Asante"}`.
//!
//! What is typed into a search may be anything, a drug or a ward as well as a person; it is somebody's name when each of its words may
//! be a part of one, whatever letters it is written in.

use super::detect::gazetteer;
use super::title::is_title;

/// The most words of a name that is searched for.
const WORDS: usize = 4;

/// Whether a normalised label, parameter or key holds what somebody searched for.
///
/// ```text
/// "q", "term", "search query", "patient search", "drugsearch"    yes
/// "research", "search type"                                      no
/// ```
pub(super) fn is_search(label: &str) -> bool {
    const WHOLE: &[&str] = &["q", "searchterm", "searchtext", "term", "keyword", "keywords"];
    let last = label.rsplit(' ').next().unwrap_or_default();
    let ends = last.ends_with("query") || (last.ends_with("search") && last != "research");
    WHOLE.contains(&label) || ends || is_of_people(label)
}

/// Whether it is people that are searched for there, for all that is known.
fn is_of_people(label: &str) -> bool {
    const BEHIND: &[&str] = &["term", "text", "string", "value", "query", "for", "box", "input", "name"];
    let searched = label.strip_prefix("search ").is_some_and(|rest| BEHIND.contains(&rest));
    let last = label.rsplit(' ').next().unwrap_or_default();
    searched || (last.ends_with("search") && last != "research" && !of_things(label))
}

fn of_things(label: &str) -> bool {
    const THINGS: &[&str] = &[
        "drug",
        "medicine",
        "icd",
        "snomed",
        "code",
        "formulary",
        "test",
        "ward",
        "site",
        "product",
        "term",
        "help",
        "concept",
    ];
    THINGS.iter().any(|thing| label.contains(thing) && !label.starts_with("search"))
}

/// Whether a text that was searched for there may be a person's name: a word of it is a name and nothing else, or all may be names where
/// nothing says that it is things that are searched for.
///
/// ```text
/// search=rose, q=okafor, search=okafor+1977, q=(okafor*)   yes
/// q=rose, search=amoxicillin, drugsearch=olive             no
/// ```
pub(super) fn is_name(label: &str, text: &str) -> bool {
    let lists = gazetteer::shipped();
    // `q=4857773456;x=sam@centre.example` is more than a search, and the detectors' own.
    if text.contains(['@', '=', ';', '<', '>', '{', '}', '|', '_']) {
        return false;
    }
    let words: Vec<String> = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .filter(|w| w.chars().count() > 1 && !w.bytes().any(|b| b.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|w| !is_title(w))
        .collect();
    let known = |w: &String| lists.is_forename(w) || lists.is_surname(w);
    // "ward 7" is a place.
    let given = |w: &String| is_of_people(label) && lists.is_forename(w) && !lists.is_thing(w) && !lists.is_after(w);
    let sure = words.iter().any(|w| known(w) && !lists.is_word(w));
    let perhaps = || words.iter().all(|w| known(w) || !lists.is_word(w)) && words.iter().any(given);
    (1..=WORDS).contains(&words.len()) && (sure || perhaps())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_and_what_is_none() {
        for label in ["q", "term", "search", "search term", "patient search", "quicksearch", "search query", "icdquery"]
        {
            assert!(is_search(label), "{label}");
        }
        for label in ["research", "search type", "name", "sort", ""] {
            assert!(!is_search(label), "{label}");
        }
    }

    #[test]
    fn people_and_what_else_is_searched_for() {
        for text in [
            "okafor",
            "Okafor, Chidi",
            "rose",
            "summer lane",
            "MARK",
            "okafor 1977",
            "okafor*",
            "D. Okafor",
            "mr okafor",
        ] {
            assert!(is_name("search", text), "{text}");
        }
        for text in [
            "diabetes",
            "amoxicillin 500",
            "ward 7",
            "blood pressure",
            "",
            "*",
            "1977",
            "4857773456;x=sam@centre.example",
        ] {
            assert!(!is_name("search", text), "{text}");
        }
        assert!(is_name("q", "okafor") && !is_name("q", "rose") && !is_name("query", "summer"));
        assert!(is_name("drugsearch", "okafor") && !is_name("drugsearch", "olive"));
    }
}
