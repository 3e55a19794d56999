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
//! ```

use super::Html;
use super::standin;
use super::tokens::{Scanner, Token};
use crate::redact::format::Format;
use crate::redact::inspect::{Inspector, Pass};
use crate::redact::run::Span;
use crate::redact::withheld::Withheld;

/// What the rules make of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Stays,
    /// It is taken out.
    Out,
    /// It is seen, and cannot be used.
    Off,
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
    let stood = before.has(standin::MARK);
    Ok(if after.name != before.name || after.has(standin::MARK) && !stood {
        Fate::Out
    } else if after.has("aria-disabled") && !before.has("aria-disabled") || before.acts().any(|name| !after.has(name)) {
        Fate::Off
    } else {
        Fate::Stays
    })
}

/// The start tag of the control.
struct Tag {
    name: String,
    attrs: Vec<String>,
}

impl Tag {
    fn has(&self, name: &str) -> bool {
        self.attrs.iter().any(|a| a == name)
    }

    /// Attributes by which it does something.
    fn acts(&self) -> impl Iterator<Item = &str> {
        let acts = |name: &&str| name.starts_with("on") || matches!(*name, "href" | "formaction" | "action");
        self.attrs.iter().map(String::as_str).filter(acts)
    }
}

/// The first start tag, but for that of a heading cell around it.
fn first(markup: &str) -> Result<Option<Tag>, Withheld> {
    let mut scanner = Scanner::default();
    let read = |span: Span| {
        let part = usize::try_from(span.start).ok().zip(usize::try_from(span.end).ok());
        part.and_then(|(from, to)| markup.get(from..to)).unwrap_or_default().to_ascii_lowercase()
    };
    while let Some(token) = scanner.next(markup.as_bytes(), 0, true, usize::MAX)? {
        let name = read(scanner.name());
        if matches!(token, Token::Start { .. }) && name != "th" {
            let attrs = scanner.attrs().iter().map(|attr| read(attr.name.clone())).collect();
            return Ok(Some(Tag { name, attrs }));
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
            ("<div onclick='window.print()'>Ward 3</div>", Fate::Off),
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
