//! XML, by quick-xml: texts across the elements of a line, attributes, comments, and what else leaves.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::judge::Judge;
use super::read;
use super::sweep::is_inline;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// A document under way: it may come in parts that end with a tag.
#[derive(Debug, Default)]
pub(super) struct Xml {
    /// It is a page.
    page: bool,
    /// The last tag opened a script or a style sheet.
    inside: Option<Surface>,
}

impl Xml {
    pub(super) fn new(page: bool) -> Self {
        Self { page, inside: None }
    }

    /// Whether an element stands in a line of text.
    pub(super) fn is_inline(page: bool, name: &str) -> bool {
        if page {
            return is_inline(name);
        }
        matches!(
            name,
            "content"
                | "linkHtml"
                | "sub"
                | "sup"
                | "b"
                | "i"
                | "em"
                | "strong"
                | "span"
                | "tspan"
                | "a"
                | "u"
                | "font"
        )
    }

    /// Looks at a part. What quick-xml does not read is looked at between angle brackets.
    pub(super) fn look(&mut self, judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut block = String::new();
        loop {
            let Ok(event) = reader.read_event() else { return loosely(judge, text) };
            match event {
                Event::Text(part) => block.push_str(&String::from_utf8_lossy(&part)),
                Event::CData(part) => block.push_str(&String::from_utf8_lossy(&part)),
                Event::GeneralRef(name) => {
                    let reference = format!("&{};", String::from_utf8_lossy(&name));
                    block.push_str(&read::entities(&reference));
                }
                Event::Start(tag) => {
                    self.tag(judge, &tag, &mut block)?;
                    self.inside = match tag.local_name().as_ref() {
                        b"script" => Some(Surface::Script),
                        b"style" => Some(Surface::Style),
                        _other => None,
                    };
                }
                Event::Empty(tag) => self.tag(judge, &tag, &mut block)?,
                Event::End(tag) => {
                    let name = tag.local_name();
                    if !Self::is_inline(self.page, &String::from_utf8_lossy(name.as_ref())) {
                        self.end(judge, &mut block)?;
                    }
                }
                Event::Comment(part) => judge.value(&String::from_utf8_lossy(&part), Surface::Comment, 0)?,
                Event::PI(part) => judge.value(&String::from_utf8_lossy(&part), Surface::Comment, 0)?,
                Event::DocType(part) => judge.value(&String::from_utf8_lossy(&part), Surface::Comment, 0)?,
                Event::Decl(_) => {}
                Event::Eof => return self.end(judge, &mut block),
            }
        }
    }

    fn tag(&mut self, judge: &Judge<'_>, tag: &BytesStart<'_>, block: &mut String) -> Result<(), Withheld> {
        let name = tag.local_name();
        if !Self::is_inline(self.page, &String::from_utf8_lossy(name.as_ref())) {
            self.end(judge, block)?;
        }
        // A stray quote makes one tag of half a document, with a fault at every attribute: looked at whole, but once.
        let mut whole = false;
        for attribute in tag.attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
                if !std::mem::replace(&mut whole, true) {
                    judge.value(&read::entities(&String::from_utf8_lossy(tag)), Surface::Data, 0)?;
                }
                continue;
            };
            let name = String::from_utf8_lossy(attribute.key.as_ref());
            if name.bytes().any(|b| b.is_ascii_digit()) {
                judge.text(&name, Surface::Attribute)?;
            }
            judge.value(&read::entities(&String::from_utf8_lossy(&attribute.value)), Surface::Data, 0)?;
        }
        Ok(())
    }

    fn end(&mut self, judge: &Judge<'_>, block: &mut String) -> Result<(), Withheld> {
        match self.inside.take() {
            Some(Surface::Script) => judge.script(block)?,
            Some(Surface::Style) => judge.style(block)?,
            Some(
                Surface::Text
                | Surface::Field
                | Surface::ShownAttribute
                | Surface::Attribute
                | Surface::Url
                | Surface::Comment
                | Surface::Remark
                | Surface::Data
                | Surface::Header,
            )
            | None => judge.value(block, Surface::Data, 0)?,
        }
        block.clear();
        Ok(())
    }
}

/// What stands between tags, and the values inside them, however ill-formed.
fn loosely(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    for (n, part) in text.split('<').enumerate() {
        let (inside, after) = if n == 0 { ("", part) } else { part.split_once('>').unwrap_or((part, "")) };
        for (odd, piece) in inside.split(['"', '\'']).enumerate() {
            // Between quotes; a comment has none, and is looked at whole.
            if odd % 2 == 1 || inside.starts_with('!') {
                judge.value(&read::entities(piece), Surface::Data, 0)?;
            }
        }
        if inside.starts_with('!') {
            judge.value(inside, Surface::Comment, 0)?;
        }
        judge.value(&read::entities(after), Surface::Data, 0)?;
    }
    Ok(())
}
