//! Small sound files of every kind that the library takes, written by hand.

/// Silence and a little noise: PCM, mono, 8 kHz, 16 bit. Another `seed` is another file.
pub fn wav(ms: u32, seed: u8) -> Vec<u8> {
    let samples = ms * 8;
    let bytes = samples * 2;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(8_000u32.to_le_bytes());
    file.extend(16_000u32.to_le_bytes());
    file.extend(2u16.to_le_bytes());
    file.extend(16u16.to_le_bytes());
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend((0..bytes).map(|at| {
        if at % 2 == 0 {
            (at / 2) as u8 ^ seed
        } else {
            0
        }
    }));
    file
}

/// The smallest beginning of a picture.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// What a file says about itself.
pub struct Tags<'a> {
    pub title: &'a str,
    pub artists: &'a [&'a str],
    pub album: &'a str,
    pub picture: Option<&'a [u8]>,
}

/// Vorbis comments.
fn comments(tags: &Tags) -> Vec<u8> {
    let artists = tags.artists.iter().map(|artist| format!("ARTIST={artist}"));
    let lines: Vec<String> = [
        format!("TITLE={}", tags.title),
        format!("ALBUM={}", tags.album),
    ]
    .into_iter()
    .chain(artists)
    .collect();
    let mut bytes = sized(b"tests");
    bytes.extend((lines.len() as u32).to_le_bytes());
    bytes.extend(lines.iter().flat_map(|line| sized(line.as_bytes())));
    bytes
}

fn sized(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u32).to_le_bytes(), text].concat()
}

/// FLAC of that length, with tags; its frames are no music.
pub fn flac(ms: u32, tags: &Tags) -> Vec<u8> {
    let block = |kind: u8, last: bool, bytes: &[u8]| {
        let length = (bytes.len() as u32).to_be_bytes();
        let mut block = vec![kind | if last { 0x80 } else { 0 }];
        block.extend(&length[1..]);
        block.extend(bytes);
        block
    };
    let mut info = vec![0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];
    info.extend((8_000u32 << 12 | 15 << 4).to_be_bytes());
    info.extend((ms * 8).to_be_bytes());
    info.extend([7; 16]);
    let mut file = b"fLaC".to_vec();
    file.extend(block(0, false, &info));
    if let Some(bytes) = tags.picture {
        let mut picture = Vec::new();
        let texts: [&[u8]; 2] = [b"image/png", b""];
        picture.extend(3u32.to_be_bytes());
        for text in texts {
            picture.extend((text.len() as u32).to_be_bytes());
            picture.extend(text);
        }
        picture.extend([0; 16]);
        picture.extend((bytes.len() as u32).to_be_bytes());
        picture.extend(bytes);
        file.extend(block(6, false, &picture));
    }
    file.extend(block(4, true, &comments(tags)));
    file.extend([0xff, 0xf8, 0xc9, 0x08].repeat(50));
    file
}

/// MPEG audio, layer III, 128 kbit/s at 44.1 kHz, with an ID3v2.3 title.
pub fn mp3(frames: usize, title: &str) -> Vec<u8> {
    let mut text = vec![0];
    text.extend(title.as_bytes());
    let mut tag = b"TIT2".to_vec();
    tag.extend((text.len() as u32).to_be_bytes());
    tag.extend([0, 0]);
    tag.extend(text);
    let mut file = b"ID3\x03\0\0\0\0\0".to_vec();
    file.push(u8::try_from(tag.len()).expect("a short title"));
    file.extend(tag);
    let mut frame = vec![0xff, 0xfb, 0x90, 0x64];
    frame.resize(417, 0);
    file.extend(frame.repeat(frames));
    file
}

/// AAC in ADTS frames, at 44.1 kHz.
pub fn aac(frames: usize) -> Vec<u8> {
    let mut frame = vec![0xff, 0xf1, 0x50, 0x80, 0x03, 0x1f, 0xfc];
    frame.resize(24, 0x21);
    frame.repeat(frames)
}

fn page(flags: u8, granule: u64, number: u32, packets: &[&[u8]]) -> Vec<u8> {
    let mut sizes = Vec::new();
    for packet in packets {
        sizes.extend(vec![255; packet.len() / 255]);
        sizes.push((packet.len() % 255) as u8);
    }
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend(granule.to_le_bytes());
    page.extend(7u32.to_le_bytes());
    page.extend(number.to_le_bytes());
    page.extend([0; 4]);
    page.push(u8::try_from(sizes.len()).expect("a small page"));
    page.extend(sizes);
    page.extend(packets.concat());
    let sum = page.iter().fold(0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

/// Opus in Ogg, of that length.
pub fn opus(ms: u64, tags: &Tags) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend([0, 0]);
    head.extend(48_000u32.to_le_bytes());
    head.extend([0, 0, 0]);
    let told = [b"OpusTags".to_vec(), comments(tags)].concat();
    [
        page(2, 0, 0, &[&head]),
        page(0, 0, 1, &[&told]),
        page(4, ms * 48, 2, &[&[0xfc, 0xff, 0xfe]]),
    ]
    .concat()
}

/// Vorbis in Ogg, of that length; its setup is none.
pub fn vorbis(ms: u64, tags: &Tags) -> Vec<u8> {
    let mut head = b"\x01vorbis\0\0\0\0\x01".to_vec();
    head.extend(44_100u32.to_le_bytes());
    head.extend(0u32.to_le_bytes());
    head.extend(96_000u32.to_le_bytes());
    head.extend(0u32.to_le_bytes());
    head.extend([0xb8, 1]);
    let told = [b"\x03vorbis".to_vec(), comments(tags), vec![1]].concat();
    let setup = [b"\x05vorbis".to_vec(), vec![9; 40]].concat();
    [
        page(2, 0, 0, &[&head]),
        page(0, 0, 1, &[&told, &setup]),
        page(4, ms * 441 / 10, 2, &[&[1, 2, 3]]),
    ]
    .concat()
}

fn atom(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let size = (8 + body.len() as u32).to_be_bytes();
    [&size, &kind[..], &body].concat()
}

/// MP4 of that length, with one track of that codec: `mp4a` or `alac`.
pub fn m4a(ms: u32, codec: &[u8; 4]) -> Vec<u8> {
    let duration = [
        vec![0; 12],
        1_000u32.to_be_bytes().to_vec(),
        ms.to_be_bytes().to_vec(),
    ]
    .concat();
    let mdhd = atom(b"mdhd", &[&duration, &[0; 4]]);
    let hdlr = atom(b"hdlr", &[&[0; 8], b"soun", &[0; 13]]);
    let esds = atom(
        b"esds",
        &[
            &[0; 4],
            &[
                3, 25, 0, 1, 0, 4, 17, 0x40, 0x15, 0, 0, 0, 0, 0, 0x7d, 0, 0, 0, 0x7d, 0,
            ],
            &[5, 2, 0x12, 0x10, 6, 1, 2],
        ],
    );
    let rate = (44_100u32 << 16).to_be_bytes();
    let entry = atom(
        codec,
        &[
            &[0; 6],
            &[0, 1],
            &[0; 8],
            &[0, 2, 0, 16, 0, 0, 0, 0],
            &rate,
            &esds,
        ],
    );
    let stsd = atom(b"stsd", &[&[0; 4], &[0, 0, 0, 1], &entry]);
    let minf = atom(b"minf", &[&atom(b"stbl", &[&stsd])]);
    let trak = atom(b"trak", &[&atom(b"mdia", &[&mdhd, &hdlr, &minf])]);
    [
        atom(b"ftyp", &[b"M4A \0\0\0\0isom"]),
        atom(b"moov", &[&atom(b"mvhd", &[&duration, &[0; 80]]), &trak]),
        atom(b"mdat", &[&[1; 64]]),
    ]
    .concat()
}
