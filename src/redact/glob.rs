//! Path patterns: `/chart/*`, `/api/**`, `/patient/{id}/notes`.
//!
//! `*` and `{name}` match one segment (`{name}` remembers it), `**` any number, a `*` inside a segment any characters.
//! Matching is on the decoded path without its query; case counts.
//!
//! ```
//! use fanlight::redact::glob::Glob;
//! let glob = Glob::parse("/patient/{id}/*").unwrap();
//! assert_eq!(glob.matches("/patient/42/notes").unwrap(), vec![("id", "42")]);
//! assert!(glob.matches("/patient/42").is_none());
//! assert!(Glob::parse("/assets/**").unwrap().matches("/assets/a/b.js").is_some());
//! ```

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// `*` somewhere inside: the parts between the stars.
    Parts(Vec<String>),
    Named(String),
    Any,
    Rest,
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    source: String,
    segments: Vec<Segment>,
}

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Says what is wrong: it must begin with `/`, names must be closed, at most 32 segments.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let Some(rest) = pattern.strip_prefix('/') else { return Err("a path pattern begins with /".into()) };
        let mut segments = Vec::new();
        for part in rest.split('/') {
            segments.push(match part {
                "*" => Segment::Any,
                "**" => Segment::Rest,
                _ if part.starts_with('{') => match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                    Some(name) if !name.is_empty() => Segment::Named(name.to_owned()),
                    _ => return Err(format!("{part:?} is not a whole {{name}} segment")),
                },
                _ if part.contains('*') => Segment::Parts(part.split('*').map(str::to_owned).collect()),
                _ => Segment::Literal(part.to_owned()),
            });
        }
        if segments.len() > 32 {
            return Err("a path pattern has at most 32 segments".into());
        }
        Ok(Self { source: pattern.to_owned(), segments })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the path matches, and what the named segments hold.
    pub fn matches<'g, 'p>(&'g self, path: &'p str) -> Option<Vec<(&'g str, &'p str)>> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let mut names = Vec::new();
        matches_from(&self.segments, &parts, &mut names, &mut 0).then_some(names)
    }
}

fn matches_from<'g, 'p>(
    want: &'g [Segment],
    have: &[&'p str],
    names: &mut Vec<(&'g str, &'p str)>,
    steps: &mut u32,
) -> bool {
    // `**` can try many ways; a bound keeps a hostile path linear.
    *steps += 1;
    if *steps > 4096 {
        return false;
    }
    let Some((first, rest)) = want.split_first() else { return have.is_empty() };
    if *first == Segment::Rest {
        return (0..=have.len()).any(|n| {
            let mark = names.len();
            let ok = matches_from(rest, have.get(n..).unwrap_or_default(), names, steps);
            if !ok {
                names.truncate(mark);
            }
            ok
        });
    }
    let Some((part, others)) = have.split_first() else { return false };
    let ok = match first {
        Segment::Literal(text) => text == part,
        Segment::Parts(parts) => matches_parts(parts, part),
        Segment::Named(name) => {
            names.push((name, part));
            !part.is_empty()
        }
        Segment::Any => !part.is_empty(),
        Segment::Rest => false,
    };
    ok && matches_from(rest, others, names, steps)
}

fn matches_parts(parts: &[String], text: &str) -> bool {
    let mut rest = text;
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        rest = match (i, last) {
            (0, _) => match rest.strip_prefix(part.as_str()) {
                Some(r) => r,
                None => return false,
            },
            (_, true) => return rest.ends_with(part.as_str()),
            _ => match rest.find(part.as_str()) {
                Some(at) => rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            },
        };
    }
    rest.is_empty()
}
