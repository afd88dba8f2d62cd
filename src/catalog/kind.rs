//! What a file is, by its content: names and declared types are not believed.
//!
//! Strict on purpose. A file that merely holds something like an MPEG frame somewhere, as most pictures do, is no music.

use std::io::{self, Read, Seek, SeekFrom};

use lofty::file::FileType;

use super::frames::Frame;

/// The kinds of files that browsers play and the library takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AudioKind {
    /// MPEG audio, layer III.
    Mp3,
    /// Vorbis in Ogg.
    Vorbis,
    /// Opus in Ogg.
    Opus,
    /// RIFF WAVE.
    Wav,
    /// AAC and its like in MP4.
    Mp4,
    /// AAC in ADTS.
    Aac,
    /// FLAC.
    Flac,
}

/// How far behind tags and zeroes the first frame is looked for.
const WINDOW: usize = 64 * 1024;
/// How many tags may stand one behind the other.
const MAX_TAGS: usize = 4;

impl AudioKind {
    const ALL: [(Self, &'static str, &'static str, &'static str); 7] = [
        (Self::Mp3, "mp3", "audio/mpeg", "mp3"),
        (Self::Vorbis, "vorbis", "audio/ogg", "ogg"),
        (Self::Opus, "opus", "audio/ogg", "opus"),
        (Self::Wav, "wav", "audio/wav", "wav"),
        (Self::Mp4, "mp4", "audio/mp4", "m4a"),
        (Self::Aac, "aac", "audio/aac", "aac"),
        (Self::Flac, "flac", "audio/flac", "flac"),
    ];

    fn row(self) -> (Self, &'static str, &'static str, &'static str) {
        Self::ALL[self as usize]
    }

    /// Its name where it is stored.
    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    /// The kind that is stored under that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let row = Self::ALL.iter().find(|row| row.1 == name)?;
        Some(row.0)
    }

    /// As HTTP says it.
    pub fn content_type(self) -> &'static str {
        self.row().2
    }

    /// As file names end, without a dot.
    pub fn extension(self) -> &'static str {
        self.row().3
    }

    /// The kind of files whose names end so, without a dot.
    pub(super) fn ending_in(ending: &str) -> Option<Self> {
        let same = |row: &&(_, _, _, &str)| row.3.eq_ignore_ascii_case(ending);
        Self::ALL.iter().find(same).map(|row| row.0)
    }

    pub(super) fn file_type(self) -> FileType {
        match self {
            Self::Mp3 => FileType::Mpeg,
            Self::Vorbis => FileType::Vorbis,
            Self::Opus => FileType::Opus,
            Self::Wav => FileType::Wav,
            Self::Mp4 => FileType::Mp4,
            Self::Aac => FileType::Aac,
            Self::Flac => FileType::Flac,
        }
    }
}

/// What `file` is, if the library takes it, and where behind tags its music begins. Reads from its beginning; leaves it
/// anywhere.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn detect(file: &mut (impl Read + Seek)) -> io::Result<Option<(AudioKind, u64)>> {
    let mut at = 0;
    for tags in 0..=MAX_TAGS {
        file.seek(SeekFrom::Start(at))?;
        let mut head = Vec::with_capacity(WINDOW);
        file.by_ref().take(WINDOW as u64).read_to_end(&mut head)?;
        match id3_length(&head) {
            Some(length) if tags < MAX_TAGS => at += length,
            _ => {
                let found = kind_of(&head, at > 0);
                return Ok(found.map(|(kind, start)| (kind, at + start as u64)));
            }
        }
    }
    Ok(None)
}

/// The whole length of the ID3v2 tag that `head` begins with.
fn id3_length(head: &[u8]) -> Option<u64> {
    let &[b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = head else {
        return None;
    };
    let size = [a, b, c, d]
        .iter()
        .fold(0u64, |size, byte| size << 7 | u64::from(byte & 0x7f));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(10 + size + footer)
}

fn kind_of(head: &[u8], tagged: bool) -> Option<(AudioKind, usize)> {
    let at = |offset: usize, magic: &[u8]| {
        head.get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if at(0, b"fLaC") {
        return Some((AudioKind::Flac, 0));
    }
    if !tagged {
        if at(0, b"RIFF") && at(8, b"WAVE") {
            return Some((AudioKind::Wav, 0));
        }
        if at(4, b"ftyp") {
            return Some((AudioKind::Mp4, 0));
        }
        if at(0, b"OggS") {
            return Some((ogg(head)?, 0));
        }
    }
    frames(head)
}

/// What the first packet of an Ogg file begins with.
fn ogg(head: &[u8]) -> Option<AudioKind> {
    let segments = usize::from(*head.get(26)?);
    let packet = head.get(27 + segments..)?;
    if packet.starts_with(b"\x01vorbis") {
        Some(AudioKind::Vorbis)
    } else if packet.starts_with(b"OpusHead") {
        Some(AudioKind::Opus)
    } else {
        None
    }
}

/// Frames: two that follow each other, or one that the file ends with; only zeroes before them.
fn frames(head: &[u8]) -> Option<(AudioKind, usize)> {
    let start = head.iter().position(|byte| *byte != 0)?;
    let first = Frame::read(&head[start..])?;
    let is_music = match head.get(start + first.bytes..) {
        Some([]) => true,
        Some(next) => Frame::read(next).is_some_and(|next| next.kind == first.kind),
        None => false,
    };
    is_music.then_some((first.kind, start))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn kind(bytes: &[u8]) -> Option<AudioKind> {
        detect(&mut Cursor::new(bytes))
            .unwrap()
            .map(|(kind, _)| kind)
    }

    fn mp3_frame() -> Vec<u8> {
        let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
        frame.resize(417, 0);
        frame
    }

    fn adts_frame() -> Vec<u8> {
        let mut frame = vec![0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc];
        frame.resize(16, 0);
        frame
    }

    fn id3(size: u8) -> Vec<u8> {
        let mut tag = b"ID3\x04\0\0\0\0\0".to_vec();
        tag.push(size);
        tag.resize(10 + usize::from(size), 7);
        tag
    }

    #[test]
    fn every_kind_is_known_by_its_name() {
        for (kind, name, ..) in AudioKind::ALL {
            assert_eq!(kind.name(), name);
            assert_eq!(AudioKind::named(name), Some(kind));
        }
    }

    #[test]
    fn kinds_are_told_by_content() {
        assert_eq!(kind(b"RIFF\x24\0\0\0WAVEfmt "), Some(AudioKind::Wav));
        assert_eq!(kind(b"fLaC\0\0\0\x22"), Some(AudioKind::Flac));
        assert_eq!(kind(b"\0\0\0\x18ftypM4A \0\0\0\0"), Some(AudioKind::Mp4));
        assert_eq!(kind(&mp3_frame().repeat(2)), Some(AudioKind::Mp3));
        assert_eq!(kind(&adts_frame().repeat(2)), Some(AudioKind::Aac));
        let page = |packet: &[u8]| {
            let mut page = b"OggS".to_vec();
            page.resize(26, 0);
            page.extend([1, 30]);
            page.extend(packet);
            page
        };
        assert_eq!(kind(&page(b"\x01vorbis")), Some(AudioKind::Vorbis));
        assert_eq!(kind(&page(b"OpusHead")), Some(AudioKind::Opus));
        assert_eq!(kind(&page(b"\x80theora")), None);
    }

    #[test]
    fn tags_and_zeroes_before_the_music_are_passed_over() {
        let tagged = [id3(20), id3(9), mp3_frame().repeat(2)].concat();
        assert_eq!(kind(&tagged), Some(AudioKind::Mp3));
        let flac = [id3(3), b"fLaC\0\0\0\x22".to_vec()].concat();
        assert_eq!(kind(&flac), Some(AudioKind::Flac));
        let padded = [vec![0; 100], mp3_frame().repeat(2)].concat();
        assert_eq!(kind(&padded), Some(AudioKind::Mp3));
        assert_eq!(kind(&id3(5).repeat(9)), None);
    }

    #[test]
    fn what_only_looks_like_a_frame_is_no_music() {
        assert_eq!(kind(&[mp3_frame(), vec![1; 500]].concat()), None);
        let picture = [b"\x89PNG\r\n\x1a\n".to_vec(), mp3_frame().repeat(3)].concat();
        assert_eq!(kind(&picture), None);
        assert_eq!(kind(&mp3_frame()[..300]), None);
        assert_eq!(kind(b""), None);
        assert_eq!(kind(&[0; 1000]), None);
        assert_eq!(kind(&[0xff; 1000]), None);
    }
}
