//! Markup in a value, known by its elements: whether a text is HTML or XML at all.

/// Elements by which markup is known.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "code",
    "col",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "pre",
    "s",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "u",
    "ul",
];

/// The other elements of HTML, which may be words of another language as well.
const RARE_TAGS: &[&str] = &[
    "area",
    "aside",
    "audio",
    "base",
    "bdi",
    "bdo",
    "canvas",
    "cite",
    "colgroup",
    "data",
    "datalist",
    "del",
    "dfn",
    "dialog",
    "dir",
    "figcaption",
    "frameset",
    "hgroup",
    "ins",
    "kbd",
    "listing",
    "map",
    "marquee",
    "math",
    "menu",
    "meter",
    "nobr",
    "noembed",
    "noframes",
    "optgroup",
    "output",
    "param",
    "picture",
    "plaintext",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "samp",
    "search",
    "slot",
    "source",
    "strike",
    "time",
    "track",
    "tt",
    "var",
    "video",
    "wbr",
    "xmp",
];

/// Whether HTML has an element of this name.
pub(super) fn is_element(name: &str) -> bool {
    TAGS.iter().chain(RARE_TAGS).any(|tag| tag.eq_ignore_ascii_case(name))
}

/// A tag, an end tag, a comment or an entity.
pub(super) fn has_markup(text: &str) -> bool {
    let mut closes: Option<bool> = None;
    for at in memchr::memchr2_iter(b'<', b'&', text.as_bytes()) {
        let after = text.as_bytes().get(at + 1..).unwrap_or_default();
        let word = |max: usize, part: fn(u8) -> bool| after.iter().take(max).take_while(|b| part(**b)).count();
        if text.as_bytes().get(at) == Some(&b'&') {
            let name = word(10, |b| b.is_ascii_alphanumeric() || b == b'#');
            if name >= 2 && after.get(name) == Some(&b';') {
                return true;
            }
            continue;
        }
        // Whatever stands behind `<!` is a comment, a doctype or CDATA to a browser.
        if matches!(after, [b'!' | b'/', _, ..]) || matches!(after, [b'?', b, ..] if b.is_ascii_alphabetic()) {
            return true;
        }
        let end = word(16, |b| b.is_ascii_alphanumeric());
        let ends = matches!(after.get(end), Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'));
        let name = after.get(..end).map(|n| n.to_ascii_lowercase()).unwrap_or_default();
        let known = TAGS.iter().any(|t| t.as_bytes() == name);
        if ends && end > 0 && (known || *closes.get_or_insert_with(|| text.contains("</") || text.contains("/>"))) {
            return true;
        }
    }
    false
}

/// Begins with an element that is no HTML, or has a namespace: an XML document in a value, if it is well-formed.
pub(super) fn is_xml_root(text: &str) -> bool {
    let Some(after) = text.strip_prefix('<') else { return false };
    let (tag, _) = after.split_once('>').unwrap_or((after, ""));
    if declares_namespace(tag) {
        return !tag.contains("http://www.w3.org/1999/xhtml");
    }
    if text.contains("<![CDATA[") {
        return true;
    }
    let name = tag.split([' ', '/', '\t', '\n', '\r']).next().unwrap_or_default();
    // A hyphen makes a custom element of HTML.
    text.ends_with('>')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.contains('-')
        && !TAGS.iter().chain(RARE_TAGS).any(|t| t.eq_ignore_ascii_case(name))
}

/// Whether any element of a text is called as one of HTML: a part of a page, whatever it stands in.
pub(in crate::redact) fn has_element_of_page(text: &str) -> bool {
    let declared = text.starts_with("<?xml");
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let tag = text.get(at + 1..).unwrap_or_default();
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':').unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        // A hyphen makes a custom element of HTML.
        (name.contains('-') && !declared) || TAGS.iter().chain(RARE_TAGS).any(|t| t.eq_ignore_ascii_case(name))
    })
}

/// Whether `xmlns` is an attribute of a tag, and no part of the value of another: `<p onclick="parse('<x xmlns=…')">` is HTML.
fn declares_namespace(tag: &str) -> bool {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c.is_whitespace() => {
                if tag.get(at + c.len_utf8()..).is_some_and(|rest| rest.starts_with("xmlns")) {
                    return true;
                }
            }
            (None | Some(_), _) => {}
        }
    }
    false
}

/// `<x:note xmlns:x="…">…</x:note>`: elements of a namespace are XML, whatever they are called.
pub(super) fn has_prefix(text: &str) -> bool {
    let Some(tag) = text.strip_prefix('<') else { return false };
    let name = tag.split([' ', '/', '>', '\t', '\n', '\r']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let part = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(plain);
    text.ends_with('>') && name.split_once(':').is_some_and(|(prefix, local)| part(prefix) && part(local))
}
