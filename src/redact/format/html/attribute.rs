//! Attributes: by name, what kind of text one holds, and how that is rewritten.
//!
//! A value that changes is written anew, escaped and quoted; one that does not stays as it came, quotes and all.

use std::borrow::Cow;
use std::sync::Arc;

use super::passage::{Context, Passage, Written};
use super::retype;
use super::tokens::Attr;
use super::words::{Label, field_of_name, label_of};
use super::{Html, entity, state};
use crate::redact::detect::gazetteer;
use crate::redact::format::{self, Format, assigned, css, js, url, value};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::splice::Splice;
use crate::redact::withheld::Withheld;

/// A start tag being rewritten.
pub(super) struct Tag<'a> {
    /// Lower case.
    pub(super) name: &'a str,
    /// Where its attributes stand.
    pub(super) attrs: &'a [Attr],
    /// Their lower-case names and decoded values, in the same order.
    pub(super) list: &'a [(Cow<'a, str>, Cow<'a, str>)],
    /// The label of the text that the element stands in.
    pub(super) label: Option<&'a Arc<Label>>,
    /// What stands in the control: by its name, its id, its label.
    pub(super) control: Option<Arc<FieldRule>>,
    /// Markup that goes into documents inside attributes.
    pub(super) head: Option<&'a Arc<str>>,
    /// Fields that selectors name for attributes of this element: attribute, rule.
    pub(super) chosen: &'a [(String, Arc<FieldRule>)],
}

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Text that is shown.
    Shown,
    /// A URL.
    Url,
    /// Several, with or without widths.
    Urls,
    /// A handler.
    Script,
    /// Declarations.
    Style,
    /// A page.
    Page,
    /// `5; url=…`
    Refresh,
    /// Words and numbers for the browser: looked at only when they hold something else.
    Browser,
    /// Numbers that draw.
    Drawing,
    /// Anything.
    Value,
}

fn holds(name: &str, tag: &Tag<'_>) -> Holds {
    match name {
        "title" | "alt" | "placeholder" | "summary" | "label" | "abbr" | "data-label" | "data-title" | "standby" => {
            Holds::Shown
        }
        "aria-label" | "aria-description" | "aria-roledescription" | "aria-valuetext" | "aria-placeholder" => {
            Holds::Shown
        }
        "value" if tag.name == "input" && is_button(tag) => Holds::Shown,
        "href" | "src" | "action" | "formaction" | "poster" | "cite" | "background" | "manifest" | "longdesc"
        | "xlink:href" | "lowsrc" | "dynsrc" | "codebase" | "classid" | "usemap" | "profile" | "icon" => Holds::Url,
        "data" if tag.name == "object" => Holds::Url,
        "data-href" | "data-url" | "data-src" | "data-action" | "hx-get" | "hx-post" => Holds::Url,
        "srcset" | "imagesrcset" | "ping" | "archive" => Holds::Urls,
        "style" => Holds::Style,
        "srcdoc" => Holds::Page,
        "content" if tag.name == "meta" && attr(tag, "http-equiv").eq_ignore_ascii_case("refresh") => Holds::Refresh,
        _ if name.starts_with("on") && name.len() > 3 && !name.contains('-') => Holds::Script,
        "class" | "type" | "rel" | "method" | "enctype" | "charset" | "media" | "lang" | "dir" | "role"
        | "tabindex" | "colspan" | "rowspan" | "width" | "height" | "target" | "autocomplete" | "scope" | "align"
        | "valign" | "border" | "cellpadding" | "cellspacing" | "bgcolor" | "color" | "size" | "maxlength"
        | "minlength" | "rows" | "cols" | "step" | "pattern" | "spellcheck" | "autocapitalize" | "inputmode"
        | "draggable" | "nonce" | "crossorigin" | "referrerpolicy" | "xmlns" | "xmlns:xlink" | "xml:lang"
        | "xml:space" | "version" | "focusable" | "loading" | "decoding" | "fetchpriority" | "sandbox" | "allow"
        | "http-equiv" | "property" | "itemprop" | "face" | "frameborder" | "scrolling" | "checked" | "selected"
        | "disabled" | "readonly" | "required" | "hidden" | "multiple" | "defer" | "async" | "novalidate"
        | "aria-hidden" | "aria-expanded" | "aria-live" | "aria-current" | "aria-selected" | "aria-sort" | "shape"
        | "span" | "start" | "wrap" => Holds::Browser,
        "d"
        | "points"
        | "transform"
        | "viewbox"
        | "x"
        | "y"
        | "x1"
        | "x2"
        | "y1"
        | "y2"
        | "cx"
        | "cy"
        | "r"
        | "rx"
        | "ry"
        | "dx"
        | "dy"
        | "fill"
        | "stroke"
        | "stroke-width"
        | "stroke-dasharray"
        | "offset"
        | "values"
        | "preserveaspectratio"
        | "coords" => Holds::Drawing,
        _ => Holds::Value,
    }
}

fn attr<'a>(tag: &'a Tag<'_>, name: &str) -> &'a str {
    tag.list.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_ref())
}

fn is_button(tag: &Tag<'_>) -> bool {
    is_pressed(attr(tag, "type"))
}

/// Whether an input of this type is pressed; what others hold is data.
pub(super) fn is_pressed(kind: &str) -> bool {
    ["submit", "button", "reset", "image"].iter().any(|t| kind.eq_ignore_ascii_case(t))
}

/// Rewrites one attribute.
pub(super) fn redact(ins: &mut Inspector, splice: &mut Splice, tag: &Tag<'_>, index: usize) -> Result<(), Withheld> {
    let (Some(at), Some((name, value))) = (tag.attrs.get(index), tag.list.get(index)) else { return Ok(()) };
    // A word of text behind a `<` that nobody escaped: `<Smith, John>`.
    let written = splice.text(at.name.clone()).to_owned();
    let word = value.is_empty() && written.chars().all(char::is_alphabetic) && !FLAGS.contains(&name.as_ref());
    // A page that was read as a tree has its attributes in small letters; a name is known by its capital.
    let written = if word { capitalised(&written) } else { written };
    if (word || name.bytes().any(|b| b.is_ascii_digit() || !b.is_ascii()))
        && name.len() >= 5
        && ins.redact_on(Surface::Attribute, &written)?.is_some()
    {
        // An identifier as a name: nothing that means anything to a browser.
        splice.edit(at.whole.clone(), "");
        return Ok(());
    }
    if value.trim().is_empty() {
        return Ok(());
    }
    let whence = format!("{} @{name}", tag.name);
    ins.reading_from(at.value.start);
    let chosen = tag.chosen.iter().rev().find(|(n, _)| n == name).map(|(_, rule)| rule.clone());
    let kind = holds(name, tag);
    let new = match kind {
        _ if chosen.is_some() && !matches!(kind, Holds::Page | Holds::Script) => {
            let surface = if kind == Holds::Shown { Surface::ShownAttribute } else { Surface::Attribute };
            value::as_text(ins, value, &Place { surface, field: chosen, label: "", whence: &whence })?
        }
        Holds::Shown if value::holds_format(value) => {
            let label = tag.label.map(|l| l.words.as_str()).unwrap_or_default();
            format::value(ins, value, &Place { surface: Surface::ShownAttribute, field: None, label, whence: &whence })?
        }
        Holds::Shown => {
            let label = tag.label.map(|l| Label { words: l.words.clone(), ..Label::default() });
            let written = if at.quote == b' ' { Written::Plain } else { Written::Attribute };
            let context = Context {
                surface: Surface::ShownAttribute,
                label: label.map(Arc::new),
                carried: false,
                action: false,
                whence: whence.clone(),
            };
            let mut passage = Passage::at(context);
            if at.quote == b' ' {
                // Rewritten as a whole, because what replaces a part may hold a space.
                let mut own = Splice::default();
                own.push(value.as_bytes());
                passage.base = at.value.start;
                passage.push(value, 0, written, true);
                passage.decide(ins, &mut own)?;
                let mut out = Vec::new();
                own.finish(&mut out);
                let out = String::from_utf8(out).map_err(|_| Withheld::BadCharset)?;
                let out = entity::decode(&out, false).into_owned();
                (out != value.as_ref()).then_some(out)
            } else {
                let raw = splice.text(at.value.clone()).to_owned();
                passage.push(&raw, at.value.start, written, true);
                passage.decide(ins, splice)?;
                None
            }
        }
        Holds::Url => redact_url(ins, value, &whence)?,
        Holds::Urls => redact_urls(ins, value, &whence)?,
        Holds::Script => js::redact(ins, value)?,
        Holds::Style => css::redact(ins, value)?,
        Holds::Page => Some(redact_page(ins, value, tag.head)?).filter(|new| new != value.as_ref()),
        Holds::Refresh => match value.find(['=', ';', ',']) {
            Some(cut) => {
                let from = value.find('=').unwrap_or(cut) + 1;
                let (before, link) = value.split_at_checked(from).unwrap_or((value, ""));
                let bare = link.trim().trim_matches(['"', '\'']);
                redact_url(ins, bare, &whence)?.map(|new| format!("{before}{new}"))
            }
            None => None,
        },
        Holds::Browser if !suspicious(value) => None,
        Holds::Drawing if draws(value) => None,
        Holds::Browser | Holds::Drawing => {
            value::as_text(ins, value, &Place { whence: &whence, ..Place::on(Surface::Attribute) })?
        }
        Holds::Value => {
            let packed = if tag.name == "input" && name == "value" { state::redact(ins, value)? } else { None };
            let (field, words) = of_value(ins, tag, name);
            let structure = value.trim_start().starts_with(['{', '[']) && value.trim_end().ends_with(['}', ']']);
            // A date of birth in its parts is the one structure that a control's name tells about.
            let born = || {
                let says = words.split(' ').any(|word| matches!(word, "dob" | "birth" | "birthdate" | "born"));
                let object = value.trim_start().starts_with('{') && value::is_json(value);
                ins.label_field("date of birth").filter(|_| says && object)
            };
            let field = if structure { born() } else { field };
            let place = Place { surface: Surface::Attribute, field, label: &words, whence: &whence };
            match packed {
                Some(sealed) => Some(sealed),
                None => format::value(ins, value, &place)?,
            }
        }
    };
    if let Some(new) = new {
        if tag.name == "input" && name == "value" {
            retype::retype(splice, tag);
        }
        let escaped = entity::escape_as(&new, splice.text(at.value.clone()));
        splice.edit(at.value.clone(), if at.quote == b' ' { format!("\"{escaped}\"") } else { escaped });
    }
    Ok(())
}

/// Values that somebody forgot to quote: `value=Kyla O'Reilly title=x` is to a browser a value and a name without one, to
/// a reader one value. Read as one, and quoted as one when something is found.
pub(super) fn redact_loose(ins: &mut Inspector, splice: &mut Splice, tag: &Tag<'_>) -> Result<(), Withheld> {
    let bare = |index: usize| {
        tag.attrs.get(index).is_some_and(|a| a.value.is_empty() && a.name == a.whole)
            && tag.list.get(index).is_some_and(|(name, _)| !FLAGS.contains(&name.as_ref()))
    };
    let mut index = 0;
    while let (Some(first), Some((name, value))) = (tag.attrs.get(index), tag.list.get(index)) {
        let at = index;
        index += 1;
        let valued = first.quote == b' ' && !value.is_empty();
        if value.is_empty() && !bare(index) {
            // One alone is a name of the page's own, unless no name is written so.
            let written = splice.text(first.name.clone());
            let odd = |b: u8| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_' | b'.'));
            let odd = written.bytes().any(odd) || written.bytes().filter(u8::is_ascii_digit).count() >= 6;
            if odd && ins.redact_on(Surface::Attribute, written)?.is_some() {
                splice.edit(first.whole.clone(), "");
            }
            continue;
        }
        if !(valued || bare(at)) || !bare(index) {
            continue;
        }
        let mut text = if valued { value.to_string() } else { name.to_string() };
        let mut end = if valued { first.value.end } else { first.whole.end };
        while bare(index)
            && let Some(next) = tag.attrs.get(index)
        {
            text.push(' ');
            text.push_str(splice.text(next.name.clone()));
            end = next.whole.end;
            index += 1;
        }
        let field = if valued { of_value(ins, tag, name).0 } else { None };
        let place = Place { field, ..Place::on(Surface::Attribute) };
        match value::as_text(ins, &text, &place)? {
            Some(new) if valued => splice.edit(first.value.start..end, format!("\"{}\"", entity::escape(&new))),
            Some(_) => splice.edit(first.whole.start..end, ""),
            None => {}
        }
    }
    Ok(())
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Attributes that stand without a value.
const FLAGS: &[&str] = &[
    "allowfullscreen",
    "alt",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "controls",
    "default",
    "defer",
    "disabled",
    "download",
    "formnovalidate",
    "hidden",
    "inert",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nomodule",
    "noresize",
    "noshade",
    "novalidate",
    "nowrap",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
];

/// Field and label of an attribute that may hold anything.
fn of_value(ins: &Inspector, tag: &Tag<'_>, name: &str) -> (Option<Arc<FieldRule>>, String) {
    match name {
        "value" => {
            let named = ["name", "id"].iter().map(|n| attr(tag, n)).find(|v| !v.is_empty()).unwrap_or_default();
            // `<my-date-picker name="dob" value="…">`, `<div dojoType="…" name="dob" value="…">`: a control by other means.
            let native =
                matches!(tag.name, "input" | "option" | "button" | "select" | "li" | "data" | "meter" | "progress");
            let drawn = || {
                let field = field_of_name(ins, named).filter(|_| !native && !named.is_empty())?;
                let FieldEffect::Identifier { kind, .. } = &field.effect else { return None };
                assigned::is_somebodys(*kind, attr(tag, "value")).then_some(field)
            };
            (tag.control.clone().or_else(drawn), crate::redact::label::normalise(named))
        }
        "content" => {
            let named = ["name", "property", "itemprop"].iter().map(|n| attr(tag, n)).find(|v| !v.is_empty());
            let label = label_of(ins, named.unwrap_or_default().rsplit([':', '.']).next().unwrap_or_default(), false);
            (label.field, label.words)
        }
        "id"
        | "for"
        | "name"
        | "headers"
        | "list"
        | "form"
        | "aria-labelledby"
        | "aria-describedby"
        | "aria-controls"
        | "aria-owns"
        | "aria-activedescendant"
        | "aria-details"
        | "aria-errormessage" => {
            // One id is written in many places; it must become the same in all.
            (None, String::new())
        }
        _ => {
            let bare = name.strip_prefix("data-").unwrap_or(name);
            if names_a_field(ins, bare, attr(tag, name)) {
                return (None, String::new());
            }
            (field_of_name(ins, bare), crate::redact::label::normalise(bare))
        }
    }
}

/// `data-name="context_case_id"`, `data-property-name="case_type"`: what a program calls its fields, by which its scripts find them.
/// Only where the attribute says no more than that it is a name, or a field's; what may be somebody's stays a name.
fn names_a_field(ins: &Inspector, bare: &str, value: &str) -> bool {
    const OF_FIELDS: &[&str] = &["name", "field-name", "property-name", "column-name", "attribute-name", "param-name"];
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    let written = value.starts_with(|c: char| c.is_ascii_lowercase()) && value.bytes().all(plain);
    if !written || !OF_FIELDS.contains(&bare.replace('_', "-").as_str()) {
        return false;
    }
    let lists = gazetteer::shipped();
    let label = crate::redact::label::normalise(value);
    let words = || label.split(' ').filter(|w| w.len() > 2);
    let named = |w: &str| lists.is_forename(w) || lists.is_surname(w);
    // "rose" alone may be Rose, and "rose-green" is; `case_type` is no Case.
    let identifier = !value.contains('-') || !words().any(|w| lists.is_forename(w));
    let of_the_language = identifier && words().all(|w| lists.is_word(w)) && !words().all(named);
    of_the_language || (!label.contains(' ') && ins.label_field(&label).is_some())
}

/// Whether an attribute that is the browser's own holds something that a browser has no use for.
fn suspicious(value: &str) -> bool {
    let mut digits = 0;
    value.chars().any(|c| {
        digits = if c.is_ascii_digit() { digits + 1 } else { digits };
        digits >= 6 || c == '@' || c.is_ascii_uppercase() || !c.is_ascii()
    })
}

/// Numbers, units and commands; but a number so long is none to draw with, unless it is a fraction.
fn draws(value: &str) -> bool {
    let long = value.split(|c: char| !c.is_ascii_digit() && c != '.').any(|n| n.find('.').unwrap_or(n.len()) >= 9);
    !long && value.bytes().all(is_drawing)
}

fn is_drawing(b: u8) -> bool {
    b.is_ascii_digit() || b.is_ascii_whitespace() || b",.-+()%#".contains(&b) || b.is_ascii_alphabetic()
}

/// A URL of any scheme.
pub(super) fn redact_url(ins: &mut Inspector, value: &str, whence: &str) -> Result<Option<String>, Withheld> {
    if let Cow::Owned(read) = url::as_browsers_read(value) {
        return Ok(Some(redact_url(ins, &read, whence)?.unwrap_or(read)));
    }
    let bare: String = value.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).take(16).collect();
    let bare = bare.trim_start_matches(|c: char| c <= ' ');
    let scheme = bare.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        "javascript" | "vbscript" if bare.contains(':') => {
            let at = value.find(':').map_or(0, |p| p + 1);
            let (before, script) = value.split_at_checked(at).unwrap_or(("", value));
            // A browser undoes percent codes before it runs it.
            let (source, layers) = url::decode_layers(script, 1);
            let new = js::redact(ins, &source)?;
            let new = new.map(|new| if layers == 0 { new } else { url::encode(&new, layers, false) });
            Ok(new.map(|new| format!("{before}{new}")))
        }
        "data" if bare.contains(':') => format::value(ins, value, &Place { whence, ..Place::on(Surface::Url) }),
        _ => url::redact(ins, value),
    }
}

/// URLs with blanks and commas between them.
fn redact_urls(ins: &mut Inspector, value: &str, whence: &str) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(value.len());
    let mut changed = false;
    for part in value.split_inclusive(|c: char| c.is_whitespace()) {
        let word = part.trim_end();
        let (link, comma) = word.strip_suffix(',').map_or((word, ""), |w| (w, ","));
        match if link.is_empty() { None } else { redact_url(ins, link, whence)? } {
            Some(new) => {
                changed = true;
                out.push_str(&new);
                out.push_str(comma);
                out.push_str(part.get(word.len()..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    Ok(changed.then_some(out))
}

/// A page inside an attribute: the guard and the mark go into it too.
fn redact_page(ins: &mut Inspector, page: &str, head: Option<&Arc<str>>) -> Result<String, Withheld> {
    ins.nested(|ins| {
        let mut html = match head {
            Some(head) => Html::inner(head.clone()),
            None => Html::fragment(),
        };
        let mut out = Vec::with_capacity(page.len());
        html.write(ins, page.as_bytes(), &mut out)?;
        html.finish(ins, &mut out)?;
        String::from_utf8(out).map_err(|_| Withheld::BadCharset)
    })
}
