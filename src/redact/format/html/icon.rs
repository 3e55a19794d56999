//! What an icon is of: many buttons that print say nothing and show a printer.
//!
//! Libraries name their icons alike: `fa fa-print`, `bi-printer-fill`, `<mat-icon>print</mat-icon>`, `<use href="#icon-print">`,
//! `<img src="/img/print_16.gif">`. Without the words that belong to the library, all of these are `print` or `printer`.

use super::matcher::Element;
use crate::redact::label::normalise;

/// Words of libraries and of how an icon is drawn, not of what it is of.
const DECOR: &[&str] = &[
    "alt",
    "ant",
    "bi",
    "big",
    "black",
    "blue",
    "brands",
    "bold",
    "btn",
    "button",
    "bx",
    "cil",
    "circle",
    "dark",
    "duotone",
    "dx",
    "e",
    "fa",
    "fab",
    "fad",
    "fal",
    "far",
    "fas",
    "feather",
    "fi",
    "fill",
    "filled",
    "glyph",
    "glyphicon",
    "i",
    "ic",
    "ico",
    "icofont",
    "icon",
    "icons",
    "il",
    "im",
    "img",
    "k",
    "la",
    "las",
    "large",
    "lg",
    "light",
    "line",
    "lucide",
    "md",
    "mdi",
    "medium",
    "mini",
    "o",
    "octicon",
    "oi",
    "outline",
    "outlined",
    "ph",
    "pi",
    "px",
    "regular",
    "ri",
    "round",
    "rounded",
    "s",
    "sharp",
    "simple",
    "sm",
    "small",
    "solid",
    "svg",
    "t",
    "thin",
    "ti",
    "tool",
    "tryton",
    "twotone",
    "ui",
    "uil",
    "white",
    "x",
    "xs",
    "zmdi",
];

/// What a name says the icon is of: `print`, `file pdf`. Empty when it says nothing.
pub(super) fn subject(name: &str) -> String {
    let words = normalise(name);
    let plain = |w: &&str| !DECOR.contains(w) && !w.bytes().all(|b| b.is_ascii_digit());
    words.split(' ').filter(plain).collect::<Vec<_>>().join(" ")
}

/// The icon rule's own spelling of a subject: as [`subject`], but a symbol (🖨) stays as it is.
pub(crate) fn spelt(text: &str) -> String {
    let words = subject(text);
    if words.is_empty() { text.trim().to_owned() } else { words }
}

/// Whether an element holds the name of an icon as its text (a ligature).
pub(super) fn is_ligature(element: &Element<'_>) -> bool {
    matches!(element.name, "mat-icon" | "md-icon" | "v-icon" | "q-icon")
        || element.attr("class").is_some_and(|class| {
            class.split_ascii_whitespace().any(|c| {
                ["material-icons", "material-symbols", "mat-icon", "muiicon-root"]
                    .iter()
                    .any(|known| c.get(..known.len()).is_some_and(|c| c.eq_ignore_ascii_case(known)))
            })
        })
        || element.name == "i" && element.attr("data-icon").is_some()
}

/// The names under which an element may show an icon.
pub(super) fn names<'e>(element: &'e Element<'_>) -> impl Iterator<Item = &'e str> {
    let classes = element.attr("class").unwrap_or_default().split_ascii_whitespace();
    let file = match element.name {
        "img" | "input" | "image" => element.attr("src"),
        "use" => element.attr("href").or(element.attr("xlink:href")),
        _ => None,
    };
    let named = if element.name.ends_with("icon") { element.attr("name") } else { None };
    let data = ["data-icon", "data-src", "data-testid", "icon"].into_iter().filter_map(|n| element.attr(n));
    classes.chain(file.map(stem)).chain(named).chain(data)
}

/// `/img/print_16.gif?v=2` is `print_16`, and so is `/sprite.svg#print_16`.
fn stem(url: &str) -> &str {
    if let Some((_, fragment)) = url.rsplit_once('#') {
        return fragment;
    }
    let path = url.split('?').next().unwrap_or_default();
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_name_the_same_icon_alike() {
        for name in ["fa-print", "glyphicon-print", "print_16", "PrintIcon", "icon-print", "dx-icon-print", "k-i-print"]
        {
            assert_eq!(subject(name), "print", "{name}");
        }
        assert_eq!(subject("bi-printer-fill"), "printer");
        assert_eq!(subject("fa-file-excel-o"), "file excel");
        for name in ["no-print", "d-print-none", "fa-fingerprint", "fa", "btn-primary"] {
            assert_ne!(subject(name), "print", "{name}");
        }
        assert_eq!(spelt("🖨"), "🖨");
        assert_eq!(stem("/images/print_16.gif?x=1"), "print_16");
        assert_eq!(stem("/sprite.svg#icon-print"), "icon-print");
    }
}
