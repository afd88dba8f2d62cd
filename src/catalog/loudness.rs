//! How loud a file is from its beginning to its end: decoded once, in steps that are as many whatever its length.
//!
//! Everything decoded here came from a stranger: bytes read and samples decoded are bounded. Knows no cache.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::default::formats::{
    AdtsReader, FlacReader, IsoMp4Reader, MpaReader, OggReader, WavReader,
};

use super::CatalogError;
use super::kind::AudioKind;
use super::tags::{Bounded, contained, recognise};

/// In how many steps a file is told.
pub const STEPS: usize = 800;
/// How many fine steps a file is measured in, at least: what lies between them is averaged.
const FINE: usize = STEPS * 8;
/// The most samples that are decoded of one file: three hours in stereo.
const MAX_SAMPLES: u64 = 3 * 3_600 * 48_000 * 2;

/// How loud a file is in each of [`STEPS`] steps, 0 for silence and 255 for as loud as can be; nothing where it is of a
/// kind that is not decoded here, or too long. Blocks, for a second and more.
pub(super) fn measure(path: &Path) -> Result<Option<Vec<u8>>, CatalogError> {
    contained(|| {
        let (kind, start, size) = recognise(path)?;
        let sound = Sound {
            file: Bounded::open(path, size)?,
            start,
            size,
        };
        let source = MediaSourceStream::new(Box::new(sound), Default::default());
        Ok(reader(kind, source).and_then(|reader| decode(reader).told()))
    })
}

fn reader(kind: AudioKind, source: MediaSourceStream<'_>) -> Option<Box<dyn FormatReader + '_>> {
    let options = FormatOptions::default();
    let reader: Box<dyn FormatReader> = match kind {
        AudioKind::Mp3 => Box::new(MpaReader::try_new(source, options).ok()?),
        AudioKind::Vorbis => Box::new(OggReader::try_new(source, options).ok()?),
        AudioKind::Wav => Box::new(WavReader::try_new(source, options).ok()?),
        AudioKind::Mp4 => Box::new(IsoMp4Reader::try_new(source, options).ok()?),
        AudioKind::Aac => Box::new(AdtsReader::try_new(source, options).ok()?),
        AudioKind::Flac => Box::new(FlacReader::try_new(source, options).ok()?),
        AudioKind::Opus => return None,
    };
    Some(reader)
}

/// Decodes as far as that goes: of a damaged file, what is sound.
fn decode(mut reader: Box<dyn FormatReader + '_>) -> Loudness {
    let mut loudness = Loudness::default();
    let Some((track, mut decoder)) = decoder(reader.as_ref()) else {
        return loudness;
    };
    let mut samples: Vec<f32> = Vec::new();
    while let Ok(Some(packet)) = reader.next_packet() {
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                decoded.copy_to_vec_interleaved(&mut samples);
                let channels = decoded.num_planes().max(1);
                samples
                    .chunks_exact(channels)
                    .for_each(|frame| loudness.hear(frame));
            }
            Err(Error::DecodeError(_)) => {}
            Err(_) => break,
        }
        if loudness.samples > MAX_SAMPLES {
            return Loudness::default();
        }
    }
    loudness
}

fn decoder(reader: &dyn FormatReader) -> Option<(u32, Box<dyn AudioDecoder>)> {
    let track = reader.default_track(TrackType::Audio)?;
    let described = track.codec_params.as_ref()?.audio()?;
    let codecs = symphonia::default::get_codecs();
    let decoder = codecs.make_audio_decoder(described, &AudioDecoderOptions::default());
    Some((track.id, decoder.ok()?))
}

/// The highest value in each of some thousand steps: as many as the sound goes on become twice as long each.
struct Loudness {
    fine: Vec<f32>,
    /// Frames in each full step.
    length: u64,
    /// Frames in the last one.
    heard: u64,
    samples: u64,
}

impl Default for Loudness {
    fn default() -> Self {
        Self {
            fine: Vec::with_capacity(2 * FINE),
            length: 1,
            heard: 1,
            samples: 0,
        }
    }
}

impl Loudness {
    fn hear(&mut self, frame: &[f32]) {
        let loudest = frame.iter().fold(0f32, |most, value| most.max(value.abs()));
        self.samples += frame.len() as u64;
        if self.heard == self.length {
            if self.fine.len() == 2 * FINE {
                self.halve();
            }
            self.fine.push(0.0);
            self.heard = 0;
        }
        self.heard += 1;
        if let Some(last) = self.fine.last_mut() {
            *last = last.max(loudest);
        }
    }

    /// Two steps become one.
    fn halve(&mut self) {
        self.fine = self
            .fine
            .chunks(2)
            .map(|pair| pair.iter().fold(0f32, |most, value| most.max(*value)))
            .collect();
        self.length *= 2;
        self.heard = self.length;
    }

    /// In steps, each the mean of the fine ones in it: the highest value alone is nearly the same all along a loud song.
    fn told(&self) -> Option<Vec<u8>> {
        let count = self.fine.len();
        if count == 0 {
            return None;
        }
        let step = |nth: usize| {
            let from = nth * count / STEPS;
            let to = ((nth + 1) * count / STEPS).max(from + 1);
            let mean = self.fine[from..to].iter().sum::<f32>() / (to - from) as f32;
            (mean.clamp(0.0, 1.0) * 255.0).round() as u8
        };
        Some((0..STEPS).map(step).collect())
    }
}

/// A file from where its music begins.
struct Sound {
    file: Bounded,
    start: u64,
    size: u64,
}

impl Read for Sound {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.file.read(buf)
    }
}

impl Seek for Sound {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(self.start)),
            other => other,
        };
        Ok(self.file.seek(to)?.saturating_sub(self.start))
    }
}

impl MediaSource for Sound {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.size.saturating_sub(self.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f32>) -> Option<Vec<u8>> {
        let mut loudness = Loudness::default();
        for value in values {
            loudness.hear(&[value, -value / 2.0]);
        }
        loudness.told()
    }

    #[test]
    fn silence_is_nought_and_the_loudest_is_all() {
        assert_eq!(of([0.0; 50_000]), Some(vec![0; STEPS]));
        assert_eq!(of([-1.0; 50_000]), Some(vec![255; STEPS]));
        assert_eq!(of([3.0; 50_000]), Some(vec![255; STEPS]));
        assert_eq!(of([]), None);
    }

    #[test]
    fn a_sound_of_any_length_is_told_in_as_many_steps_and_in_order() {
        for length in [1, 7, 799, 800, 801, 12_799, 12_801, 1_000_003] {
            let rising = (0..length).map(|at| at as f32 / length as f32);
            let told = of(rising).expect("steps");
            assert_eq!(told.len(), STEPS, "{length}");
            assert!(told.is_sorted(), "{length}");
        }
    }

    #[test]
    fn a_quiet_half_stays_a_half() {
        let half = (0..300_000).map(|at| if at < 150_000 { 0.25 } else { 0.75 });
        let told = of(half).expect("steps");
        assert_eq!(told[10], 64);
        assert_eq!(told[STEPS / 2 - 10], 64);
        assert_eq!(told[STEPS / 2 + 10], 191);
        assert_eq!(told[STEPS - 10], 191);
    }
}
