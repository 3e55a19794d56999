//! A rewriter that does nothing, and what the gate says to it.
#![allow(clippy::disallowed_methods, reason = "timings, and a corpus beside the repository")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::{judge::Judge, sweep, sweep::Sweep, tree, whole};
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::config;
use crate::redact::dictionary::Dictionary;
use crate::redact::engine::BodyRewriter;
use crate::redact::finding::{Finder, Finding};
use crate::redact::format::Media;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::operator::GrantKeys;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{Gate, Plan};
use crate::redact::withheld::Withheld;

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml"))).unwrap();
    Plan::clone(&config.trusts[0].compiled.plan)
});

fn knows(values: &[(Kind, &str)]) -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (kind, value) in values {
        let finder = Finder::Field("base/field".into());
        let finding = Finding { range: 0..value.len(), kind: *kind, confidence: 100, finder };
        dictionary.learn(&finding, value, &Place::on(Surface::Text), 1000);
    }
    dictionary
}

fn known() -> Dictionary {
    knows(&[
        (Kind::NhsNumber, "943 476 5919"),
        (Kind::HospitalNumber, "RF1234567"),
        (Kind::Name, "WHITLOCK, Jemima"),
        (Kind::DateOfBirth, "14/03/1962"),
        (Kind::Phone, "020 7946 0123"),
        (Kind::Email, "jemima.w@mail.example"),
        (Kind::Postcode, "NW3 2QG"),
    ])
}

fn inspector(gate: Gate, dictionary: Dictionary) -> Inspector {
    let mut plan = PLAN.clone();
    plan.bounds.gate = gate;
    let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
    Inspector::new(Arc::new(plan), keys, dictionary, "/chart")
}

/// What the gate says of a page that nobody rewrote: as a tree, swept whole, and swept as it streams.
fn said(page: &str, dictionary: &Dictionary) -> Vec<Result<(), Withheld>> {
    let html = [Gate::Tree, Gate::Sweep]
        .map(|gate| whole(&inspector(gate, dictionary.clone()), gate, Media::Html, None, page.as_bytes()));
    let ins = inspector(Gate::Sweep, dictionary.clone());
    let streamed = [1, 7, 4096].map(|size| stream(&ins, page, size).map(|out| assert_eq!(out, page.as_bytes())));
    html.into_iter().chain(streamed).collect()
}

fn stream(ins: &Inspector, page: &str, size: usize) -> Result<Vec<u8>, Withheld> {
    let mut sweep = Sweep::new(64 * 1024)?;
    let mut out = Vec::new();
    let mark = ins.dictionary().mark();
    for chunk in page.as_bytes().chunks(size) {
        let before = out.len();
        if let Err(why) = sweep.push(ins, mark, None, chunk, &mut out) {
            assert_eq!(out.len(), before, "nothing leaves with a finding");
            assert!(!String::from_utf8_lossy(&out).contains("5919"), "it has left already");
            return Err(why);
        }
    }
    sweep.finish(ins, mark, None, &mut out)?;
    Ok(out)
}

#[test]
fn what_a_broken_rewriter_lets_through_is_caught_wherever_it_stands() {
    let mut unseen = Vec::new();
    for page in [
        "<p>Seen 943 476 5919 today",
        "<p><b>943</b> 4<i>76</i>&nbsp;<span>59</span>19</p>",
        "<p>943<!-- x -->476<!-- y -->5919</p>",
        "<p>&#57;&#52;3&#x20;476 59&#49;9</p>",
        "<p>９４３ 476 59\u{200b}19</p>",
        "<p>943\0 476 5919</p>",
        "<p>943<script>1</script> 476<style>p{}</style> 5919</p>",
        "<a href=/p/9434765919>x</a>",
        "<a href='/p?n=943%20476%205919'>x</a>",
        "<p title='943 476 5919'>x</p>",
        "<p title='943&nbsp;476&#32;5919'>x</p>",
        "<input type=hidden value=9434765919>",
        "<p data-x='{\"n\":\"943\\u00204765919\"}'>x</p>",
        "<p data-9434765919>x</p>",
        "<!-- 943 476 5919 --><p>x",
        "<!-- <p>943<b> 476</b> 5919 --><p>x",
        "<!doctype html PUBLIC '943 476 5919'><p>x",
        "<title>943 476 5919</title>",
        "<textarea>943 476 5919</textarea>",
        "<script>var n = \"943\\u0034765919\"</script>",
        "<style>p::after{content:'943 476 5919'}</style>",
        "<noscript><p>943 <b>476</b> 5919</p></noscript>",
        "<iframe srcdoc='<p>943 <b>476</b> 5919'></iframe>",
        "<template><p>943 476 5919</p></template>",
        "<template><p>943 <b>476</b> 5919</p></template>",
        "<svg><text>943 <tspan>476</tspan> 5919</text></svg>",
        "<svg><title>943 476 5919</title></svg>",
        "<svg><style><a>943 476 5919</a></style></svg>",
        "<svg><svg><p><style><!--</style><img title=\"-->943 476 5919\"></p></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"-->943 476 5919\">",
        "<svg><![CDATA[943 476 5919]]></svg>",
        "<table><tr><td>x</table><table>943 476 5919<tr><td>y</table>",
        "<select><option>943 476 5919</select>",
        "<p>x</p title='943 476 5919'><p>y",
        "<p>x</p data-n=9434765919 >",
        "<p title=a title='943 476 5919'>x",
        "<plaintext>943 476 5919",
        "<p>Born 14 March 1962",
        "<p>Jemima Whitlock was seen",
        "<p><b>WHITLOCK</b>, Jemima",
        "<p>ring 0207 946 0123",
        "<a href='mailto:jemima.w@mail.example'>x</a>",
        "<p>lives at NW32QG",
        "<td>rf 123 4567",
    ] {
        for (n, said) in said(page, &known()).into_iter().enumerate() {
            // A browser drops the second of two attributes, but the bytes leave; the tree sees what a browser sees.
            if n == 0 && page.contains("title=a title=") {
                continue;
            }
            if !matches!(said, Err(Withheld::Leak(_))) {
                unseen.push(format!("way {n}: {page}: {said:?}"));
            }
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

#[test]
fn a_detector_that_is_sure_of_a_text_alone_is_believed() {
    for page in
        ["<p>NHS number: 943 476 <b>5919</b></p>", "<p title='NHS No: 943 476 5919'>x", "<!--NHS No 9434765919-->"]
    {
        for (n, said) in said(page, &Dictionary::default()).into_iter().enumerate() {
            assert_eq!(said, Err(Withheld::Leak(Kind::NhsNumber)), "way {n}: {page}");
        }
    }
}

#[test]
fn what_is_common_or_short_or_our_own_is_no_leak() {
    let mut dictionary = known();
    dictionary.absorb(
        knows(&[(Kind::Name, "Ward"), (Kind::HospitalNumber, "12345"), (Kind::Address, "12 High Street")]),
        1000,
    );
    for page in [
        "<p>Whitlock Ward</p><p>Jemima</p>",
        "<p>12345 items in 12 High Street</p>",
        "<table><tr><td>943</td><td>476</td><td>5919</td></table>",
        "<p>943</p><p>4765919</p>",
        "<p>•••••• ••• ••• •••• ‹Ashen Kestrel› 14/03/2012</p>",
        "<p>94347659190 99434765919</p>",
        "<script>var whitlock_jemima = 62, t = 1962;</script>",
        "<link rel=stylesheet href=/a/jemima.css?v=1234567>",
    ] {
        for (n, said) in said(page, &dictionary).into_iter().enumerate() {
            assert_eq!(said, Ok(()), "way {n}: {page}");
        }
    }
}

#[test]
fn other_formats_are_looked_at_by_other_parsers() {
    for (media, body) in [
        (Media::Json, r#"{"a":{"b":["x","943\u0020476 5919"]}}"#),
        (Media::Json, r#"{"n":9434765919}"#),
        (Media::Json, r#"{"9434765919":1}"#),
        (Media::Json, r#"{"h":"<p>943 <b>476</b> 5919</p>"}"#),
        (Media::Json, r#"{"h":"943 476 5919" broken"#),
        (Media::Ndjson, "{\"a\":1}\n{\"a\":\"943 476 5919\"}\n"),
        (Media::Xml, "<a><n v='943 476 5919'/></a>"),
        (Media::Xml, "<a>x &lt;b&gt;&#57;43 476 5919</a>"),
        (Media::Xml, "<a><!-- 943 476 5919 --></a>"),
        (Media::Xhtml, "<p>943 476 5919</p>"),
        (Media::Csv { separator: None }, "a,b\n1,943 476 5919\n"),
        (Media::Csv { separator: None }, "a,b\n1,\"WHITLOCK, Jemima\"\n"),
        (Media::Hl7, "PID|1||943 476 5919^^^NHS\r"),
        (Media::Form, "a=1&n=943%20476%205919"),
        (Media::Text, "seen 943-476-5919\n"),
        (Media::Script, "x='943 476 5919'"),
        (Media::Style, "/* 943 476 5919 */"),
    ] {
        let said = whole(&inspector(Gate::Tree, known()), Gate::Tree, media, None, body.as_bytes());
        assert!(matches!(said, Err(Withheld::Leak(_))), "{media:?} {body}: {said:?}");
        let off = whole(&inspector(Gate::Off, known()), Gate::Off, media, None, body.as_bytes());
        assert_eq!(off, Ok(()));
    }
    for (media, body) in [
        (Media::Json, "[943,476,5919]"),
        (Media::Csv { separator: None }, "943,476,5919\n"),
        (Media::Hl7, "OBX|943|476|5919\r"),
        (Media::Text, "943\n476\n5919\n"),
    ] {
        assert_eq!(
            whole(&inspector(Gate::Tree, known()), Gate::Tree, media, None, body.as_bytes()),
            Ok(()),
            "{media:?} {body}"
        );
    }
}

#[test]
fn a_tag_full_of_faults_is_looked_at_and_soon() {
    // A stray quote turns what follows inside out: one tag, in which every word is an attribute without a value.
    let page = |text: &str| format!("<a x=\"y\" {}{text}/>", "<code 34133-9 root 2.16.840.1 ".repeat(1500));
    for media in [Media::Xml, Media::Xhtml] {
        let begun = std::time::Instant::now();
        let clean = page("");
        assert_eq!(whole(&inspector(Gate::Tree, known()), Gate::Tree, media, None, clean.as_bytes()), Ok(()));
        assert!(begun.elapsed() < std::time::Duration::from_secs(8), "{media:?}: {:?}", begun.elapsed());
        let said = whole(&inspector(Gate::Tree, known()), Gate::Tree, media, None, page("943 476 5919").as_bytes());
        assert!(matches!(said, Err(Withheld::Leak(_))), "{media:?}: {said:?}");
    }
}

#[test]
fn markup_of_our_own_may_name_the_engineer() {
    let head = "<div id=mark>sam.whitlock@centre.example</div>";
    let page = format!("<!doctype html>{head}<p>x</p>");
    for gate in [Gate::Tree, Gate::Sweep] {
        assert_eq!(whole(&inspector(gate, known()), gate, Media::Html, Some(head), page.as_bytes()), Ok(()));
    }
}

#[test]
fn markup_that_grows_in_a_browser_is_swept_instead() {
    let formats: String = (0..400).map(|n| format!("<b id=x{n}>")).collect();
    let grows = format!("<div>{formats}</div>{}", "<p>x</p>".repeat(20_000));
    let deep = "<div>".repeat(20_000);
    let foster = format!("<table>{}", "x<i>".repeat(20_000));
    for page in [grows, deep, foster] {
        let page = format!("{page}<p>943 476 5919");
        let ins = inspector(Gate::Tree, known());
        let judge = Judge::new(&ins, ins.dictionary().mark(), None);
        let begun = std::time::Instant::now();
        assert_eq!(tree::look(&judge, &page), Ok(tree::Seen::TooMuch), "{}", &page[..40]);
        let said = whole(&ins, Gate::Tree, Media::Html, None, page.as_bytes());
        assert_eq!(said, Err(Withheld::Leak(Kind::NhsNumber)));
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }
}

#[test]
fn a_long_block_is_held_no_longer_than_its_bound_and_still_looked_at() {
    let ins = inspector(Gate::Sweep, known());
    let filler = "Nothing to see here. ".repeat(20_000);
    let page = format!("<p>{filler}943 476 5919 {filler}</p>");
    let mut sweep = Sweep::new(64 * 1024).unwrap();
    let (mut out, mut fed, mut caught) = (Vec::new(), 0, false);
    for chunk in page.as_bytes().chunks(16 * 1024) {
        fed += chunk.len();
        if sweep.push(&ins, ins.dictionary().mark(), None, chunk, &mut out).is_err() {
            caught = true;
            break;
        }
        assert!(fed - out.len() <= 96 * 1024, "{fed} {}", out.len());
    }
    assert!(caught);
    assert!(!String::from_utf8_lossy(&out).contains("943"));
}

/// What nobody closes is not kept, and what stands where one parser takes over from another is looked at all the same.
#[test]
fn a_page_that_closes_nothing_is_looked_at_to_its_end() {
    let ins = inspector(Gate::Sweep, known());
    let mark = ins.dictionary().mark();
    let sweep = |page: &str, chunk: usize| {
        let mut sweep = Sweep::new(64 * 1024)?;
        let mut out = Vec::new();
        page.as_bytes().chunks(chunk).try_for_each(|chunk| sweep.push(&ins, mark, None, chunk, &mut out))?;
        sweep.finish(&ins, mark, None, &mut out)?;
        Ok::<_, Withheld>(out)
    };
    let long = format!("<ul>{}", "<li><p>seen <b>well</b> <span>".repeat(60_000));
    assert_eq!(sweep(&long, 16 * 1024).unwrap(), long.as_bytes());
    let leak = "<p>943 <b>476</b> <i>5919</i> <svg><text>x</text></svg><script>if (a < b) {}</script><title>t</title>";
    for before in (31 << 10)..(31 << 10) + 40 {
        let page = format!("{}<p>{}{leak}{}", "<li>".repeat(300), "x ".repeat(before / 2), "<p>y".repeat(9_000));
        for chunk in [977, 16 * 1024] {
            assert!(matches!(sweep(&page, chunk), Err(Withheld::Leak(_))), "{before} {chunk}");
        }
    }
}

/// The page of a patient, a page longer than the window: who it is about stands at its beginning.
fn long_page(bytes: usize) -> String {
    let row = "<tr><td>14 Nov 2012</td><td><a href=\"/results/12\">Full blood count</a></td><td>Hb 13.2 g/dL, WCC 7.1</td></tr>\n";
    let banner = "<dl><dt>NHS number</dt><dd>943 476 5919</dd><dt>Patient name</dt><dd>WHITLOCK, Jemima</dd></dl>";
    format!(
        "<!doctype html><body>{banner}<table>{}</table><p>Jemima Whitlock, 943 476 5919</p>",
        row.repeat(bytes / row.len())
    )
}

fn redact(gate: Gate, page: &str, chunk: usize) -> Result<Vec<u8>, Withheld> {
    let mut body = BodyRewriter::open(inspector(gate, Dictionary::default()), Some("text/html"), None, None)?;
    let mut out = Vec::new();
    for chunk in page.as_bytes().chunks(chunk) {
        body.write(chunk, &mut out)?;
    }
    body.finish(&mut out)?;
    Ok(out)
}

#[test]
fn a_masked_page_passes_and_chunks_do_not_matter() {
    for bytes in [3_000, 700_000] {
        let page = long_page(bytes);
        let off = redact(Gate::Off, &page, 64 * 1024).unwrap();
        assert!(!String::from_utf8_lossy(&off).contains("5919"));
        for (gate, chunk) in [(Gate::Tree, 1 << 20), (Gate::Tree, 1000), (Gate::Sweep, 1 << 16)] {
            assert_eq!(redact(gate, &page, chunk).unwrap(), off, "{gate:?} {chunk}");
        }
    }
}

/// How long the gate takes: `FANLIGHT_CORPUS=… cargo test --release redact::gate::tests::cost -- --nocapture`.
#[test]
fn cost() {
    if std::env::var_os("FANLIGHT_CORPUS").is_none() {
        return;
    }
    let page = long_page(100_000);
    let took = |gate| {
        let mut best = f64::MAX;
        for _ in 0..20 {
            let begun = std::time::Instant::now();
            redact(gate, &page, 64 * 1024).unwrap();
            best = best.min(begun.elapsed().as_secs_f64());
        }
        best
    };
    let (off, swept, tree) = (took(Gate::Off), took(Gate::Sweep), took(Gate::Tree));
    eprintln!("100 KB page: off {:.2} ms, sweep {:.2}x, tree {:.2}x", off * 1e3, swept / off, tree / off);
}

#[test]
fn masked_pages_of_real_applications_pass() {
    let Some(corpus) = std::env::var_os("FANLIGHT_CORPUS") else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(Path::new(&corpus).join("nhs-prototype")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "html") {
            continue;
        }
        count += 1;
        let page = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for gate in [Gate::Tree, Gate::Sweep] {
            let said = redact(gate, &page, 64 * 1024);
            assert!(said.is_ok(), "{}: {gate:?}: {said:?}", path.display());
        }
        let ins = inspector(Gate::Tree, Dictionary::default());
        let judge = Judge::new(&ins, 0, None);
        let out = redact(Gate::Off, &page, 64 * 1024).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(tree::look(&judge, &out), Ok(tree::Seen::All));
        assert_eq!(sweep::look(&judge, &out, 0), Ok(()));
    }
    assert!(count > 5);
}
