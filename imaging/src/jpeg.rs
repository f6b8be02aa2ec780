//! The parts of a JPEG file (ITU-T T.81, annex B). Whoever looks at a file and whoever writes it again without its
//! metadata must agree on where a part ends; so there is one reader of them.

use std::mem::take;

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// A marker's second byte and what follows its length.
    Segment {
        /// The second byte; the first is always `0xff`.
        marker: u8,
        /// The content, without marker and length.
        body: &'a [u8],
    },
    /// The coded picture behind a scan's header, with its restart markers.
    Coded(&'a [u8]),
}

/// Why a file's parts cannot be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The file ends before its picture does.
    Truncated,
    /// A part stands where it cannot be.
    Disorder,
}

/// Goes over a file's parts up to the end of its picture. What lies between segments (fill bytes, and the odd bytes that
/// some cameras write) and behind the picture (a second picture, a phone's video) is no part.
pub(crate) struct Parts<'a> {
    file: &'a [u8],
    at: usize,
    /// A scan's header was the last part.
    is_in_scan: bool,
    has_scan: bool,
    is_over: bool,
}

impl<'a> Parts<'a> {
    pub(crate) const fn of(file: &'a [u8]) -> Self {
        Self { file, at: 0, is_in_scan: false, has_scan: false, is_over: false }
    }

    fn byte(&self, at: usize) -> Result<u8, Fault> {
        self.file.get(at).copied().ok_or(Fault::Truncated)
    }

    fn part(&mut self) -> Result<Option<Part<'a>>, Fault> {
        if self.at == 0 {
            if !self.file.starts_with(&[0xff, 0xd8]) {
                return Err(Fault::Disorder);
            }
            self.at = 2;
        }
        if take(&mut self.is_in_scan) {
            return self.coded().map(Some);
        }
        loop {
            let rest = self.file.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|byte| *byte == 0xff).ok_or(Fault::Truncated)?;
            match self.byte(self.at + 1)? {
                0xff => self.at += 1,
                // A stuffed zero, TEM, restarts: no length follows, and outside of a scan they say nothing.
                0x00 | 0x01 | 0xd0..=0xd7 => self.at += 2,
                0xd9 if self.has_scan => return Ok(None),
                0xd8 | 0xd9 => return Err(Fault::Disorder),
                marker => return self.segment(marker).map(Some),
            }
        }
    }

    fn segment(&mut self, marker: u8) -> Result<Part<'a>, Fault> {
        let start = self.at + 2;
        let length = usize::from(u16::from_be_bytes([self.byte(start)?, self.byte(start + 1)?]));
        if length < 2 {
            return Err(Fault::Disorder);
        }
        let body = self.file.get(start + 2..start + length).ok_or(Fault::Truncated)?;
        self.at = start + length;
        self.is_in_scan = marker == 0xda;
        self.has_scan |= self.is_in_scan;
        Ok(Part::Segment { marker, body })
    }

    /// Everything up to the next marker that is neither a stuffed byte nor a restart.
    fn coded(&mut self) -> Result<Part<'a>, Fault> {
        let start = self.at;
        loop {
            let rest = self.file.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|byte| *byte == 0xff).ok_or(Fault::Truncated)?;
            match self.byte(self.at + 1)? {
                0x00 | 0xd0..=0xd7 => self.at += 2,
                _ => return Ok(Part::Coded(&self.file[start..self.at])),
            }
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let part = self.part();
        self.is_over = !matches!(part, Ok(Some(_)));
        part.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: Part<'_> = Part::Segment { marker: 0xda, body: b"s" };

    fn parts(file: &[u8]) -> Result<Vec<Part<'_>>, Fault> {
        Parts::of(file).collect()
    }

    #[test]
    fn odd_bytes_between_segments_are_no_part() {
        let file = b"\xff\xd8\xff\xe1\0\x04hi odd \xff\0bytes\xff\xff\xfe\0\x02\xff\xda\0\x03s12\xff\x00\xff\xd03\xff\xd9video";
        let expected = vec![
            Part::Segment { marker: 0xe1, body: b"hi" },
            Part::Segment { marker: 0xfe, body: b"" },
            SCAN,
            Part::Coded(b"12\xff\x00\xff\xd03"),
        ];
        assert_eq!(parts(file), Ok(expected));
    }

    #[test]
    fn what_does_not_fit_together_is_told() {
        for (file, fault) in [
            (&b"\xff\xd9"[..], Fault::Disorder),
            (b"\xff\xd8\xff\xd9", Fault::Disorder),
            (b"\xff\xd8\xff\xe1\0\x01", Fault::Disorder),
            (b"\xff\xd8\xff\xd8", Fault::Disorder),
            (b"\xff\xd8", Fault::Truncated),
            (b"\xff\xd8\xff\xe1\0\x09short", Fault::Truncated),
            (b"\xff\xd8\xff\xda\0\x03s12345", Fault::Truncated),
            (b"\xff\xd8\xff\xda\0\x03s12345\xff", Fault::Truncated),
        ] {
            assert_eq!(parts(file), Err(fault), "{file:x?}");
        }
    }
}
