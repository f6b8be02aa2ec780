//! Which encoding a text is in, and its characters. What an encoding does not have is an error, never a replacement:
//! signs that nobody can read are not to reach anybody's catalogue.

use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Decoder, DecoderResult, Encoding, UTF_8};

use super::TableError;

/// Bytes that are looked at together.
const PIECE: usize = 64 << 10;

/// What can be chosen where the file does not tell, by the names of the Encoding Standard.
pub const CHOICES: [&str; 8] =
    ["UTF-8", "Big5", "UTF-16LE", "UTF-16BE", "Shift_JIS", "EUC-KR", "gb18030", "windows-1252"];

/// The encoding of a name, where it can be chosen.
#[must_use]
pub fn encoding_of(name: &str) -> Option<&'static Encoding> {
    CHOICES.contains(&name).then(|| Encoding::for_label(name.as_bytes())).flatten()
}

/// Which encoding a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Whether it says so, or every byte fits and nothing else is likely.
    pub is_sure: bool,
}

impl Guess {
    /// Looks at all of a text.
    ///
    /// # Errors
    /// The reader's reason.
    pub fn read(mut text: impl Read) -> std::io::Result<Self> {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        let (mut utf8, mut big5) = (Strict::new(UTF_8), Strict::new(BIG5));
        let mut piece = vec![0; PIECE];
        let mut is_first = true;
        loop {
            let bytes = fill(&mut text, &mut piece)?;
            if is_first && let Some((encoding, _)) = Encoding::for_bom(&piece[..bytes]) {
                return Ok(Self { encoding, is_sure: true });
            }
            is_first = false;
            let is_last = bytes < piece.len();
            detector.feed(&piece[..bytes], is_last);
            utf8.feed(&piece[..bytes], is_last);
            big5.feed(&piece[..bytes], is_last);
            if is_last {
                break;
            }
        }
        if utf8.fits {
            return Ok(Self { encoding: UTF_8, is_sure: true });
        }
        let encoding = detector.guess(Some(b"tw"), Utf8Detection::Deny);
        if encoding == BIG5 || !CHOICES.contains(&encoding.name()) {
            // What is no Big5 throughout is a damaged file, or something that is not among the choices.
            return Ok(Self { encoding: BIG5, is_sure: encoding == BIG5 && big5.fits });
        }
        Ok(Self { encoding, is_sure: false })
    }
}

/// Whether every byte of a text fits an encoding.
struct Strict {
    decoder: Decoder,
    fits: bool,
    scratch: String,
}

impl Strict {
    fn new(encoding: &'static Encoding) -> Self {
        Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            fits: true,
            scratch: String::with_capacity(PIECE * 3 + 16),
        }
    }

    fn feed(&mut self, bytes: &[u8], is_last: bool) {
        if self.fits {
            self.scratch.clear();
            let (result, _) = self.decoder.decode_to_string_without_replacement(bytes, &mut self.scratch, is_last);
            self.fits = matches!(result, DecoderResult::InputEmpty);
        }
    }
}

/// The characters of a text, piece by piece, each end of a line as `\n`.
pub struct Decoded<R> {
    input: R,
    encoding: &'static Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    ended_with_return: bool,
    /// Set when the text behind what was given cannot be read.
    is_broken: bool,
    is_over: bool,
}

impl<R: Read> Decoded<R> {
    /// From the beginning; a byte order mark is no character.
    pub fn new(input: R, encoding: &'static Encoding) -> Self {
        Self {
            input,
            encoding,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; PIECE],
            text: String::with_capacity(PIECE * 3 + 16),
            ended_with_return: false,
            is_broken: false,
            is_over: false,
        }
    }

    /// Adds the next characters to `out`; false at the end.
    ///
    /// # Errors
    /// The reader's reason, or bytes that the encoding does not have; `row` is told then.
    pub fn next(&mut self, out: &mut Vec<u8>, row: u32) -> Result<bool, TableError> {
        if self.is_broken {
            return Err(TableError::NotInEncoding { encoding: self.encoding.name(), row });
        }
        if self.is_over {
            return Ok(false);
        }
        let bytes = fill(&mut self.input, &mut self.raw)?;
        self.is_over = bytes < self.raw.len();
        self.text.clear();
        let (result, _) =
            self.decoder.decode_to_string_without_replacement(&self.raw[..bytes], &mut self.text, self.is_over);
        self.is_broken = !matches!(result, DecoderResult::InputEmpty);
        let mut rest = self.text.as_str();
        if self.ended_with_return {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
        self.ended_with_return = self.text.ends_with('\r');
        while let Some((line, after)) = rest.split_once('\r') {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
        }
        out.extend_from_slice(rest.as_bytes());
        Ok(true)
    }
}

/// Fills `piece`, unless the input ends before.
fn fill(input: &mut impl Read, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut bytes = 0;
    while bytes < piece.len() {
        match input.read(&mut piece[bytes..]) {
            Ok(0) => break,
            Ok(more) => bytes += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
}
