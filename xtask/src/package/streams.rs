//! Sorts a module's code into streams: what is alike stands together and is compressed better, by an eighth of the
//! package. `pkg/bytes.js` puts it together again, and the build proves that with that very script.
//!
//! A function is its operations, and what follows each: the index of a local, an offset, a number. Operations are one
//! stream; what follows goes into one for its kind, in which the operation tells the kind. What can be told from the rest
//! is left out: the lengths of functions, and how an access is aligned where that is as its type wants it.
//!
//! Format: the length of the module, the lengths of all streams, the streams; numbers in LEB128.

use anyhow::{Context, Result, bail};

/// The streams, in the order in which they are written; `pkg/bytes.js` has the same.
#[derive(Clone, Copy)]
enum Stream {
    /// Everything before the code.
    Head,
    /// Everything behind it.
    Tail,
    /// How many functions there are, then the variables of each.
    Variables,
    Operation,
    Alignment,
    Block,
    Label,
    Function,
    Global,
    Other,
    Load,
    Store,
    Long,
    Float,
    /// Three, for reading, writing and both.
    Local,
    /// Five, by the operation that comes next.
    Number = 17,
}

const COUNT: usize = Stream::Number as usize + 5;

/// An operation that does not exist: before one whose alignment is not that of its type.
const UNALIGNED: u8 = 0xff;

const CODE_SECTION: u8 = 10;

/// How each access to memory is aligned where it is as its type wants it, from `i32.load` on.
const NATURAL: [u8; 23] = [2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2];

/// Sorts a module.
pub(super) fn split(module: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: module, at: 0 };
    let mut sorter = Sorter { streams: Default::default() };
    let head = loop {
        let start = reader.at;
        if start == 0 {
            reader.take(8)?;
            continue;
        }
        let section = reader.byte()?;
        let length = reader.number()?;
        if section == CODE_SECTION {
            break start;
        }
        reader.take(length)?;
    };
    sorter.put(Stream::Head, 0, module.get(..head).unwrap_or_default());
    let functions = reader.leb()?;
    sorter.put(Stream::Variables, 0, functions.0);
    for number in 0..functions.1 {
        let length = reader.number()?;
        let body = Reader { bytes: reader.take(length)?, at: 0 };
        sorter.function(body).with_context(|| format!("function {number} of the module cannot be sorted"))?;
    }
    sorter.put(Stream::Tail, 0, reader.rest());
    Ok(sorter.finish(module.len()))
}

/// How many numbers in front of a stream an operation's own index adds; see `Stream::Number`.
fn class_of(next: Option<u8>) -> usize {
    match next {
        Some(0x6a) => 1,
        Some(0x6b) => 2,
        Some(0x36..=0x3e) => 3,
        Some(0x10) => 4,
        _ => 0,
    }
}

struct Sorter {
    streams: [Vec<u8>; COUNT],
}

/// What follows an operation.
type Operand<'a> = (Stream, usize, &'a [u8]);

impl Sorter {
    fn put(&mut self, stream: Stream, offset: usize, bytes: &[u8]) {
        if let Some(stream) = self.streams.get_mut(stream as usize + offset) {
            stream.extend(bytes);
        }
    }

    fn function(&mut self, mut body: Reader<'_>) -> Result<()> {
        let variables = body.leb()?;
        self.put(Stream::Variables, 0, variables.0);
        for _ in 0..variables.1 {
            let start = body.at;
            body.leb()?;
            body.byte()?;
            self.put(Stream::Variables, 0, body.since(start));
        }
        let mut depth = 1;
        // A number goes by the operation behind it, so it waits until that is known.
        let mut waiting: Option<&[u8]> = None;
        while depth > 0 {
            let operation = body.byte()?;
            let (operands, is_unaligned) = operands(operation, &mut body, &mut depth)?;
            let first = if is_unaligned { UNALIGNED } else { operation };
            if let Some(number) = waiting.take() {
                self.put(Stream::Number, class_of(Some(first)), number);
            }
            if is_unaligned {
                self.put(Stream::Operation, 0, &[UNALIGNED]);
            }
            self.put(Stream::Operation, 0, &[operation]);
            for (stream, offset, bytes) in operands {
                if matches!(stream, Stream::Number) {
                    waiting = Some(bytes);
                } else {
                    self.put(stream, offset, bytes);
                }
            }
        }
        if !body.rest().is_empty() {
            bail!("something follows its end");
        }
        Ok(())
    }

    fn finish(self, length: usize) -> Vec<u8> {
        let mut sorted = leb(length);
        for stream in &self.streams {
            sorted.extend(leb(stream.len()));
        }
        sorted.extend(self.streams.concat());
        sorted
    }
}

/// What follows an operation (WebAssembly Core Specification 2.0 §5.4), and whether it is an access that is not aligned as
/// its type wants it.
fn operands<'a>(operation: u8, body: &mut Reader<'a>, depth: &mut u32) -> Result<(Vec<Operand<'a>>, bool)> {
    let mut operands = Vec::new();
    let mut is_unaligned = false;
    let mut one = |body: &mut Reader<'a>, stream, offset| -> Result<usize> {
        let (bytes, value) = body.leb()?;
        operands.push((stream, offset, bytes));
        Ok(value)
    };
    match operation {
        0x02..=0x04 => {
            *depth += 1;
            one(body, Stream::Block, 0)?;
        }
        0x0b => *depth -= 1,
        0x0c | 0x0d => drop(one(body, Stream::Label, 0)?),
        0x0e => {
            for _ in 0..=one(body, Stream::Label, 0)? {
                one(body, Stream::Label, 0)?;
            }
        }
        0x10 => drop(one(body, Stream::Function, 0)?),
        0x11 => {
            one(body, Stream::Other, 0)?;
            one(body, Stream::Other, 0)?;
        }
        0x1c => {
            for _ in 0..one(body, Stream::Other, 0)? {
                one(body, Stream::Other, 0)?;
            }
        }
        0x20..=0x22 => drop(one(body, Stream::Local, usize::from(operation - 0x20))?),
        0x23 | 0x24 => drop(one(body, Stream::Global, 0)?),
        0x25 | 0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => drop(one(body, Stream::Other, 0)?),
        0x28..=0x3e => {
            let alignment = body.take(1)?;
            is_unaligned = alignment.first() != NATURAL.get(usize::from(operation - 0x28));
            if is_unaligned {
                operands.push((Stream::Alignment, 0, alignment));
            }
            let (offset, _) = body.leb()?;
            operands.push((if operation < 0x36 { Stream::Load } else { Stream::Store }, 0, offset));
        }
        0x41 => drop(one(body, Stream::Number, 0)?),
        0x42 => drop(one(body, Stream::Long, 0)?),
        0x43 => operands.push((Stream::Float, 0, body.take(4)?)),
        0x44 => operands.push((Stream::Float, 0, body.take(8)?)),
        0xfc => {
            let more = match one(body, Stream::Other, 0)? {
                0..=7 => 0,
                8 | 10 | 12 | 14 => 2,
                9 | 11 | 13 | 15..=17 => 1,
                unknown => bail!("an operation 0xfc {unknown}, of which nobody here knows what follows it"),
            };
            for _ in 0..more {
                one(body, Stream::Other, 0)?;
            }
        }
        0x00 | 0x01 | 0x05 | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => {}
        unknown => bail!("an operation {unknown:#04x}, of which nobody here knows what follows it"),
    }
    Ok((operands, is_unaligned))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at + count).context("the module ends too early")?;
        self.at += count;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().context("the module ends too early")
    }

    /// A number as it is written, and its value as far as a length can have it.
    fn leb(&mut self) -> Result<(&'a [u8], usize)> {
        let start = self.at;
        let mut value = 0_usize;
        loop {
            let byte = self.byte()?;
            let shift = 7 * (self.at - start - 1);
            value |= usize::from(byte & 0x7f).checked_shl(u32::try_from(shift)?).unwrap_or(0);
            if byte < 0x80 {
                return Ok((self.since(start), value));
            }
        }
    }

    fn number(&mut self) -> Result<usize> {
        Ok(self.leb()?.1)
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

/// A number in unsigned LEB128.
fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with these function bodies, each without its length.
    fn module(bodies: &[&[u8]]) -> Vec<u8> {
        let mut code = leb(bodies.len());
        for body in bodies {
            code.extend(leb(body.len()));
            code.extend(*body);
        }
        let mut module = b"\0asm\x01\0\0\0\x01\x01\0".to_vec();
        module.push(CODE_SECTION);
        module.extend(leb(code.len()));
        module.extend(code);
        module.extend(b"\0\x01x");
        module
    }

    /// The streams that hold something, by number.
    fn streams(bodies: &[&[u8]]) -> Vec<(usize, Vec<u8>)> {
        let sorted = split(&module(bodies)).unwrap();
        let mut reader = Reader { bytes: &sorted, at: 0 };
        assert_eq!(reader.number().unwrap(), module(bodies).len());
        let lengths: Vec<_> = (0..COUNT).map(|_| reader.number().unwrap()).collect();
        let streams = lengths.into_iter().map(|length| reader.take(length).unwrap().to_vec());
        streams.enumerate().filter(|(_, stream)| !stream.is_empty()).collect()
    }

    /// The same without what is around the code.
    fn code(bodies: &[&[u8]]) -> Vec<(usize, Vec<u8>)> {
        let mut streams = streams(bodies);
        assert_eq!(streams.remove(0), (0, b"\0asm\x01\0\0\0\x01\x01\0".to_vec()));
        assert_eq!(streams.remove(0), (1, b"\0\x01x".to_vec()));
        streams
    }

    #[test]
    fn operations_and_what_follows_them_are_kept_apart() {
        // (local i32 i32) local.get 1, i32.const 300, i32.add, i32.const -1, call 5, end
        let body = b"\x01\x02\x7f\x20\x01\x41\xac\x02\x6a\x41\x7f\x10\x05\x0b";
        let expected = vec![
            (Stream::Variables as usize, b"\x01\x01\x02\x7f".to_vec()),
            (Stream::Operation as usize, b"\x20\x41\x6a\x41\x10\x0b".to_vec()),
            (Stream::Function as usize, b"\x05".to_vec()),
            (Stream::Local as usize, b"\x01".to_vec()),
            (Stream::Number as usize + 1, b"\xac\x02".to_vec()),
            (Stream::Number as usize + 4, b"\x7f".to_vec()),
        ];
        assert_eq!(code(&[body]), expected);
    }

    #[test]
    fn an_alignment_is_told_only_where_it_is_unusual() {
        // i32.load align=4 offset=8, i32.load align=1 offset=9, end
        let body = b"\0\x28\x02\x08\x28\x00\x09\x0b";
        let expected = vec![
            (Stream::Variables as usize, b"\x01\0".to_vec()),
            (Stream::Operation as usize, b"\x28\xff\x28\x0b".to_vec()),
            (Stream::Alignment as usize, b"\0".to_vec()),
            (Stream::Load as usize, b"\x08\x09".to_vec()),
        ];
        assert_eq!(code(&[body]), expected);
    }

    #[test]
    fn a_function_ends_where_its_last_block_does() {
        // block, loop, br 1, end, end, end
        let body = b"\0\x02\x40\x03\x40\x0c\x01\x0b\x0b\x0b";
        assert_eq!(code(&[body, body]).len(), 4);
        let longer = b"\0\x0b\x0b";
        assert!(split(&module(&[longer])).is_err());
    }

    #[test]
    fn what_nobody_knows_is_refused_by_its_number() {
        // A tail call, and a vector's operation.
        for (body, named) in
            [(&b"\0\x12\x00\x0b"[..], "0x12"), (b"\0\xfd\x0c\x0b", "0xfd"), (b"\0\xfc\x20\x0b", "32")]
        {
            let error = split(&module(&[body])).unwrap_err();
            assert!(format!("{error:#}").contains(named), "{error:#}");
        }
    }

    #[test]
    fn a_module_that_is_cut_is_refused() {
        let whole = module(&[b"\0\x0b"]);
        assert!(split(&whole).is_ok());
        for length in 9..whole.len() - 3 {
            assert!(split(&whole[..length]).is_err(), "{length}");
        }
    }
}
