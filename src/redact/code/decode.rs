//! Content codings, decoded as they arrive: gzip, deflate (zlib or raw), br, zstd, at most two of them.
//!
//! A body may grow by decoding to `bounds.body` bytes, and to `bounds.expansion` times what has arrived, with a floor so
//! that short bodies of zeros are fine. The growth is judged at fixed places of the coded body, never at chunk ends, so
//! that the verdict does not depend on chunking.

use brotli::writer::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{Decoder as ZstdDecoder, Operation};
use zstd::zstd_safe::DParameter;

use crate::redact::plan::Bounds;
use crate::redact::withheld::Withheld;

/// Growth that every body may have.
const FLOOR: u64 = 1024 * 1024;
/// Coded bytes between two judgements of the growth.
const BLOCK: u64 = 4096;
/// Decoded bytes handed on at a time.
const PIECE: usize = 16 * 1024;
/// RFC 9659: what every receiver of zstd over HTTP supports.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Takes decoded bytes.
pub(crate) type Sink<'a> = dyn FnMut(&[u8]) -> Result<(), Withheld> + 'a;

/// Decodes the codings of one body.
pub(crate) struct Decoder {
    /// In the order in which they are undone.
    layers: Vec<Layer>,
    coded: u64,
    decoded: Vec<u64>,
    body: u64,
    expansion: u64,
}

impl Decoder {
    /// A decoder for a `Content-Encoding` header; none or `identity` copies.
    pub(crate) fn new(content_encoding: Option<&str>, bounds: &Bounds) -> Result<Self, Withheld> {
        let mut layers = Vec::new();
        for name in content_encoding.unwrap_or_default().rsplit(',').map(str::trim) {
            match name.to_ascii_lowercase().as_str() {
                "" | "identity" => continue,
                "gzip" | "x-gzip" => layers.push(Layer::gzip()),
                "deflate" => layers.push(Layer::Deflate(None)),
                "br" => layers.push(Layer::brotli()),
                "zstd" => layers.push(Layer::zstd()?),
                _ => return Err(Withheld::UnknownCoding),
            }
            if layers.len() > 2 {
                return Err(Withheld::UnknownCoding);
            }
        }
        let decoded = vec![0; layers.len().max(1)];
        Ok(Self { layers, coded: 0, decoded, body: bounds.body, expansion: bounds.expansion })
    }

    /// Takes coded bytes.
    pub(crate) fn push(&mut self, mut chunk: &[u8], sink: &mut Sink<'_>) -> Result<(), Withheld> {
        while !chunk.is_empty() {
            let room = BLOCK - self.coded % BLOCK;
            let (block, rest) = chunk.split_at(chunk.len().min(usize::try_from(room).unwrap_or(1)));
            let next = self.coded - self.coded % BLOCK + BLOCK;
            self.coded += block.len() as u64;
            let grown = FLOOR.saturating_add(next.saturating_mul(self.expansion));
            // Without a coding nothing grows, and only the size of the body counts.
            let limit = if self.layers.is_empty() { self.body } else { self.body.min(grown) };
            decode(&mut self.layers, &mut self.decoded, limit, block, sink)?;
            chunk = rest;
        }
        Ok(())
    }

    /// The coded body has ended: so must have every coding. A body of no bytes at all is empty whatever its coding.
    pub(crate) fn finish(&mut self) -> Result<(), Withheld> {
        let whole = self.coded == 0 || self.layers.iter().all(Layer::has_ended);
        if whole { Ok(()) } else { Err(Withheld::BadCoding) }
    }
}

/// Through the first layer, and what comes out of it through the others.
fn decode(
    layers: &mut [Layer],
    decoded: &mut [u64],
    limit: u64,
    input: &[u8],
    sink: &mut Sink<'_>,
) -> Result<(), Withheld> {
    let Some((count, counts)) = decoded.split_first_mut() else { return sink(input) };
    let Some((layer, others)) = layers.split_first_mut() else {
        return counted(count, limit, input).and_then(|()| sink(input));
    };
    layer.run(input, &mut |piece| {
        counted(count, limit, piece)?;
        if others.is_empty() { sink(piece) } else { decode(others, counts, limit, piece, sink) }
    })
}

fn counted(count: &mut u64, limit: u64, piece: &[u8]) -> Result<(), Withheld> {
    *count += piece.len() as u64;
    if *count > limit { Err(Withheld::TooLarge { limit }) } else { Ok(()) }
}

type Brotli = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

enum Layer {
    Gzip {
        inflate: Decompress,
        ended: bool,
    },
    /// Zlib or raw, known from its first two bytes.
    Deflate(Option<Inflate>),
    Brotli {
        state: Box<Brotli>,
        ended: bool,
    },
    Zstd {
        decoder: ZstdDecoder<'static>,
        ended: bool,
    },
}

enum Inflate {
    First(u8),
    Running(Decompress),
    Ended,
}

impl Layer {
    fn gzip() -> Self {
        Layer::Gzip { inflate: Decompress::new_gzip(15), ended: false }
    }

    fn brotli() -> Self {
        let alloc = StandardAlloc::default;
        // Strict: no large windows, which HTTP does not have.
        Layer::Brotli { state: Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())), ended: false }
    }

    fn zstd() -> Result<Self, Withheld> {
        let mut decoder = ZstdDecoder::new().map_err(|_| Withheld::Parser("zstd does not start"))?;
        let bound = DParameter::WindowLogMax(ZSTD_WINDOW_LOG);
        decoder.set_parameter(bound).map_err(|_| Withheld::Parser("zstd does not start"))?;
        Ok(Layer::Zstd { decoder, ended: false })
    }

    fn has_ended(&self) -> bool {
        match self {
            Layer::Gzip { ended, .. } | Layer::Brotli { ended, .. } | Layer::Zstd { ended, .. } => *ended,
            Layer::Deflate(inflate) => matches!(inflate, Some(Inflate::Ended)),
        }
    }

    fn run(&mut self, mut input: &[u8], sink: &mut Sink<'_>) -> Result<(), Withheld> {
        match self {
            Layer::Gzip { inflate, ended } => {
                while !input.is_empty() {
                    if *ended {
                        // RFC 1952: members may follow one another.
                        *inflate = Decompress::new_gzip(15);
                        *ended = false;
                    }
                    let (used, done) = inflated(inflate, input, sink)?;
                    *ended = done;
                    input = input.get(used..).unwrap_or_default();
                }
                Ok(())
            }
            Layer::Deflate(state) => deflate(state, input, sink),
            Layer::Brotli { state, ended } => brotli(state, ended, input, sink),
            Layer::Zstd { decoder, ended } => zstd(decoder, ended, input, sink),
        }
    }
}

/// Feeds all of `input`, or up to the end of the stream; says how much was used and whether the stream has ended.
fn inflated(inflate: &mut Decompress, input: &[u8], sink: &mut Sink<'_>) -> Result<(usize, bool), Withheld> {
    let mut piece = vec![0; PIECE];
    let mut used = 0;
    loop {
        let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
        let rest = input.get(used..).unwrap_or_default();
        let status = inflate.decompress(rest, &mut piece, FlushDecompress::None).map_err(|_| Withheld::BadCoding)?;
        used += usize::try_from(inflate.total_in() - before_in).unwrap_or(0);
        let made = usize::try_from(inflate.total_out() - before_out).unwrap_or(0);
        sink(piece.get(..made).unwrap_or_default())?;
        let idle = inflate.total_in() == before_in && made == 0;
        match status {
            Status::StreamEnd => return Ok((used, true)),
            // Output not filled: it waits for input.
            Status::Ok | Status::BufError if idle || (used >= input.len() && made < PIECE) => {
                return if used >= input.len() { Ok((used, false)) } else { Err(Withheld::BadCoding) };
            }
            Status::Ok | Status::BufError => {}
        }
    }
}

fn deflate(state: &mut Option<Inflate>, mut input: &[u8], sink: &mut Sink<'_>) -> Result<(), Withheld> {
    while let Some((&byte, rest)) = input.split_first() {
        match state {
            None => {
                *state = Some(Inflate::First(byte));
                input = rest;
            }
            Some(Inflate::First(first)) => {
                // "deflate" is zlib by the standard and raw by custom; a zlib header is recognisable.
                let first = *first;
                let zlib = first & 0x0f == 8 && first >> 4 <= 7 && (u16::from(first) << 8 | u16::from(byte)) % 31 == 0;
                let mut inflate = Decompress::new(zlib);
                let (_, done) = inflated(&mut inflate, &[first], sink)?;
                *state = Some(if done { Inflate::Ended } else { Inflate::Running(inflate) });
            }
            Some(Inflate::Running(inflate)) => {
                let (used, done) = inflated(inflate, input, sink)?;
                input = input.get(used..).unwrap_or_default();
                if done {
                    *state = Some(Inflate::Ended);
                }
            }
            Some(Inflate::Ended) => return Err(Withheld::BadCoding),
        }
    }
    // A raw stream of one byte cannot exist, so nothing is decided on the first byte alone.
    Ok(())
}

fn brotli(state: &mut Brotli, ended: &mut bool, input: &[u8], sink: &mut Sink<'_>) -> Result<(), Withheld> {
    let mut piece = vec![0; PIECE];
    let (mut left, mut at, mut total) = (input.len(), 0, 0);
    if *ended && left > 0 {
        return Err(Withheld::BadCoding);
    }
    loop {
        let (mut room, mut made) = (piece.len(), 0);
        let result =
            BrotliDecompressStream(&mut left, &mut at, input, &mut room, &mut made, &mut piece, &mut total, state);
        sink(piece.get(..made).unwrap_or_default())?;
        match result {
            BrotliResult::ResultSuccess if left == 0 => {
                *ended = true;
                return Ok(());
            }
            BrotliResult::NeedsMoreInput if left == 0 => return Ok(()),
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::ResultSuccess | BrotliResult::NeedsMoreInput | BrotliResult::ResultFailure => {
                return Err(Withheld::BadCoding);
            }
        }
    }
}

fn zstd(
    decoder: &mut ZstdDecoder<'static>,
    ended: &mut bool,
    mut input: &[u8],
    sink: &mut Sink<'_>,
) -> Result<(), Withheld> {
    let mut piece = vec![0; PIECE];
    loop {
        if input.is_empty() && *ended {
            return Ok(());
        }
        let status = decoder.run_on_buffers(input, &mut piece).map_err(|_| Withheld::BadCoding)?;
        sink(piece.get(..status.bytes_written).unwrap_or_default())?;
        input = input.get(status.bytes_read..).unwrap_or_default();
        *ended = status.remaining == 0;
        if status.bytes_read == 0 && status.bytes_written == 0 {
            return if input.is_empty() { Ok(()) } else { Err(Withheld::BadCoding) };
        }
        if input.is_empty() && status.bytes_written < piece.len() {
            return Ok(());
        }
    }
}
