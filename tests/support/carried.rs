//! How a body is carried: through content codings (RFC 9110, section 8.4), and in a charset.

use std::io::Write;

/// The body through one coding; "raw" is deflate without its zlib head, as some servers send it.
pub fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => {
            let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            coder.write_all(body).unwrap();
            coder.finish().unwrap()
        }
        "deflate" => {
            let mut coder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            coder.write_all(body).unwrap();
            coder.finish().unwrap()
        }
        "raw" => {
            let mut coder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            coder.write_all(body).unwrap();
            coder.finish().unwrap()
        }
        "br" => {
            let mut out = Vec::new();
            let mut coder = brotli::CompressorWriter::new(&mut out, 4096, 5, 20);
            coder.write_all(body).unwrap();
            drop(coder);
            out
        }
        "zstd" => zstd::stream::encode_all(body, 3).unwrap(),
        _ => body.to_vec(),
    }
}

/// Charsets of one and of several bytes, with and without ASCII in them.
pub const CHARSETS: &[&str] = &[
    "windows-1252",
    "iso-8859-2",
    "iso-8859-15",
    "windows-1251",
    "koi8-r",
    "macintosh",
    "gbk",
    "gb18030",
    "big5",
    "euc-jp",
    "iso-2022-jp",
    "shift_jis",
    "euc-kr",
    "utf-8",
    "utf-16le",
    "utf-16be",
];

/// The text in a charset; `None` where it has letters that the charset has not.
pub fn in_charset(charset: &str, text: &str) -> Option<Vec<u8>> {
    let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    match charset {
        "utf-16le" => Some(units(u16::to_le_bytes)),
        "utf-16be" => Some(units(u16::to_be_bytes)),
        other => {
            let encoding = encoding_rs::Encoding::for_label(other.as_bytes()).unwrap();
            let (bytes, _, replaced) = encoding.encode(text);
            (!replaced).then(|| bytes.into_owned())
        }
    }
}
