//! XML, as quick-xml reads it.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::value_shape;

fn plain(text: &str) -> String {
    unescape(text).map_or_else(|_| text.to_owned(), |t| t.into_owned())
}

/// What stands in elements, attributes, comments and instructions, and all text together.
pub fn texts(text: &str, out: &mut Vec<String>) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut all = String::new();
    let mut part = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Text(t)) => part.push_str(&String::from_utf8_lossy(&t)),
            Ok(Event::GeneralRef(r)) => part.push_str(&plain(&format!("&{};", String::from_utf8_lossy(&r)))),
            Ok(Event::CData(c)) => part.push_str(&String::from_utf8_lossy(&c)),
            Ok(Event::Comment(c)) => out.push(String::from_utf8_lossy(&c).into_owned()),
            Ok(Event::PI(p)) => out.push(String::from_utf8_lossy(&p).into_owned()),
            Ok(Event::DocType(d)) => out.push(String::from_utf8_lossy(&d).into_owned()),
            Ok(Event::Start(e) | Event::Empty(e)) => {
                for attr in e.attributes().flatten() {
                    out.push(plain(&String::from_utf8_lossy(&attr.value)));
                }
                all.push_str(&part);
                out.push(std::mem::take(&mut part));
            }
            Ok(Event::End(_)) => {
                all.push_str(&part);
                out.push(std::mem::take(&mut part));
            }
            Ok(Event::Decl(_)) => {}
            Ok(Event::Eof) | Err(_) => break,
        }
    }
    out.push(all + &part);
}

/// Elements with their attributes, and the shape of what they hold.
pub fn shape(text: &str, out: &mut Vec<String>) {
    let mut reader = Reader::from_str(text);
    let mut part = String::new();
    let mut depth = 0;
    loop {
        let event = reader.read_event();
        if !matches!(event, Ok(Event::Text(_) | Event::GeneralRef(_) | Event::CData(_))) && !part.is_empty() {
            let said = std::mem::take(&mut part);
            if said.trim().starts_with(['{', '[', '<']) {
                value_shape(&said, out);
            }
        }
        match event {
            Ok(Event::Text(t)) => part.push_str(&String::from_utf8_lossy(&t)),
            Ok(Event::GeneralRef(r)) => part.push_str(&plain(&format!("&{};", String::from_utf8_lossy(&r)))),
            Ok(Event::CData(c)) => part.push_str(&String::from_utf8_lossy(&c)),
            Ok(Event::Comment(_)) => out.push("comment".into()),
            Ok(Event::PI(_)) => out.push("instruction".into()),
            Ok(Event::DocType(_)) => out.push("doctype".into()),
            Ok(Event::Decl(_)) => out.push("declaration".into()),
            Ok(Event::Start(e)) => {
                depth += 1;
                out.push(element(&e, out.len()));
            }
            Ok(Event::Empty(e)) => out.push(format!("{}/", element(&e, out.len()))),
            Ok(Event::End(_)) => {
                depth -= 1;
                out.push("end".into());
            }
            Ok(Event::Eof) if depth == 0 => break,
            Ok(Event::Eof) => {
                out.push("no XML: open elements".into());
                break;
            }
            Err(e) => {
                out.push(format!("no XML: {e}"));
                break;
            }
        }
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>, _: usize) -> String {
    let mut word = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    for attr in start.attributes() {
        match attr {
            Ok(attr) => {
                word.push(' ');
                word.push_str(&String::from_utf8_lossy(attr.key.as_ref()));
                if unescape(&String::from_utf8_lossy(&attr.value)).is_err() {
                    word.push_str(" no XML");
                }
            }
            Err(_) => word.push_str(" no XML"),
        }
    }
    word
}
