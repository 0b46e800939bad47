//! A module whose code is sorted into streams: what is alike stands together and is compressed better.
//!
//! A function is its operations, and what follows each: the index of a local, an offset, a number. Operations are one
//! stream; what follows goes into one for its kind, in which the operation tells the kind. What can be told from the rest
//! is left out: the lengths of functions, and how an access is aligned where that is as its type wants it.
//!
//! Format: the length of the module, the lengths of all streams, the streams; numbers in LEB128.

/// The streams, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stream {
    /// Everything before the code.
    Head,
    /// Everything behind it.
    Tail,
    /// How many functions there are, then the variables of each.
    Variables,
    /// The operations.
    Operation,
    /// How an access is aligned that is not as its type wants it.
    Alignment,
    /// What a block gives.
    Block,
    /// Where a branch goes.
    Label,
    /// Which function is called.
    Function,
    /// Which global variable.
    Global,
    /// What is too rare for a stream of its own.
    Other,
    /// Where is read.
    Load,
    /// Where is written.
    Store,
    /// Constants of 64 bits.
    Long,
    /// Constants that are no whole numbers.
    Float,
    /// Which local variable is read.
    Local,
    /// Which is written.
    LocalWritten,
    /// Which is written and kept.
    LocalKept,
    /// Constants of 32 bits; and four more by the operation that comes next.
    Number,
}

/// How many streams there are.
pub const COUNT: usize = Stream::Number as usize + 5;

/// An operation that does not exist: before one whose alignment is not that of its type.
pub const UNALIGNED: u8 = 0xff;

/// The stream into which goes what follows each operation; [`NOTHING`] where nothing follows.
static STREAMS: [u8; 256] = streams();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "checked by the compiler, which runs it"
)]
const fn streams() -> [u8; 256] {
    let mut streams = [NOTHING; 256];
    let mut operation = 0;
    while operation < 256 {
        if let Some(stream) = stream_after(operation as u8) {
            streams[operation] = stream as u8;
        }
        operation += 1;
    }
    streams
}

/// No operation has what follows it in the first stream.
const NOTHING: u8 = Stream::Head as u8;

/// What follows operations is said in the WebAssembly Core Specification 2.0 §5.4.
const fn stream_after(operation: u8) -> Option<Stream> {
    Some(match operation {
        0x02..=0x04 => Stream::Block,
        0x0c..=0x0e => Stream::Label,
        0x10 => Stream::Function,
        0x20 => Stream::Local,
        0x21 => Stream::LocalWritten,
        0x22 => Stream::LocalKept,
        0x23 | 0x24 => Stream::Global,
        0x28..=0x35 => Stream::Load,
        0x36..=0x3e => Stream::Store,
        0x41 => Stream::Number,
        0x42 => Stream::Long,
        0x43 | 0x44 => Stream::Float,
        0x11 | 0x1c | 0x25 | 0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 | 0xfc => Stream::Other,
        _ => return None,
    })
}

/// The stream for what follows an operation, as its number, if anything does. Constants of 32 bits go by what comes next.
pub fn stream_of(operation: u8, next: u8) -> Option<usize> {
    let stream = *STREAMS.get(usize::from(operation))?;
    let class = if stream == Stream::Number as u8 { class_of(next) } else { 0 };
    (stream != NOTHING).then_some(usize::from(stream + class))
}

const fn class_of(next: u8) -> u8 {
    match next {
        0x6a => 1,
        0x6b => 2,
        0x36..=0x3e => 3,
        0x10 => 4,
        _ => 0,
    }
}

/// How many numbers follow the first one behind an operation, which is this.
pub const fn more(operation: u8, first: usize) -> usize {
    match operation {
        // A table of branches has one more, for what is not in it.
        0x0e => first + 1,
        0x1c => first,
        0xfc if matches!(first, 8 | 10 | 12 | 14) => 2,
        0xfc if first < 8 => 0,
        0xfc | 0x11 => 1,
        _ => 0,
    }
}

/// Whether it is known here what follows an operation. `first` is the number behind it.
pub const fn is_known(operation: u8, first: usize) -> bool {
    match operation {
        0x00..=0x05 | 0x0b..=0x11 | 0x1a..=0x1c | 0x20..=0x26 | 0x28..=0xc4 | 0xd0..=0xd2 => true,
        0xfc => first < 18,
        _ => false,
    }
}

/// How an access to memory is aligned where it is as its type wants it; none for other operations.
pub fn natural_alignment(operation: u8) -> Option<u8> {
    static FROM_LOAD: [u8; 23] = [2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2];
    FROM_LOAD.get(usize::from(operation.wrapping_sub(0x28))).copied()
}

/// How many bytes a constant that is no whole number has.
pub const fn float_length(operation: u8) -> usize {
    if operation == 0x43 { 4 } else { 8 }
}

/// The number of the section that has the code.
pub const CODE_SECTION: u8 = 10;

/// The operation that ends a block.
pub const END: u8 = 0x0b;

/// Puts a module together in `module`, which has to be ten bytes longer than it; gives how long it is. 0 if it comes to
/// another length than `sorted` says; whether it is a module at all, the engine finds out.
pub fn unsort(sorted: &[u8], module: &mut [u8]) -> usize {
    let mut writer = Writer { sorted, next: [0; COUNT], module, end: 0 };
    // The header goes where the module begins, which is written over it.
    let length = writer.number(0);
    let mut lengths = [0; COUNT];
    for own in &mut lengths {
        *own = writer.number(0);
    }
    let [head, tail, ..] = lengths;
    let [mut start, ..] = writer.next;
    for (next, length) in writer.next.iter_mut().zip(lengths) {
        *next = start;
        start += length;
    }
    writer.end = 0;
    writer.copy(Stream::Head as usize, head);
    writer.put(CODE_SECTION);
    let code = writer.begin();
    for _ in 0..writer.number(Stream::Variables as usize) {
        let function = writer.begin();
        writer.function();
        writer.finish(function);
    }
    writer.finish(code);
    writer.copy(Stream::Tail as usize, tail);
    if writer.end == length { length } else { 0 }
}

/// The most bytes that a length is written in.
const LENGTH: usize = 5;

struct Writer<'a> {
    sorted: &'a [u8],
    /// Where the next byte of each stream is.
    next: [usize; COUNT],
    module: &'a mut [u8],
    end: usize,
}

impl Writer<'_> {
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.module.get_mut(self.end) {
            *place = byte;
        }
        self.end += 1;
    }

    /// The next byte of a stream. Behind the last one it is 0, so that everything ends.
    fn take(&mut self, stream: usize) -> u8 {
        let Some(next) = self.next.get_mut(stream) else {
            return 0;
        };
        let byte = self.sorted.get(*next);
        *next += 1;
        byte.copied().unwrap_or_default()
    }

    fn copy(&mut self, stream: usize, count: usize) {
        for _ in 0..count {
            let byte = self.take(stream);
            self.put(byte);
        }
    }

    /// Writes the next number of a stream; gives its value.
    fn number(&mut self, stream: usize) -> usize {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.take(stream);
            self.put(byte);
            value |= usize::from(byte & 0x7f).wrapping_shl(shift);
            if byte < 0x80 {
                return value;
            }
            shift += 7;
        }
    }

    fn next_operation(&self) -> u8 {
        let place = self.next.get(Stream::Operation as usize);
        place.and_then(|place| self.sorted.get(*place)).copied().unwrap_or_default()
    }

    /// Leaves room for the length of what follows.
    fn begin(&mut self) -> usize {
        self.end += LENGTH;
        self.end
    }

    /// Writes the length of what was written since, and moves that up to it.
    fn finish(&mut self, start: usize) {
        let length = self.end - start;
        self.end = start - LENGTH;
        let mut rest = length;
        loop {
            let [byte, ..] = rest.to_le_bytes();
            rest >>= 7;
            if rest == 0 {
                self.put(byte & 0x7f);
                break;
            }
            self.put(byte | 0x80);
        }
        if start + length <= self.module.len() {
            self.module.copy_within(start..start + length, self.end);
        }
        self.end += length;
    }

    fn function(&mut self) {
        for _ in 0..self.number(Stream::Variables as usize) {
            self.number(Stream::Variables as usize);
            self.copy(Stream::Variables as usize, 1);
        }
        let mut depth = 1;
        while depth > 0 && self.end < self.module.len() {
            let mut operation = self.take(Stream::Operation as usize);
            let mut alignment = natural_alignment(operation);
            if operation == UNALIGNED {
                operation = self.take(Stream::Operation as usize);
                alignment = Some(self.take(Stream::Alignment as usize));
            }
            self.put(operation);
            if let Some(alignment) = alignment {
                self.put(alignment);
            }
            if operation == END {
                depth -= 1;
            }
            let Some(stream) = stream_of(operation, self.next_operation()) else {
                continue;
            };
            if stream == Stream::Float as usize {
                self.copy(stream, float_length(operation));
                continue;
            }
            if stream == Stream::Block as usize {
                depth += 1;
            }
            let first = self.number(stream);
            for _ in 0..more(operation, first) {
                self.number(stream);
            }
        }
    }
}
