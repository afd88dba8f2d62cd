//! Frames of MPEG audio and of AAC in ADTS: what one says of itself, and how long all of them are.
//!
//! A file without a table of its frames tells its length by its frames alone; to guess it from the first is wrong wherever
//! the bit rate varies, and a room moves on by it.

use std::io::{self, BufRead, Seek};

use super::kind::AudioKind;

/// How many bytes at the beginning of a frame are looked at.
const HEAD: usize = 6;

/// One frame, as its header describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: AudioKind,
    /// Its whole length.
    pub(super) bytes: usize,
    /// Samples of each channel.
    samples: u64,
    /// Samples a second.
    rate: u64,
}

impl Frame {
    /// The frame that `bytes` begins with.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, second, ..] if second & 0xf6 == 0xf0 => Self::adts(bytes),
            [0xff, second, ..] if second & 0xe6 == 0xe2 => Self::layer_3(bytes),
            _ => None,
        }
    }

    fn layer_3(bytes: &[u8]) -> Option<Self> {
        const FULL: [usize; 14] = [
            32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
        ];
        const LOW: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        let &[_, second, third, fourth, ..] = bytes else {
            return None;
        };
        // Version 1, 2 or 2.5; the last is written 0.
        let slower = match second >> 3 & 3 {
            3 => 1,
            2 => 2,
            0 => 4,
            _ => return None,
        };
        let rate = *[44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))? / slower;
        let rates = if slower == 1 { FULL } else { LOW };
        let kbps = *rates.get(usize::from(third >> 4).checked_sub(1)?)?;
        // The emphasis that nothing ever had.
        if fourth & 3 == 2 {
            return None;
        }
        let samples = if slower == 1 { 1_152 } else { 576 };
        let padding = usize::from(third >> 1 & 1);
        Some(Self {
            kind: AudioKind::Mp3,
            bytes: samples / 8 * kbps * 1_000 / rate + padding,
            samples: samples as u64,
            rate: rate as u64,
        })
    }

    fn adts(bytes: &[u8]) -> Option<Self> {
        const RATES: [u64; 13] = [
            96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
            8_000, 7_350,
        ];
        let &[_, _, third, fourth, fifth, sixth, ..] = bytes else {
            return None;
        };
        let rate = *RATES.get(usize::from(third >> 2 & 15))?;
        let length =
            usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
        (length > 7).then_some(Self {
            kind: AudioKind::Aac,
            bytes: length,
            samples: 1_024,
            rate,
        })
    }
}

/// The length in milliseconds of the frames from `start` on; nothing where they have a table, or do not fill the file.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn length_ms(
    file: &mut (impl BufRead + Seek),
    start: u64,
    size: u64,
) -> io::Result<Option<u64>> {
    file.seek(io::SeekFrom::Start(start))?;
    let Some(first) = Frame::read(file.fill_buf()?) else {
        return Ok(None);
    };
    let begin = file.fill_buf()?;
    if has_table(begin.get(..first.bytes).unwrap_or(begin)) {
        return Ok(None);
    }
    let (mut at, mut samples) = (start, 0);
    let mut head = [0; HEAD];
    while at + first.bytes.min(HEAD) as u64 <= size && file.read_exact(&mut head).is_ok() {
        let Some(frame) = Frame::read(&head).filter(|frame| frame.kind == first.kind) else {
            break;
        };
        samples += frame.samples;
        at += frame.bytes as u64;
        file.seek_relative(frame.bytes as i64 - HEAD as i64)?;
    }
    // A tag may close the file; a gap in its middle would hide the rest.
    let is_most = at - start >= (size - start) / 10 * 9;
    Ok(is_most.then(|| samples * 1_000 / first.rate))
}

/// Whether a first frame is a table of the others.
fn has_table(frame: &[u8]) -> bool {
    let names: [&[u8]; 3] = [b"Xing", b"Info", b"VBRI"];
    let near = frame.get(..64).unwrap_or(frame);
    names
        .iter()
        .any(|name| near.windows(name.len()).any(|part| part == *name))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A frame of MPEG 1, layer III, at 44.1 kHz and that bit rate.
    fn frame(index: u8) -> Vec<u8> {
        let mut frame = vec![0xff, 0xfb, index << 4, 0x64];
        frame.resize(Frame::read(&frame).unwrap().bytes, 0);
        frame
    }

    fn length(bytes: &[u8], start: u64) -> Option<u64> {
        length_ms(&mut Cursor::new(bytes), start, bytes.len() as u64).unwrap()
    }

    #[test]
    fn a_frame_says_its_length() {
        let bytes = |head: [u8; 6]| Frame::read(&head).map(|frame| frame.bytes);
        assert_eq!(bytes([0xff, 0xfb, 0x90, 0x64, 0, 0]), Some(417));
        assert_eq!(bytes([0xff, 0xfb, 0x92, 0x64, 0, 0]), Some(418));
        assert_eq!(bytes([0xff, 0xf3, 0x40, 0xc4, 0, 0]), Some(104));
        assert_eq!(bytes([0xff, 0xf1, 0x50, 0x80, 0x03, 0x1f]), Some(24));
        // No bit rate, no sample rate, another layer, no version, no emphasis.
        for head in [
            [0xff, 0xfb, 0x00, 0x64, 0, 0],
            [0xff, 0xfb, 0xf0, 0x64, 0, 0],
            [0xff, 0xfb, 0x9c, 0x64, 0, 0],
            [0xff, 0xfd, 0x90, 0x64, 0, 0],
            [0xff, 0xeb, 0x90, 0x64, 0, 0],
            [0xff, 0xfb, 0x90, 0x02, 0, 0],
            [0xff, 0xf1, 0x7c, 0x80, 0x03, 0x1f],
            [0xff, 0xf1, 0x50, 0x80, 0x00, 0x1f],
        ] {
            assert_eq!(bytes(head), None, "{head:x?}");
        }
    }

    #[test]
    fn frames_of_a_varying_bit_rate_are_counted() {
        let varying = [frame(1).repeat(50), frame(14).repeat(50)].concat();
        assert_eq!(length(&varying, 0), Some(100 * 1_152 * 1_000 / 44_100));
        let tagged = [vec![7; 30], varying, vec![b'T'; 128]].concat();
        assert_eq!(length(&tagged, 30), Some(2_612));
    }

    #[test]
    fn frames_with_a_table_or_a_gap_are_left_to_others() {
        let mut table = frame(9);
        table[36..40].copy_from_slice(b"Xing");
        assert_eq!(length(&[table, frame(9).repeat(9)].concat(), 0), None);
        let gap = [frame(9).repeat(9), vec![1; 999], frame(9).repeat(9)].concat();
        assert_eq!(length(&gap, 0), None);
        assert_eq!(length(b"nothing of the kind", 0), None);
    }
}
