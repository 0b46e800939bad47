//! Sorts a module's code into streams: what is alike stands together and is compressed better, by an eighth of the
//! package. The format, and what puts it together again, is `pkg/unpack`.

use anyhow::{Context, Result, bail};
use loginrocket_unpack::{
    CODE_SECTION, COUNT, END, Stream, UNALIGNED, float_length, is_known, more, natural_alignment, stream_of,
};

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
    sorter.put(Stream::Head as usize, module.get(..head).unwrap_or_default());
    let functions = reader.leb()?;
    sorter.put(Stream::Variables as usize, functions.0);
    for number in 0..functions.1 {
        let length = reader.number()?;
        let body = Reader { bytes: reader.take(length)?, at: 0 };
        sorter.function(body).with_context(|| format!("function {number} of the module cannot be sorted"))?;
    }
    sorter.put(Stream::Tail as usize, reader.rest());
    let mut all = leb(module.len());
    for stream in &sorter.streams {
        all.extend(leb(stream.len()));
    }
    all.extend(sorter.streams.concat());
    Ok(all)
}

struct Sorter {
    streams: [Vec<u8>; COUNT],
}

impl Sorter {
    fn put(&mut self, stream: usize, bytes: &[u8]) {
        if let Some(stream) = self.streams.get_mut(stream) {
            stream.extend(bytes);
        }
    }

    fn function(&mut self, mut body: Reader<'_>) -> Result<()> {
        let variables = body.leb()?;
        self.put(Stream::Variables as usize, variables.0);
        for _ in 0..variables.1 {
            let start = body.at;
            body.leb()?;
            body.byte()?;
            self.put(Stream::Variables as usize, body.since(start));
        }
        let mut depth = 1;
        // Which stream it is can depend on what comes next, so the last operation waits with what follows it.
        let mut last = (0, &[][..]);
        while depth > 0 {
            let operation = body.byte()?;
            let mut marked = vec![operation];
            if let Some(natural) = natural_alignment(operation) {
                let alignment = body.byte()?;
                if alignment != natural {
                    marked.insert(0, UNALIGNED);
                    self.put(Stream::Alignment as usize, &[alignment]);
                }
            }
            let next = marked.first().copied().unwrap_or_default();
            if let Some(stream) = stream_of(last.0, next) {
                self.put(stream, last.1);
            }
            self.put(Stream::Operation as usize, &marked);
            last = (operation, operands(operation, &mut body)?);
            match operation {
                END => depth -= 1,
                _ if stream_of(operation, 0) == Some(Stream::Block as usize) => depth += 1,
                _ => {}
            }
        }
        if !body.rest().is_empty() {
            bail!("something follows its end");
        }
        Ok(())
    }
}

/// What follows an operation.
fn operands<'a>(operation: u8, body: &mut Reader<'a>) -> Result<&'a [u8]> {
    let start = body.at;
    let mut first = 0;
    match stream_of(operation, 0) {
        None => {}
        Some(stream) if stream == Stream::Float as usize => drop(body.take(float_length(operation))?),
        Some(_) => {
            first = body.number()?;
            for _ in 0..more(operation, first) {
                body.leb()?;
            }
        }
    }
    if !is_known(operation, first) {
        bail!("an operation {operation:#04x} {first}, of which nobody here knows what follows it");
    }
    Ok(body.since(start))
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
    use loginrocket_unpack::unsort;

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

    fn unsorted(sorted: &[u8]) -> Vec<u8> {
        let mut module = vec![0; 1000];
        let length = unsort(sorted, &mut module);
        module.truncate(length);
        module
    }

    /// The streams that hold something, by number.
    fn streams(bodies: &[&[u8]]) -> Vec<(usize, Vec<u8>)> {
        let sorted = split(&module(bodies)).unwrap();
        assert_eq!(unsorted(&sorted), module(bodies));
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
    fn streams_that_are_cut_come_to_an_end_and_to_no_other_length() {
        let whole = module(&[b"\0\x02\x40\x41\x05\x10\x01\x0b\x0b", b"\x01\x02\x7f\x0b"]);
        let sorted = split(&whole).unwrap();
        for length in 0..sorted.len() {
            let cut = unsorted(&sorted[..length]);
            assert!(cut.is_empty() || cut.len() == whole.len(), "{length}");
        }
        assert!(unsorted(&sorted[..sorted.len() / 2]).is_empty());
        assert_eq!(unsorted(&sorted), whole);
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
