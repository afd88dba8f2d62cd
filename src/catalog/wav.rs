//! The length of a WAV file by the bytes that are there: one cut short, or written by a program that could not know its
//! end, declares more than it has.

use std::io::{self, Read, Seek, SeekFrom};

/// How many parts of a file are looked at.
const MAX_PARTS: usize = 1_000;

/// How its samples follow each other.
struct Format {
    frames_per_second: u64,
    bytes_per_frame: u64,
}

impl Format {
    fn read(bytes: [u8; 16]) -> Option<Self> {
        let word = |at: usize| u64::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let long = |at: usize| word(at) | word(at + 2) << 16;
        // PCM, floating point, or either in the longer form; of the rest only the mean rate is known.
        let is_plain = matches!(word(0), 1 | 3 | 0xfffe);
        let (frames_per_second, bytes_per_frame) = if is_plain {
            (long(4), word(12))
        } else {
            (long(8), 1)
        };
        (frames_per_second > 0 && bytes_per_frame > 0).then_some(Self {
            frames_per_second,
            bytes_per_frame,
        })
    }

    fn ms(&self, bytes: u64) -> u64 {
        (bytes / self.bytes_per_frame).saturating_mul(1000) / self.frames_per_second
    }
}

/// The length in milliseconds of a WAV file of `size` bytes; nothing where it has no sound.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn length_ms(file: &mut (impl Read + Seek), size: u64) -> io::Result<Option<u64>> {
    let mut format = None;
    let mut at = 12;
    for _ in 0..MAX_PARTS {
        if at + 8 > size {
            break;
        }
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, length @ ..] = head;
        let length = u64::from(u32::from_le_bytes(length));
        match &[a, b, c, d] {
            b"fmt " if at + 24 <= size => {
                let mut bytes = [0; 16];
                file.read_exact(&mut bytes)?;
                format = Format::read(bytes);
            }
            b"data" => {
                let there = length.min(size - at - 8);
                return Ok(format.map(|format| format.ms(there)));
            }
            _ => {}
        }
        at += 8 + length + length % 2;
    }
    Ok(None)
}
