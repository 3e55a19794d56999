//! A minimal PDF: one page of text with a correct cross-reference table.

/// A PDF 1.4 document of one page with these lines, in Helvetica and WinAnsi.
pub(super) fn document(title: &str, lines: &[String]) -> Vec<u8> {
    let mut content = b"BT /F1 11 Tf 15 TL 60 790 Td\n".to_vec();
    for line in lines {
        content.extend(string(line));
        content.extend(b" Tj T*\n");
    }
    content.extend(b"ET\n");
    let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
    stream.extend(content);
    stream.extend(b"endstream");
    let mut info = b"<< /Title ".to_vec();
    info.extend(string(title));
    info.extend(b" /Producer (Hearthside) >>");
    let objects: [Vec<u8>; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        stream,
        info,
    ];
    let mut out = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::with_capacity(objects.len());
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let size = objects.len() + 1;
    out.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{table}\n%%EOF\n").into_bytes(),
    );
    out
}

/// A literal string; what WinAnsi lacks becomes `?`.
fn string(text: &str) -> Vec<u8> {
    let mut out = vec![b'('];
    for c in text.chars() {
        let mut buffer = [0; 4];
        let (bytes, _, unknown) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
        match (unknown, bytes.first()) {
            (false, Some(byte @ (b'(' | b')' | b'\\'))) => out.extend([b'\\', *byte]),
            (false, Some(byte)) => out.push(*byte),
            (true, _) | (false, None) => out.push(b'?'),
        }
    }
    out.push(b')');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_table_points_at_its_object() {
        let pdf = document("Letter (draft)", &["Dear Ms Llywelyn,".into(), "Siân \\ (x)".into()]);
        // One character a byte, so that offsets are indices.
        let text: String = pdf.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect();
        let start: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        let table = &text[start..];
        assert!(table.starts_with("xref\n0 7\n"));
        for (i, line) in table.lines().skip(3).take(6).enumerate() {
            assert_eq!(line.len() + 1, 20, "an entry is twenty bytes");
            let at: usize = line[..10].parse().unwrap();
            assert!(text[at..].starts_with(&format!("{} 0 obj", i + 1)));
        }
        let length: usize = text.split("/Length ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let stream = text.split_once("stream\n").unwrap().1;
        assert!(stream[length..].starts_with("endstream"));
        assert!(pdf.windows(4).any(|w| w == b"Si\xe2n") && text.contains("(Si?n \\\\ \\(x\\))"));
    }
}
