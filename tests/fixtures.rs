//! Fixtures are data: `fixtures/redact/*.toml`, each case with the texts that must not survive. A case runs whole, byte by byte
//! and cut in two at every place; all must give the same bytes, and redacting the result again must change nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::let_underscore_must_use,
    reason = "a test may fail"
)]

use std::path::Path;
use std::sync::Arc;

use fanlight::base::id::{GrantId, TrustId};
use fanlight::base::secret::Key;
use fanlight::config;
use fanlight::redact::dictionary::Dictionary;
use fanlight::redact::engine::BodyRewriter;
use fanlight::redact::inspect::Inspector;
use fanlight::redact::operator::GrantKeys;
use fanlight::redact::plan::{Handling, Parser, Plan};
use fanlight::redact::withheld::Withheld;

use html5ever::parse_document;
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{NodeData, RcDom};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    r#as: String,
    /// Where it is asked for.
    #[serde(default = "anywhere")]
    path: String,
    #[serde(default)]
    body: String,
    body_hex: Option<String>,
    #[serde(default)]
    must_not_contain: Vec<String>,
    #[serde(default)]
    must_contain: Vec<String>,
    #[serde(default)]
    withheld: bool,
}

fn anywhere() -> String {
    "/x".to_owned()
}

fn plan() -> Arc<Plan> {
    let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml")))
        .unwrap_or_else(|errors| panic!("fixtures/score.toml: {errors:?}"));
    config.trusts[0].compiled.plan.clone()
}

fn redact(plan: &Arc<Plan>, case: &Case, content_type: &str, chunks: &[&[u8]]) -> Result<Vec<u8>, Withheld> {
    read_as(plan, Parser::Stream, case, content_type, chunks)
}

fn read_as(
    plan: &Arc<Plan>,
    parser: Parser,
    case: &Case,
    content_type: &str,
    chunks: &[&[u8]],
) -> Result<Vec<u8>, Withheld> {
    let keys =
        GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("royal-free").unwrap(), &GrantId::new("g").unwrap());
    let inspector = Inspector::new(plan.clone(), keys, Dictionary::default(), &case.path);
    let content_type = (!content_type.is_empty()).then_some(content_type);
    let mut body = BodyRewriter::open(inspector, content_type, None, None)?.handled(Handling { parser, gate: None })?;
    let mut out = Vec::new();
    for chunk in chunks {
        body.write(chunk, &mut out)?;
    }
    body.finish(&mut out)?;
    Ok(out)
}

/// The text as a person would read it, roughly: entities and percent escapes undone, inline tags dropped, spaces folded.
fn readings(out: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(out).into_owned();
    let decode = |t: &str| {
        t.replace("&nbsp;", " ")
            .replace("&#039;", "'")
            .replace("&amp;", "&")
            .replace("%20", " ")
            .replace("\\u0039", "9")
    };
    let mut no_tags = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => no_tags.push(c),
            _ => {}
        }
    }
    vec![text.clone(), decode(&text), decode(&decode(&text)), decode(&no_tags)]
}

#[test]
fn no_canary_survives_and_the_rest_stays() {
    let plan = plan();
    let mut problems = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/redact")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let file: File = toml::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for (n, case) in file.case.iter().enumerate() {
            count += 1;
            let name = format!("{} case {} ({})", path.file_name().unwrap().to_string_lossy(), n + 1, case.why);
            problems.extend(check(&plan, case).into_iter().map(|p| format!("{name}: {p}")));
        }
    }
    assert!(count > 20, "the fixtures are there");
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// The content type behind the engine: in UTF-8; parts say it themselves.
fn as_it_leaves(came: &str) -> String {
    match came.split_once(';') {
        Some((essence, boundary)) if essence.starts_with("multipart/") => format!("{essence};{boundary}"),
        Some((essence, _)) => format!("{essence}; charset=utf-8"),
        None => format!("{came}; charset=utf-8"),
    }
}

/// The same page in tree mode: no canary, and to a browser the same page as when it streamed.
fn check_as_tree(plan: &Arc<Plan>, case: &Case, body: &[u8], streamed: &[u8]) -> Vec<String> {
    let out = match read_as(plan, Parser::Tree, case, &case.r#as, &[body]) {
        Ok(out) => out,
        Err(why) => return vec![format!("withheld as a tree: {why}")],
    };
    let mut problems = Vec::new();
    for canary in &case.must_not_contain {
        if readings(&out).iter().any(|r| r.contains(canary.as_str())) {
            problems.push(format!("{canary:?} survives as a tree in {}", String::from_utf8_lossy(&out)));
        }
    }
    let (tree, stream) = (bones(&out), bones(streamed));
    if tree != stream {
        problems.push(format!("as a tree it is another page:\n  tree   {tree:?}\n  stream {stream:?}"));
    }
    match read_as(plan, Parser::Tree, case, &as_it_leaves(&case.r#as), &[&out]) {
        // How a value is escaped may differ.
        Ok(again) if bones(&again) == tree => {}
        Ok(again) => problems.push(format!(
            "redacting twice as a tree changes it:\n  once  {}\n  twice {}",
            String::from_utf8_lossy(&out),
            String::from_utf8_lossy(&again)
        )),
        Err(why) => problems.push(format!("redacting twice as a tree is withheld: {why}")),
    }
    problems
}

/// What a browser builds: elements, attributes and texts. Comments that only a browser's error handling makes are taken
/// out of a page that streams, and masked in one that is read as a tree.
fn bones(page: &[u8]) -> Vec<String> {
    let page = String::from_utf8_lossy(page);
    let dom = parse_document(RcDom::default(), Default::default()).one(&*page);
    let mut out = Vec::new();
    let mut steps = vec![dom.document.clone()];
    while let Some(node) = steps.pop() {
        match &node.data {
            NodeData::Text { contents } => out.push(contents.borrow().to_string()),
            NodeData::Element { name, attrs, template_contents, .. } => {
                let attrs: Vec<String> =
                    attrs.borrow().iter().map(|a| format!(" {}={:?}", a.name.local, a.value.to_string())).collect();
                out.push(format!("<{}{}>", name.local, attrs.concat()));
                steps.extend(template_contents.borrow().iter().cloned());
            }
            NodeData::Document
            | NodeData::Doctype { .. }
            | NodeData::Comment { .. }
            | NodeData::ProcessingInstruction { .. } => {}
        }
        steps.extend(node.children.borrow().iter().rev().cloned());
    }
    out
}

fn check(plan: &Arc<Plan>, case: &Case) -> Vec<String> {
    let body = match &case.body_hex {
        Some(hex) => data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap(),
        None => case.body.clone().into_bytes(),
    };
    let whole = redact(plan, case, &case.r#as, &[&body]);
    let mut problems = Vec::new();
    let out = match (&whole, case.withheld) {
        (Err(_), true) => return Vec::new(),
        (Err(why), false) => return vec![format!("withheld: {why}")],
        (Ok(out), true) => return vec![format!("not withheld: {:?}", String::from_utf8_lossy(out))],
        (Ok(out), false) => out,
    };
    for canary in &case.must_not_contain {
        if readings(out).iter().any(|r| r.contains(canary.as_str())) {
            problems.push(format!("{canary:?} survives in {}", String::from_utf8_lossy(out)));
        }
    }
    if case.r#as.starts_with("text/html") {
        problems.extend(check_as_tree(plan, case, &body, out));
    }
    for keep in &case.must_contain {
        if !String::from_utf8_lossy(out).contains(keep.as_str()) {
            problems.push(format!("{keep:?} is gone from {}", String::from_utf8_lossy(out)));
        }
    }
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    if redact(plan, case, &case.r#as, &bytes) != whole {
        problems.push("byte by byte gives something else".into());
    }
    let step = 1 + body.len() / 200;
    for cut in (0..body.len()).step_by(step) {
        let (a, b) = body.split_at(cut);
        if redact(plan, case, &case.r#as, &[a, b]) != whole {
            problems.push(format!("cut at {cut} gives something else"));
            break;
        }
    }
    match redact(plan, case, &as_it_leaves(&case.r#as), &[out]) {
        Ok(again) if again == *out => {}
        Ok(again) => problems.push(format!(
            "redacting twice changes it:\n  once  {}\n  twice {}",
            String::from_utf8_lossy(out),
            String::from_utf8_lossy(&again)
        )),
        Err(why) => problems.push(format!("redacting twice is withheld: {why}")),
    }
    problems
}
