//! State of pages that is flattened: one list of all values, in which objects and lists say only where each of theirs stands.
//!
//! ```text
//! [{"patient":1},{"firstName":2,"born":3},"Maud","1961-02-03"]     Maud is what `firstName` points to
//! ["ShallowReactive",1], ["Date","1961-02-03T00:00:00Z"]           some say of what type they are
//! [{"id":4,"ward":2},{"id":5,"ward":2}]                            numbers, and no places
//! ```
//!
//! Nuxt, SvelteKit, Remix and others send a page's state so (the `devalue` and `turbo-stream` formats). The places must stay as they are, or the
//! page finds nothing; what they point to is called as the key that points there.

use std::collections::HashSet;
use std::sync::Arc;

use super::look::Look;
use crate::redact::label::normalise;

/// Negative places stand for undefined, holes, infinities and the like.
const LOWEST: i32 = -7;
/// The most values of a list, and twice as many places: what is kept of them stays small beside the window.
const MOST: usize = 8_192;

/// Who points where, in the order in which they stand: what holds comes before what it holds.
type Points = Vec<(usize, Option<String>, usize)>;

/// What a look over a list showed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flattened {
    /// It has not ended yet.
    Undecided,
    No,
    /// What each value is called.
    Yes(Arc<[String]>),
}

/// What each value of the list that opens at the front of `bytes` is called, if it is a flattened one. `known`: whether rules know what a
/// value of this name is.
pub(super) fn look_over(bytes: &[u8], known: &dyn Fn(&str) -> bool) -> Flattened {
    let mut points = Points::new();
    match read(&mut Look::at(bytes), &mut points) {
        None => Flattened::Undecided,
        Some(None) => Flattened::No,
        Some(Some((count, scalars))) => labels(points, count, scalars, known).map_or(Flattened::No, Flattened::Yes),
    }
}

/// How many values there are, and how many of them are neither objects nor lists; `Some(None)`: it is no flattened list, `None`: it does not end.
fn read(look: &mut Look<'_>, points: &mut Points) -> Option<Option<(usize, usize)>> {
    if !matches!(look.next()?, b'{' | b'[') {
        return Some(None);
    }
    let (mut count, mut scalars) = (0_usize, 0_usize);
    loop {
        let fits = match look.next()? {
            b']' => return Some(Some((count, scalars))),
            b',' => {
                look.at += 1;
                continue;
            }
            b'{' => object(look, count, points)?,
            b'[' => list(look, count, points)?,
            b'}' => false,
            _ => {
                look.skip()?;
                scalars += 1;
                true
            }
        };
        count += 1;
        if !fits || count > MOST || points.len() > 2 * MOST {
            return Some(None);
        }
    }
}

fn labels(points: Points, count: usize, scalars: usize, known: &dyn Fn(&str) -> bool) -> Option<Arc<[String]>> {
    let mut named: Vec<Option<String>> = vec![None; count];
    let mut pointed = vec![false; count];
    const OF_THINGS: &[&str] = &["name", "id", "value", "number", "address", "email", "phone", "title"];
    let of_people = |key: &str| !OF_THINGS.contains(&key) && known(key);
    let people: HashSet<usize> =
        points.iter().filter(|(_, key, _)| key.as_deref().is_some_and(of_people)).map(|(from, _, _)| *from).collect();
    for (from, key, to) in points {
        *pointed.get_mut(to)? = true;
        let holder = named.get(from)?.clone().unwrap_or_default();
        let label = match key {
            // A ward and a drug have names as well.
            Some(key) if matches!(key.as_str(), "name" | "id" | "value" | "number") => {
                let somebody = people.contains(&from) && key == "name";
                if holder.is_empty() && !somebody {
                    String::new()
                } else {
                    format!("{holder} {key}").trim_start().to_owned()
                }
            }
            Some(key) => key,
            None => holder,
        };
        // Equal values stand once: the key that says most of them counts.
        let slot = named.get_mut(to)?;
        if slot.as_ref().is_none_or(|have| !known(have) && known(&label)) {
            *slot = Some(label.chars().take(crate::redact::label::MAX).collect());
        }
    }
    // All but the first are pointed to, and at least one of them is no number of something.
    let lost = pointed.iter().skip(1).filter(|p| !**p).count();
    let flattened = scalars > 0 && lost <= count / 8 && pointed.iter().any(|p| *p);
    flattened.then(|| named.into_iter().map(Option::unwrap_or_default).collect())
}

/// At the brace: whether each value is a place.
fn object(look: &mut Look<'_>, from: usize, points: &mut Points) -> Option<bool> {
    look.at += 1;
    loop {
        match look.next()? {
            b'}' => {
                look.at += 1;
                return Some(true);
            }
            b',' => look.at += 1,
            b'"' => {
                let key = look.string()?.map(|key| normalise(&key)).unwrap_or_default();
                if look.next()? != b':' {
                    return Some(false);
                }
                look.at += 1;
                if !matches!(look.next()?, b'-' | b'0'..=b'9') {
                    return Some(false);
                }
                match place(look)? {
                    Place::At(to) => points.push((from, Some(key), to)),
                    Place::Nowhere => {}
                    Place::None => return Some(false),
                }
            }
            _ => return Some(false),
        }
    }
}

/// At the bracket: whether there are places alone, or a type and what it is of.
fn list(look: &mut Look<'_>, from: usize, points: &mut Points) -> Option<bool> {
    look.at += 1;
    let mut typed = false;
    loop {
        match look.next()? {
            b']' => {
                look.at += 1;
                return Some(true);
            }
            b',' => look.at += 1,
            b'"' => {
                look.string()?;
                typed = true;
            }
            b'-' | b'0'..=b'9' => match place(look)? {
                Place::At(to) => points.push((from, None, to)),
                Place::Nowhere => {}
                Place::None => return Some(false),
            },
            // `["RegExp", "a", null]`
            b't' | b'f' | b'n' if typed => look.skip()?,
            _ => return Some(false),
        }
    }
}

/// What a number says.
enum Place {
    At(usize),
    /// Of what stands nowhere: undefined, a hole.
    Nowhere,
    None,
}

fn place(look: &mut Look<'_>) -> Option<Place> {
    let from = look.at;
    look.skip()?;
    let number = look.bytes.get(from..look.at).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    Some(match number.trim().parse::<i32>() {
        Ok(place) if place >= 0 => usize::try_from(place).map_or(Place::None, Place::At),
        Ok(place) if place >= LOWEST => Place::Nowhere,
        Ok(_) | Err(_) => Place::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_names() {
        let read = |text: &str| match look_over(text.as_bytes(), &|key| key == "born") {
            Flattened::Yes(labels) => Some(labels.join("|")),
            Flattened::No | Flattened::Undecided => None,
        };
        assert_eq!(
            read(r#"[{"patient":1},{"firstName":2,"born":3,"x":-1},"Maud",["Date","1961-02-03"]]"#).as_deref(),
            Some("|patient|first name|born")
        );
        assert_eq!(
            read(r#"[["ShallowReactive",1],{"ward":2,"people":4},{"name":3},"Harvey",[5],{"name":6},"Maud"]"#)
                .as_deref(),
            Some("||ward|ward name|people|people|people name")
        );
        // "order" and "born" are equal; a drug has a name, and so has who is born.
        assert_eq!(
            read(r#"[{"order":2,"patient":1},{"born":2,"name":3},"1961-02-03","Maud"]"#).as_deref(),
            Some("|patient|born|patient name")
        );
        assert_eq!(read(r#"[{"name":1,"code":2},"Sodium chloride","NA"]"#).as_deref(), Some("||code"));
        assert_eq!(read(r#"[{"name":1,"born":2},"Maud","1961-02-03"]"#).as_deref(), Some("|name|born"));
        for no in [
            r#"[{"id":4,"ward":2},{"id":5,"ward":2}]"#,
            r#"[{"id":1,"name":"Maud"},"x"]"#,
            r#"[{"id":9},"x"]"#,
            r#"[[1,2],[3,4]]"#,
            r#"["x",{"a":0}]"#,
            r#"[{"a":1},"x""#,
        ] {
            assert_eq!(read(no), None, "{no}");
        }
        assert_eq!(look_over(br#"[{"a":1},"x""#, &|_| false), Flattened::Undecided);
        assert_eq!(look_over(br#"[{"a":"x"#, &|_| false), Flattened::No);
    }
}
