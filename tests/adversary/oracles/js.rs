//! Programs, as oxc parses them.

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_ast_visit::Visit;
use oxc_parser::Parser;
use oxc_span::SourceType;

#[derive(Default)]
struct Reader {
    shape: Vec<String>,
    texts: Vec<String>,
}

impl<'a> Visit<'a> for Reader {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        let word = match kind {
            AstKind::StringLiteral(s) => {
                self.texts.push(s.value.to_string());
                "literal".into()
            }
            AstKind::TemplateElement(t) => {
                self.texts.extend(t.value.cooked.as_ref().map(ToString::to_string));
                "template".into()
            }
            AstKind::NumericLiteral(_) => "literal".into(),
            AstKind::RegExpLiteral(r) => {
                self.texts.push(r.regex.pattern.text.to_string());
                "expression".into()
            }
            other => format!("{:?}", other.ty()),
        };
        self.shape.push(word);
    }
}

/// `None` when it is no program.
fn read(source: &str) -> Option<Reader> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::script()).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return None;
    }
    let mut reader = Reader::default();
    reader.visit_program(&parsed.program);
    Some(reader)
}

/// What the literals of a program say.
pub fn texts(text: &str, out: &mut Vec<String>) {
    // Only what may be one: a parser that is asked about every word takes its time.
    if !text.contains(['"', '\'', '`', '/'])
        || !text.contains(['=', '(', '{', ';'])
        || text.trim_start().starts_with('<')
    {
        return;
    }
    if let Some(reader) = read(text) {
        out.extend(reader.texts);
    }
}

/// The kinds of a program's nodes, in order.
pub fn shape(source: &str, out: &mut Vec<String>) {
    match read(source) {
        Some(reader) => out.extend(reader.shape),
        None => out.push("no program".into()),
    }
}

/// All escapes of a script undone, wherever they stand.
pub fn unescaped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < chars.len() {
        if chars[i] != '\\' {
            out.push(chars[i]);
            i += 1;
            continue;
        }
        let hex = |from: usize, n: usize| -> Option<char> {
            let digits: String = chars.get(from..from + n)?.iter().collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
        };
        let (c, used) = match chars.get(i + 1) {
            Some('x') => (hex(i + 2, 2), 4),
            Some('u') if chars.get(i + 2) == Some(&'{') => {
                let n = chars[i + 3..].iter().take(7).position(|&c| c == '}').unwrap_or(0);
                (hex(i + 3, n), n + 4)
            }
            Some('u') => (hex(i + 2, 4), 6),
            Some('n' | 'r' | 't') => (Some(' '), 2),
            Some('\n') => (None, 2),
            Some(c) if c.is_digit(8) => {
                let n = chars[i + 1..].iter().take(3).take_while(|c| c.is_digit(8)).count();
                let digits: String = chars[i + 1..i + 1 + n].iter().collect();
                (u32::from_str_radix(&digits, 8).ok().and_then(char::from_u32), n + 1)
            }
            Some(&c) => (Some(c), 2),
            None => (None, 1),
        };
        out.extend(c);
        i += used;
    }
    out
}
