//! What is known of element names.

/// Content that is not part of the text around it, or not text at all.
pub(super) const VOID: u16 = 1;
/// Stands in a line of text: does not end a run.
pub(super) const INLINE: u16 = 1 << 1;
/// Takes no room in the text: a run goes on behind it as if it were not there.
pub(super) const UNSEEN: u16 = 1 << 2;
/// Its start closes an open paragraph.
pub(super) const CLOSES_P: u16 = 1 << 3;
/// The standard's "special" elements: an end tag does not reach across them.
pub(super) const SPECIAL: u16 = 1 << 4;
/// The search for an open paragraph or list item ends here.
pub(super) const SCOPE: u16 = 1 << 5;
/// Closes SVG and MathML when it begins there.
pub(super) const BREAKOUT: u16 = 1 << 6;
/// May stand in the head of a page, also in that of a frameset.
pub(super) const HEAD: u16 = 1 << 7;
/// A form control.
pub(super) const CONTROL: u16 = 1 << 8;

/// A known element name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) flags: u16,
}

macro_rules! known {
    ($($name:literal = $flags:expr;)*) => {
        // Sorted by name: looked up by halving.
        static KNOWN: &[Known] = &[$(Known { name: $name, flags: $flags },)*];
    };
}

const BLOCK: u16 = CLOSES_P | SPECIAL;
const HEADING: u16 = CLOSES_P | SPECIAL | BREAKOUT;
const CELL: u16 = SPECIAL | SCOPE;

known! {
    "a" = INLINE;
    "abbr" = INLINE;
    "acronym" = INLINE;
    "address" = BLOCK;
    "applet" = SPECIAL | SCOPE;
    "area" = VOID | UNSEEN | SPECIAL;
    "article" = BLOCK;
    "aside" = BLOCK;
    "b" = INLINE | BREAKOUT;
    "base" = VOID | UNSEEN | SPECIAL | HEAD;
    "basefont" = VOID | UNSEEN | SPECIAL | HEAD;
    "bdi" = INLINE;
    "bdo" = INLINE;
    "bgsound" = VOID | UNSEEN | SPECIAL | HEAD;
    "big" = INLINE | BREAKOUT;
    "blockquote" = BLOCK | BREAKOUT;
    "body" = SPECIAL | BREAKOUT;
    "br" = VOID | SPECIAL | BREAKOUT;
    "button" = SPECIAL | CONTROL;
    "caption" = CELL;
    "center" = BLOCK | BREAKOUT;
    "cite" = INLINE;
    "code" = INLINE | BREAKOUT;
    "col" = VOID | SPECIAL;
    "colgroup" = SPECIAL;
    "data" = INLINE;
    "datalist" = 0;
    "dd" = BLOCK | BREAKOUT;
    "del" = INLINE;
    "details" = BLOCK;
    "dfn" = INLINE;
    "dialog" = BLOCK;
    "dir" = BLOCK;
    "div" = BLOCK | BREAKOUT;
    "dl" = BLOCK | BREAKOUT;
    "dt" = BLOCK | BREAKOUT;
    "em" = INLINE | BREAKOUT;
    "embed" = VOID | SPECIAL | BREAKOUT;
    "fieldset" = BLOCK;
    "figcaption" = BLOCK;
    "figure" = BLOCK;
    "font" = INLINE;
    "footer" = BLOCK;
    "form" = BLOCK;
    "frame" = VOID | SPECIAL;
    "frameset" = SPECIAL;
    "h1" = HEADING;
    "h2" = HEADING;
    "h3" = HEADING;
    "h4" = HEADING;
    "h5" = HEADING;
    "h6" = HEADING;
    "head" = SPECIAL | BREAKOUT;
    "header" = BLOCK;
    "hgroup" = BLOCK;
    "hr" = VOID | BLOCK | BREAKOUT;
    "html" = SPECIAL | SCOPE;
    "i" = INLINE | BREAKOUT;
    "iframe" = SPECIAL;
    "image" = VOID | INLINE;
    "img" = VOID | INLINE | SPECIAL | BREAKOUT;
    "input" = VOID | SPECIAL | CONTROL;
    "ins" = INLINE;
    "kbd" = INLINE;
    "keygen" = VOID | SPECIAL | CONTROL;
    "label" = INLINE;
    "legend" = 0;
    "li" = BLOCK | BREAKOUT;
    "link" = VOID | UNSEEN | SPECIAL | HEAD;
    "listing" = BLOCK | BREAKOUT;
    "main" = BLOCK;
    "map" = INLINE;
    "mark" = INLINE;
    "marquee" = SPECIAL | SCOPE;
    "menu" = BLOCK | BREAKOUT;
    "meta" = VOID | UNSEEN | SPECIAL | HEAD | BREAKOUT;
    "meter" = INLINE;
    "nav" = BLOCK;
    "nobr" = INLINE | BREAKOUT;
    "noembed" = UNSEEN | SPECIAL;
    "noframes" = UNSEEN | SPECIAL | HEAD;
    "noscript" = UNSEEN | SPECIAL | HEAD;
    "object" = SPECIAL | SCOPE;
    "ol" = BLOCK | BREAKOUT;
    "optgroup" = 0;
    "option" = 0;
    "output" = INLINE;
    "p" = BLOCK | BREAKOUT;
    "param" = VOID | UNSEEN | SPECIAL;
    "plaintext" = BLOCK;
    "pre" = BLOCK | BREAKOUT;
    "progress" = INLINE;
    "q" = INLINE;
    "rp" = INLINE;
    "rt" = INLINE;
    "ruby" = INLINE | BREAKOUT;
    "s" = INLINE | BREAKOUT;
    "samp" = INLINE;
    "script" = UNSEEN | SPECIAL | HEAD;
    "search" = BLOCK;
    "section" = BLOCK;
    "select" = SPECIAL | SCOPE | CONTROL;
    "slot" = INLINE;
    "small" = INLINE | BREAKOUT;
    "source" = VOID | UNSEEN | SPECIAL;
    "span" = INLINE | BREAKOUT;
    "strike" = INLINE | BREAKOUT;
    "strong" = INLINE | BREAKOUT;
    "style" = UNSEEN | SPECIAL | HEAD;
    "sub" = INLINE | BREAKOUT;
    "summary" = BLOCK;
    "sup" = INLINE | BREAKOUT;
    "table" = SPECIAL | SCOPE | BREAKOUT;
    "tbody" = SPECIAL;
    "td" = CELL;
    "template" = SPECIAL | SCOPE | HEAD;
    "textarea" = SPECIAL | CONTROL;
    "tfoot" = SPECIAL;
    "th" = CELL;
    "thead" = SPECIAL;
    "time" = INLINE;
    "title" = SPECIAL | HEAD;
    "tr" = SPECIAL;
    "track" = VOID | UNSEEN | SPECIAL;
    "tt" = INLINE | BREAKOUT;
    "u" = INLINE | BREAKOUT;
    "ul" = BLOCK | BREAKOUT;
    "var" = INLINE | BREAKOUT;
    "wbr" = VOID | INLINE | SPECIAL;
    "xmp" = BLOCK;
}

/// A lower-case element name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// One of HTML's.
    Known(&'static Known),
    /// Another: a custom element, SVG, MathML.
    Other(Box<str>),
}

impl Name {
    /// The name as written, in lower case.
    pub(super) fn of(written: &str) -> Self {
        let mut buffer = [0; 12];
        if let Some(lower) = buffer.get_mut(..written.len()) {
            lower.copy_from_slice(written.as_bytes());
            lower.make_ascii_lowercase();
            if let Ok(found) = KNOWN.binary_search_by(|k| k.name.as_bytes().cmp(lower))
                && let Some(known) = KNOWN.get(found)
            {
                return Name::Known(known);
            }
        }
        Name::Other(written.to_ascii_lowercase().into())
    }

    /// The name.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Name::Known(known) => known.name,
            Name::Other(name) => name,
        }
    }

    /// Whether all of these are said of it. Browsers lay out unknown elements in the line.
    pub(super) fn is(&self, flags: u16) -> bool {
        match self {
            Name::Known(known) => known.flags & flags == flags,
            Name::Other(_) => flags == INLINE,
        }
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(KNOWN.is_sorted_by_key(|k| k.name));
        assert!(Name::of("TEXTAREA").is(CONTROL));
        assert!(!Name::of("x-patient").is(VOID));
        assert!(Name::of("figcaption").is(CLOSES_P));
    }
}
