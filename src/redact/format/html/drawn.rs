//! A control that a script drew: what the rules make of it, as if it had come in a page.
//!
//! It is read as the fragment that it is, so that no layout contract is asked of it, and only what becomes of the control itself counts: a
//! group of buttons stays when one of them goes, for that one is asked about by itself.
//!
//! ```text
//! <button>Export</button>                      →  out
//! <th><a>E-mail</a></th>                       →  stays: what sorts a table is headed so
//! <div><button>Export</button> <b>Ward</b></div>  →  stays
//! <a href="/file">File</a>, ruled "disable"    →  off
//! <div onclick="window.print()">Ward 3</div>   →  bare of its onclick: it is more than a control
//! ```

use super::Html;
use super::control::UNAVAILABLE;
use super::standin;
use super::tokens::{Scanner, Token};
use crate::redact::format::Format;
use crate::redact::inspect::{Inspector, Pass};
use crate::redact::run::Span;
use crate::redact::withheld::Withheld;

/// What the rules make of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Stays,
    /// It is taken out.
    Out,
    /// It is seen, and cannot be used.
    Off,
    /// It is more than the control: these attributes go, and it stays.
    Bare(Vec<String>),
}

/// What the rules make of a control, written as one element; a heading cell may stand around it. What has no element in it stays: there is
/// nothing to take out.
///
/// # Errors
/// It cannot be read: it is nested too deep, or too much for the bounds.
pub fn fate(ins: &mut Inspector, control: &str) -> Result<Fate, Withheld> {
    let Some(before) = first(control)? else { return Ok(Fate::Stays) };
    let mut out = Vec::new();
    ins.begin(Pass::Rewrite);
    let mut format = Html::fragment();
    format.write(ins, control.as_bytes(), &mut out)?;
    format.finish(ins, &mut out)?;
    let out = String::from_utf8(out).map_err(|_| Withheld::BadCharset)?;
    let Some(after) = first(&out)? else { return Ok(Fate::Out) };
    let is_new = |name: &str| after.value(name).is_some() && after.value(name) != before.value(name);
    if after.name != before.name || is_new(standin::MARK) {
        return Ok(Fate::Out);
    }
    if is_new("title") && after.value("title") == Some(UNAVAILABLE) {
        return Ok(Fate::Off);
    }
    let gone: Vec<String> = before.acts().filter(|name| after.value(name).is_none()).map(str::to_owned).collect();
    Ok(if gone.is_empty() { Fate::Stays } else { Fate::Bare(gone) })
}

/// The start tag of the control.
struct Tag {
    name: String,
    /// Name and value, as written.
    attrs: Vec<(String, String)>,
}

impl Tag {
    fn value(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(called, _)| called == name).map(|(_, value)| value.as_str())
    }

    /// Attributes by which it does something.
    fn acts(&self) -> impl Iterator<Item = &str> {
        let acts = |name: &&str| name.starts_with("on") || matches!(*name, "href" | "formaction" | "action");
        self.attrs.iter().map(|(name, _)| name.as_str()).filter(acts)
    }
}

/// The first start tag, but for that of a heading cell that was put around it.
fn first(markup: &str) -> Result<Option<Tag>, Withheld> {
    let mut scanner = Scanner::default();
    let read = |span: Span| {
        let part = usize::try_from(span.start).ok().zip(usize::try_from(span.end).ok());
        part.and_then(|(from, to)| markup.get(from..to)).unwrap_or_default()
    };
    let mut around = markup.starts_with("<th>");
    while let Some(token) = scanner.next(markup.as_bytes(), 0, true, usize::MAX)? {
        if matches!(token, Token::Start { .. }) && !std::mem::take(&mut around) {
            let lower = |span: &Span| read(span.clone()).to_ascii_lowercase();
            let both = scanner.attrs().iter().map(|attr| (lower(&attr.name), read(attr.value.clone()).to_owned()));
            return Ok(Some(Tag { name: lower(&scanner.name()), attrs: both.collect() }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, LazyLock};

    use proptest::prelude::*;

    use super::*;
    use crate::base::id::{GrantId, TrustId};
    use crate::base::secret::Key;
    use crate::config;
    use crate::redact::dictionary::Dictionary;
    use crate::redact::operator::GrantKeys;
    use crate::redact::plan::Plan;

    static PLAN: LazyLock<Arc<Plan>> = LazyLock::new(|| {
        let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/all-trusts.toml"))).unwrap();
        config.trusts[0].compiled.plan.clone()
    });

    /// By the rules of the clinic, on a page that must hold more than a control does.
    fn clinic() -> Inspector {
        let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
        Inspector::new(PLAN.clone(), keys, Dictionary::default(), "/patients/4810393")
    }

    #[test]
    fn only_what_becomes_of_the_control_itself_counts() {
        let mut ins = clinic();
        for (control, becomes) in [
            ("<button>Export</button>", Fate::Out),
            ("<button id=p class='btn'>Print</button>", Fate::Out),
            ("<input type=submit value=Print>", Fate::Out),
            ("<li><a>Print</a></li>", Fate::Out),
            ("<div class=btn-group><button>Save</button><button>Print</button></div>", Fate::Stays),
            ("<li><a>Problems</a> <button>Print</button></li>", Fate::Stays),
            ("<button>Save</button>", Fate::Stays),
            ("<a>E-mail</a>", Fate::Out),
            ("<th><a>E-mail</a></th>", Fate::Stays),
            ("<a href='mailto:gp@example.org?body=Potassium'>Tell the surgery</a>", Fate::Off),
            ("<span><a href='mailto:gp@example.org?body=Potassium'>Tell the surgery</a></span>", Fate::Stays),
            ("<a href='/x' aria-disabled=true data-fanlight-out=''></a>", Fate::Stays),
            // What is more than a control keeps all but what it did.
            ("<div onclick='window.print()'>Ward 3</div>", Fate::Bare(vec!["onclick".to_owned()])),
            ("<th onclick='sort()'>Name <button>Export</button></th>", Fate::Stays),
            ("<th><button>Export</button></th>", Fate::Out),
            ("<a aria-disabled=false href='mailto:gp@example.org?body=Potassium'>Tell the surgery</a>", Fate::Off),
            ("<button><svg><g><use href='#icon-print'></use></g></svg></button>", Fate::Out),
            ("Print", Fate::Stays),
            ("", Fate::Stays),
        ] {
            assert_eq!(fate(&mut ins, control).unwrap(), becomes, "{control}");
        }
    }

    proptest! {
        /// The order in which controls are asked about does not matter, nor what was asked before.
        #[test]
        fn one_control_says_nothing_about_the_next(before in "(<[a-z]{1,3}( [a-z]{2}=[a-z'\"]{1,4})?>|</[a-z]{1,2}>|[Print &]{1,4}){0,8}") {
            let mut ins = clinic();
            let unread = fate(&mut ins, &before).is_err();
            prop_assert!(!unread || before.contains('<'), "text can always be read");
            prop_assert_eq!(fate(&mut ins, "<button>Export</button>").unwrap(), Fate::Out);
            prop_assert_eq!(fate(&mut ins, "<button>Save</button>").unwrap(), Fate::Stays);
        }
    }
}
