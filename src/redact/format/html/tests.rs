//! Pages in, pages out: each at every split, none with a canary.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::Html;
use super::selector::Selector;
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::redact::detect::{Context, Detector};
use crate::redact::dictionary::Dictionary;
use crate::redact::finding::{Finder, Finding, Report};
use crate::redact::format::Format;
use crate::redact::glob::Glob;
use crate::redact::inspect::{Inspector, Pass};
use crate::redact::kind::Kind;
use crate::redact::operator::{GrantKeys, Operator};
use crate::redact::place::Audience;
use crate::redact::plan::{
    Bounds, Contract, Control, ControlAction, ControlMatch, DetectorUse, FieldEffect, FieldRule, Fields, OperatorTable,
    Plan, SelectorField,
};
use crate::redact::withheld::Withheld;

/// Finds ten digits, with blanks or hyphens between them, and the name Kyla.
#[derive(Debug)]
struct Canary;

static PATTERN: LazyLock<regex::Regex> =
    LazyLock::new(|| regex::Regex::new(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b|\bKyla\b").unwrap());

impl Detector for Canary {
    fn id(&self) -> &str {
        "canary"
    }
    fn kind(&self) -> Kind {
        Kind::NhsNumber
    }
    fn reach(&self) -> usize {
        32
    }
    fn wants(&self, _: &Context<'_>) -> bool {
        true
    }
    fn find(&self, text: &str, _: &Context<'_>, out: &mut Vec<Finding>) {
        for found in PATTERN.find_iter(text) {
            let kind = if found.as_str() == "Kyla" { Kind::Name } else { Kind::NhsNumber };
            out.push(Finding { range: found.range(), kind, confidence: 80, finder: Finder::Detector("canary".into()) });
        }
    }
}

/// One mask for all.
#[derive(Debug)]
struct Mark;

impl Operator for Mark {
    fn id(&self) -> String {
        "mark".into()
    }
    fn apply(&self, _: Kind, _: &str, _: &GrantKeys) -> Result<String, Withheld> {
        Ok(M.into())
    }
}

fn rule(id: &str, effect: FieldEffect) -> Arc<FieldRule> {
    Arc::new(FieldRule { id: id.into(), effect, paths: Vec::new() })
}

fn identifier(id: &str, kind: Kind) -> Arc<FieldRule> {
    rule(id, FieldEffect::Identifier { kind, operator: None })
}

pub(super) fn plan() -> Plan {
    let mut fields = Fields::default();
    for (label, kind) in [
        ("name", Kind::Name),
        ("nhs number", Kind::NhsNumber),
        ("nhs no", Kind::NhsNumber),
        ("address", Kind::Address),
        ("date of birth", Kind::DateOfBirth),
        ("patient name", Kind::Name),
    ] {
        fields.labels.insert(label.into(), vec![identifier(label, kind)]);
    }
    fields.columns.insert("unit no".into(), vec![identifier("column", Kind::HospitalNumber)]);
    for (selector, attribute, rule) in [
        (".who", None, identifier("who", Kind::Name)),
        (".who .keep", None, rule("keep", FieldEffect::Keep)),
        ("img.face", Some("data-owner"), identifier("owner", Kind::Name)),
    ] {
        let selector = Selector::parse(selector).unwrap();
        fields.selectors.push(SelectorField { selector, attribute: attribute.map(str::to_owned), rule });
    }
    let control = |id: &str, by, action| Control { id: id.into(), by, action, paths: Vec::new() };
    let marks = Kind::ALL.iter().flat_map(|&kind| {
        [Audience::Shown, Audience::Reference].map(|to| ((kind, to), Arc::new(Mark) as Arc<dyn Operator>))
    });
    let marks: HashMap<_, _> = marks.collect();
    Plan {
        version: String::new(),
        fields,
        detectors: vec![DetectorUse { detector: Arc::new(Canary), threshold: 50 }],
        operators: OperatorTable { by_kind: marks },
        controls: vec![
            control("sel", ControlMatch::Selector(Selector::parse(".export").unwrap()), ControlAction::Remove),
            control("text", ControlMatch::Text(vec!["Print".into(), "Export CSV".into()]), ControlAction::Remove),
            control("do", ControlMatch::Handler(vec!["window.print(".into()]), ControlAction::Remove),
            control("off", ControlMatch::Selector(Selector::parse(".off").unwrap()), ControlAction::Disable),
        ],
        contracts: Vec::new(),
        bounds: Bounds::default(),
        record_kinds: Vec::new(),
    }
}

pub(super) fn bare() -> Plan {
    let plan = plan();
    Plan { fields: Fields::default(), detectors: Vec::new(), controls: Vec::new(), ..plan }
}

pub(super) fn redact(plan: &Plan, chunks: &[&[u8]], head: Option<&str>) -> Result<(String, Report), Withheld> {
    let master = Key::from_bytes([1; 32]);
    let keys = GrantKeys::new(&master, &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
    let mut ins = Inspector::new(Arc::new(plan.clone()), keys, Dictionary::default(), "/chart");
    ins.begin(Pass::Rewrite);
    let html = Html::document(head.map(Arc::from));
    let mut html = if head == Some("as xml") { Html::fragment().as_xml() } else { html };
    let mut out = Vec::new();
    for chunk in chunks {
        html.write(&mut ins, chunk, &mut out)?;
    }
    html.finish(&mut ins, &mut out)?;
    Ok((String::from_utf8(out).unwrap(), ins.into_parts().0))
}

/// The same at once, byte by byte, and at every split.
fn check_with(plan: &Plan, page: &str, head: Option<&str>) -> String {
    let (whole, _) = redact(plan, &[page.as_bytes()], head).unwrap_or_else(|e| panic!("{page}: {e}"));
    let bytes: Vec<&[u8]> = page.as_bytes().chunks(1).collect();
    assert_eq!(redact(plan, &bytes, head).unwrap().0, whole, "byte by byte: {page}");
    for at in 0..page.len() {
        let (a, b) = page.as_bytes().split_at(at);
        assert_eq!(redact(plan, &[a, b], head).unwrap().0, whole, "split at {at}: {page}");
    }
    whole
}

/// What the detector of these tests finds.
pub(super) const CANARY: &str = "9434765919";

const M: &str = "••••••";

/// `#` stands for a mask, `=#` for itself.
fn table(cases: &[(&str, &str)]) {
    let plan = plan();
    let mut wrong = Vec::new();
    for (page, want) in cases {
        let got = check_with(&plan, page, None);
        let want = want.replace('#', M).replace(&format!("={M}>"), "=#>");
        if got != want {
            wrong.push(format!("{page}\n     want {want}\n     got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn runs_are_read_through_markup() {
    table(&[
        ("<p>No <b>943</b> 476&nbsp;<i>5919</i>.</p>", "<p>No <b>#</b><i></i>.</p>"),
        ("943<!-- x -->476<wbr>5919", "#<!-- x --><wbr>"),
        ("&#57;&#x34;3 476\u{200b}5919", "#"),
        ("943<script>1</script>4765919", "#<script>1</script>"),
        ("<p>943<p>4765919", "<p>943<p>4765919"),
        ("<td>943</td><td>4765919</td>", "<td>943</td><td>4765919</td>"),
        ("943<br>4765919", "943<br>4765919"),
        (
            "<span>NHS</span><span>9434765919</span><span>Female</span>",
            "<span>NHS</span><span>#</span><span>Female</span>",
        ),
        ("<x-name>Kyla</x-name>", "<x-name>#</x-name>"),
        ("a < b 9434765919 <", "a < b # <"),
        ("<svg><text>9434765919</text><title>Kyla</title></svg>", "<svg><text>#</text><title>#</title></svg>"),
        (
            "<svg><![CDATA[943]]>4765919<desc><![CDATA[Kyla > x]]></desc></svg>",
            "<svg><![CDATA[#]]><desc><![CDATA[# > x]]></desc></svg>",
        ),
        ("<textarea>\nKyla &amp; <b>9434765919</textarea>", "<textarea>\n# &amp; <b>#</textarea>"),
        ("<title>Kyla | Chart</title>", "<title># | Chart</title>"),
        ("<plaintext>Kyla </plaintext> <b>9434765919", "<plaintext># </plaintext> <b>#"),
        ("<noscript><img alt=Kyla> 9434765919</noscript>", "<noscript><img alt=\"#\"> #</noscript>"),
        ("<template><p>Kyla</p></template>", "<template><p>#</p></template>"),
        ("<iframe>Kyla</iframe><xmp>Kyla</xmp>", "<iframe>#</iframe><xmp>#</xmp>"),
    ]);
}

#[test]
fn nothing_between_tokens_passes() {
    table(&[
        ("<p>a</p title=9434765919>b", "<p>a</p>b"),
        ("</p x='Kyla'/>", "</p>"),
        ("<!-- old: 943 476 5919 -->", "<!-- old: # -->"),
        ("<!--[if IE]><b title=\"Kyla\">9434765919</b><![endif]-->", "<!--[if IE]><b title=\"#\">#</b><![endif]-->"),
        ("<!--Kyla", "<!--#"),
        ("<!Kyla><?x Kyla?></ Kyla>z", "z"),
        ("<![CDATA[Kyla]]>", ""),
        ("<!DOCTYPE html SYSTEM \"9434765919\"><p>", "<!DOCTYPE html><p>"),
        ("<p>a<div title='9434765919", "<p>a<div title='#"),
        ("<p 9434765919 x-9434765919=1 a=2>", "<p   a=2>"),
        ("<style>a{content:'x'}</style>", "<style>a{content:'x'}</style>"),
        ("<svg/><p>Kyla</p>", "<svg/><p>#</p>"),
        ("<svg><style><!--</style><img title=\"-->Kyla\">", "<svg><style><!--</style><img title=\"-->#\">"),
    ]);
    // A tag that names somebody means nothing to a browser, and goes.
    let (out, _) = redact(&plan(), &[b"a<x-9434765919>b</x-9434765919>"], None).unwrap();
    assert_eq!(out, "ab");
    assert_eq!(redact(&plan(), &[b"<p>\xff"], None).unwrap_err(), Withheld::BadCharset);
}

#[test]
fn attributes_by_kind() {
    table(&[
        ("<a title='Seen Kyla &amp; co' data-x=1>", "<a title='Seen # &amp; co' data-x=1>"),
        ("<img alt=Kyla src='/a.png'>", "<img alt=\"#\" src='/a.png'>"),
        ("<b title='9&#52;3 476&nbsp;5919'>", "<b title='#'>"),
        ("<input value=\"Kyla\" value='Kyla'>", "<input value=\"#\" value='#'>"),
        ("<p data-key='9434765919' CLASS='x'>", "<p data-key='#' CLASS='x'>"),
        ("<img class=face data-owner='Anybody'>", "<img class=face data-owner='#'>"),
        ("<td title=943 476 5919 nowrap>x", "<td title=\"#\" nowrap>x"),
        ("<input name=patientName value=Ann Other disabled>", "<input name=patientName value=\"#\" disabled>"),
        ("<p 943 476 5919>x", "<p >x"),
        ("<td class='k Kyla'>", "<td class='k #'>"),
        ("<svg><path d='M943 476 5919'/></svg>", "<svg><path d='M943 476 5919'/></svg>"),
        ("<meta name=patientName content='Anybody At All'>", "<meta name=patientName content='#'>"),
        ("<script src=a.js integrity=sha384-x></script>", "<script src=a.js ></script>"),
        ("<link rel=preload href=a><link rel='STYLESHEET' href=b>", "<link rel='STYLESHEET' href=b>"),
        (
            "<iframe srcdoc='&lt;p title=\"x\">Kyla'></iframe>",
            "<iframe srcdoc='&lt;p title=&quot;x&quot;&gt;#'></iframe>",
        ),
    ]);
}

#[test]
fn labels_and_their_values() {
    table(&[
        (
            "<dl><dt>Name</dt><dd>Ann Other</dd><dt>Ward</dt><dd>Seven</dd></dl>",
            "<dl><dt>Name</dt><dd>#</dd><dt>Ward</dt><dd>Seven</dd></dl>",
        ),
        (
            "<dl><div><dt>Name</dt><dd>Ann</dd><dd class='x-actions'><a href=#>Change<span> name</span></a></dd></div></dl>",
            "<dl><div><dt>Name</dt><dd>#</dd><dd class='x-actions'><a href=#>Change<span> name</span></a></dd></div></dl>",
        ),
        ("<dl><dt>Address<dd><p>1 High St</p><p>London</p></dl>", "<dl><dt>Address<dd><p>#</p><p>#</p></dl>"),
        ("<p>Name: Ann Other</p>", "<p>Name: #</p>"),
        (
            "<p><b>Name</b> Ann Other <b>NHS No:</b> 1234 <b>Sex</b> F</p>",
            "<p><b>Name</b> # <b>NHS No:</b> # <b>Sex</b> F</p>",
        ),
        ("<div>Name: Ann Date of birth: 1/2/60 Ward: 7</div>", "<div>Name: # Date of birth: # Ward: 7</div>"),
        ("<span class=label>NHS No</span><span>12</span>", "<span class=label>NHS No</span><span>#</span>"),
        ("<div>Name</div><div>Ann Other</div><div>Here</div>", "<div>Name</div><div>#</div><div>Here</div>"),
        (
            "<div><div><div>Name</div></div><div>Ann</div></div><p>x y</p>",
            "<div><div><div>Name</div></div><div>#</div></div><p>x y</p>",
        ),
        ("<p>Address: 1 High St<br>London<br>SE5</p><p>Hello</p>", "<p>Address: #<br>#<br>#</p><p>Hello</p>"),
        (
            "<ul><li>Name</li><li>Address</li><li>Other</li></ul>",
            "<ul><li>Name</li><li>Address</li><li>Other</li></ul>",
        ),
        ("<h2>Name</h2><p>Ann Other</p>", "<h2>Name</h2><p>Ann Other</p>"),
        ("<p>The <b>name</b> is wrong</p>", "<p>The <b>name</b> is wrong</p>"),
        ("<p class=who>Ann <i class=keep>kept</i> Other</p>", "<p class=who># <i class=keep>kept</i> #</p>"),
        ("<pre>Name: Ann Other\nWard: 7\nNHS no: 12\n</pre>", "<pre>Name: #\nWard: 7\nNHS no: #\n</pre>"),
        (
            "<span id=ctl00_lblPatientName>Ann</span> <span id=lblName>Name:</span>",
            "<span id=ctl00_lblPatientName>#</span> <span id=lblName>Name:</span>",
        ),
        ("<p><b>Name</b> <span>Ann</span> <span>Other</span></p>", "<p><b>Name</b> <span>#</span><span></span></p>"),
        ("<p>Time 12:30 at https://x: ok</p>", "<p>Time 12:30 at https://x: ok</p>"),
    ]);
}

#[test]
fn tables_by_column_and_by_row() {
    table(&[
        (
            "<table><thead><tr><th>Ward<th>Unit No</thead><tr><td>7<td>A12</table>",
            "<table><thead><tr><th>Ward<th>Unit No</thead><tr><td>7<td>#</table>",
        ),
        (
            "<table><tr><th colspan=2>x</th><th>Name</th></tr><tr><td>a</td><td>b</td><td>Ann</td></tr></table>",
            "<table><tr><th colspan=2>x</th><th>Name</th></tr><tr><td>a</td><td>b</td><td>#</td></tr></table>",
        ),
        (
            "<table><tr><th>x<th>Name</tr><tr><td rowspan=2>a<td>Ann<tr><td>Bob<tr><td>c<td>Cy</table>",
            "<table><tr><th>x<th>Name</tr><tr><td rowspan=2>a<td>#<tr><td>#<tr><td>c<td>#</table>",
        ),
        (
            "<table><tr><th>Name</th><td>Ann</td></tr><tr><th>Sex</th><td>F</td></tr></table>",
            "<table><tr><th>Name</th><td>#</td></tr><tr><th>Sex</th><td>F</td></tr></table>",
        ),
        (
            "<table><tr><td>Name:</td><td>Ann</td><td>Sex:</td><td>F</td></tr></table>",
            "<table><tr><td>Name:</td><td>#</td><td>Sex:</td><td>F</td></tr></table>",
        ),
        (
            "<table><tr><td>Name</td><td>NHS No</td><td>Ward</td></tr><tr><td>Ann</td><td>12</td><td>7</td></tr></table>",
            "<table><tr><td>Name</td><td>NHS No</td><td>Ward</td></tr><tr><td>#</td><td>#</td><td>7</td></tr></table>",
        ),
        (
            "<table><tr><td><table><tr><td>NHS No</td><td>12</td></tr></table></td><td>x</td></tr></table>",
            "<table><tr><td><table><tr><td>NHS No</td><td>#</td></tr></table></td><td>x</td></tr></table>",
        ),
        (
            "<table><tr><th scope=row>Name<td data-label='NHS No'>12</table>",
            "<table><tr><th scope=row>Name<td data-label='NHS No'>#</table>",
        ),
        (
            "<table><tr><td><span>Name </span>Ann</td></tr></table>",
            "<table><tr><td><span>Name </span>#</td></tr></table>",
        ),
    ]);
}

#[test]
fn controls_of_forms() {
    table(&[
        ("<input name=nhsNumber value=12>", "<input name=nhsNumber value=\"#\">"),
        ("<input type=submit name=name value=Search>", "<input type=submit name=name value=Search>"),
        ("<label for=q>Name</label><input id=q value='Ann'>", "<label for=q>Name</label><input id=q value='#'>"),
        ("<label>NHS number <input value='12'></label>", "<label>NHS number <input value='#'></label>"),
        (
            "<label for=q>NHS number</label><div>It is on letters</div>",
            "<label for=q>NHS number</label><div>It is on letters</div>",
        ),
        ("<input name='patient[dateOfBirth][day]' value=12>", "<input name='patient[dateOfBirth][day]' value=\"#\">"),
        (
            "<select name=patientName><option>Choose one<option value=a>Ann</select>",
            "<select name=patientName><option>Choose one<option value=\"#\">#</select>",
        ),
        ("<textarea name=address>1 High St</textarea>", "<textarea name=address>#</textarea>"),
        (
            "<table><tr><th>Name<tr><td><input value='Ann'></table>",
            "<table><tr><th>Name<tr><td><input value='#'></table>",
        ),
    ]);
}

#[test]
fn embedded_documents_are_frames() {
    table(&[
        (
            "a<object class=card data='/d/1.pdf' title='Kyla' type='application/pdf' width=640>Kyla <a href=/x>b</a><embed src=c.pdf></object>c",
            "a<iframe class=card src='/d/1.pdf' title='#'  width=640></iframe>c",
        ),
        ("<embed SRC=\"/d/1.PDF?page=2\">c", "<iframe src=\"/d/1.PDF?page=2\"></iframe>c"),
        ("<embed src=/d/1 type=application/pdf>c", "<iframe src=/d/1 ></iframe>c"),
        // Others stay what they are: the content policy shows none of them.
        ("<object data=/a.svg type=image/svg+xml>Kyla</object>", "<object data=/a.svg type=image/svg+xml>#</object>"),
        ("<object data=/a.pdf class=export type=application/pdf>x</object>c", "c"),
    ]);
}

#[test]
fn export_and_print_controls_leave() {
    table(&[
        (
            "a<div class=export>x<div>Kyla</div><b></div>c",
            "a<div class=export data-fanlight-out=\"\" hidden=\"\" inert=\"\"></div>c",
        ),
        (
            "<p>a<span class=export>x</p>c",
            "<p>a<span class=export data-fanlight-out=\"\" hidden=\"\" inert=\"\"></span></p>c",
        ),
        ("<img class=export>c", "<img class=export data-fanlight-out=\"\" hidden=\"\" inert=\"\" />c"),
        ("<button><span>Print</span></button>c", "c"),
        (
            "<button id=p type=button onclick=go()><span>Print</span></button>c",
            "<button id=p type=button data-fanlight-out=\"\" hidden=\"\" inert=\"\" disabled=\"\"></button>c",
        ),
        ("<button><i id=i></i>Print</button>c", "<i id=i data-fanlight-out=\"\" hidden=\"\" inert=\"\"></i>c"),
        (
            "<div class=export><a id=x href='/1'>CSV</a><input id=y name=z value=1></div>c",
            "<div class=export data-fanlight-out=\"\" hidden=\"\" inert=\"\"></div><a id=x data-fanlight-out=\"\" hidden=\"\" inert=\"\"></a><input id=y name=z data-fanlight-out=\"\" hidden=\"\" inert=\"\" disabled=\"\" />c",
        ),
        ("<ul><li><a id=q>Go</a> <button>Print</button></ul>", "<ul><li><a id=q>Go</a> </ul>"),
        ("<ul><li><a id=q>Print</a></ul>", "<ul><a id=q data-fanlight-out=\"\" hidden=\"\" inert=\"\"></a></ul>"),
        ("<ul><li><a class=export>x</a></ul>", "<ul></ul>"),
        // What would not be found by its name any more, and what stands between the parts of a table, leave nothing.
        ("<table><tr class=export id=r><td id=d>x</table>", "<table></table>"),
        ("<button id=p data-fanlight-out=\"\">Print</button>", "<button id=p data-fanlight-out=\"\">Print</button>"),
        ("<a href='/x'>Printers</a>", "<a href='/x'>Printers</a>"),
        ("<a href='javascript:window . print()'>x</a>c", "c"),
        ("<body onload='window.print()'>c", "<body >c"),
        ("<input type=button value='Export CSV'>c", "c"),
        ("<<script class=export>x</script>img src=x onerror=1>", "&lt;img src=x onerror=1>"),
        ("<<button>Print</button>img>", "&lt;img>"),
        ("<div><ul><li><a>Print</a></ul></div>", "<div><ul></ul></div>"),
        (
            "<a class=off href='/x.pdf' title=t onclick=go()>Get</a>",
            "<a class=off    disabled aria-disabled=\"true\" title=\"not available in this view\">Get</a>",
        ),
    ]);
    let (_, report) =
        redact(&plan(), &[b"<p class=export></p><a>print</a><script>window.print()</script>"], None).unwrap();
    let want = [("do".to_owned(), 1), ("sel".to_owned(), 1), ("text".to_owned(), 1)];
    assert_eq!(report.controls.into_iter().collect::<Vec<_>>(), want);
}

#[test]
fn the_head_goes_in_once_and_first() {
    for (page, want) in [
        ("<!doctype html><html><head>", "<!doctype html>H<html><head>"),
        (" <!-- c -->\n<!doctype html>\n <p>x", " <!-- c -->\n<!doctype html>\n H<p>x"),
        ("text", "Htext"),
        ("", "H"),
        ("<!doctype html><!-- only -->", "<!doctype html><!-- only -->H"),
        ("<html><frameset><frame src=a></frameset>", "H<html><frameset><frame src=a></frameset>"),
        ("</p>x", "H</p>x"),
        ("<p><iframe srcdoc='&lt;b>'></iframe>", "H<p><iframe srcdoc='H&lt;b&gt;'></iframe>"),
    ] {
        assert_eq!(check_with(&plan(), page, Some("H")), want, "{page}");
    }
}

#[test]
fn a_layout_contract_is_kept_or_the_page_is_withheld() {
    let mut plan = plan();
    let requires = vec![Selector::parse("#banner").unwrap(), Selector::parse("main > h1").unwrap()];
    plan.contracts = vec![Contract { id: "layout".into(), paths: vec![Glob::parse("/chart").unwrap()], requires }];
    assert!(redact(&plan, &[b"<div id=banner></div><main><h1>x</h1></main>"], None).is_ok());
    let refused = redact(&plan, &[b"<div id=banner></div><main><p><h1>x</h1></main>"], None);
    assert!(refused.is_ok(), "a heading closes the paragraph: {refused:?}");
    let refused = redact(&plan, &[b"<div id=banner></div><h1>x</h1>"], None);
    assert_eq!(refused.unwrap_err(), Withheld::Contract("layout".into()));
}

#[test]
fn pages_that_are_parsed_as_xml() {
    let plan = plan();
    for (page, want) in [
        ("<p><script src='a'/>Kyla<div/><textarea/>Kyla</p>", "<p><script src='a'/>#<div/><textarea/>#</p>"),
        ("<p>943<![CDATA[4765919 <b> Kyla]]></p>", "<p>#<![CDATA[ <b> #]]></p>"),
        ("<?xml version='1.0'?><title/><p>Kyla</p>", "<?xml version='1.0'?><title/><p>#</p>"),
        ("<script>a = 'Kyla' &amp;&amp; 1</script>", "<script>a = &#39;#&#39; &amp;&amp; 1</script>"),
    ] {
        assert_eq!(
            check_with(&plan, page, Some("as xml")),
            want.replace('#', M).replace("&••••••39;", "&#39;"),
            "{page}"
        );
    }
    let entities = b"<!DOCTYPE html [<!ENTITY x 'Kyla'>]><p>&x;</p>";
    assert_eq!(redact(&plan, &[entities], Some("as xml")).unwrap_err(), Withheld::Malformed("XHTML"));
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test looks at the clock")]
fn hostile_pages_end_soon() {
    let plan = plan();
    let deep = "<div>".repeat(100_000);
    assert_eq!(redact(&plan, &[deep.as_bytes()], None).unwrap_err(), Withheld::TooDeep(512));
    for part in [
        "<p>",
        "</b>",
        "<p></b>",
        "<",
        "<!--",
        "<a ",
        "&",
        "a:",
        "<td>",
        "<li><b>x</i>",
        "<b>a</b>:",
        "</",
        "<x y=",
        "-",
        "<![CDATA[",
        "<svg/>",
        "<!-- a -->",
        "x\n",
        "<br>a",
    ] {
        let page = part.repeat(200_000 / part.len());
        let before = std::time::Instant::now();
        let done = redact(&plan, &[page.as_bytes()], None);
        assert!(before.elapsed().as_secs() < 20, "{part}: {:?}", before.elapsed());
        if let Ok((out, _)) = done {
            assert!(out.len() <= page.len() * 2, "{part}");
        }
    }
    let many = format!("<p {}>", "value=1 ".repeat(50_000));
    assert!(matches!(redact(&plan, &[many.as_bytes()], None), Err(Withheld::Parser(_))));
    let long = format!("<script>{}</script>", "x".repeat(600_000));
    assert_eq!(redact(&plan, &[long.as_bytes()], None).unwrap_err(), Withheld::ValueTooLong { limit: 524_288 });
}

#[test]
fn a_run_too_long_to_hold_is_cut_where_nothing_is() {
    let mut plan = plan();
    plan.bounds.held_text = 8192;
    let page = format!("<p>{}</p>", "word <b>943</b> 476 5919 and ".repeat(3000));
    let (whole, _) = redact(&plan, &[page.as_bytes()], None).unwrap();
    assert!(!whole.contains("943") && !whole.contains("5919"));
    for size in [1, 7, 1000] {
        let chunks: Vec<&[u8]> = page.as_bytes().chunks(size).collect();
        assert_eq!(redact(&plan, &chunks, None).unwrap().0, whole);
    }
}
