//! What is written is read again as it was; what others wrote is read as far as it goes.

use super::*;
use crate::wire::Ms;

const ORIGIN: &str = "https://tutti.example";

fn track(title: &str) -> Track {
    Track {
        title: title.into(),
        artists: vec!["One".into(), "Two & Three".into()],
        album: Some("Ål – \"B\" <C>".into()),
        duration_ms: Some(Ms(61_234)),
        artwork_url: Some("https://e.org/a.png".into()),
        media_id: None,
        url: None,
        youtube_video_id: None,
    }
}

fn playlist() -> PlaylistFile {
    let media = MediaId(uuid::Uuid::from_u128(7));
    PlaylistFile {
        name: Some("Kitchen & <friends>".into()),
        tracks: vec![
            Track {
                media_id: Some(media),
                ..track("A - B, C")
            },
            Track {
                url: Some("https://e.org/a.mp3?x=1&y=2".into()),
                ..track("]]> &amp; #EXTINF:")
            },
            Track {
                url: Some("/media/folder/song.ogg".into()),
                duration_ms: None,
                ..track("Lied")
            },
            Track {
                youtube_video_id: Some("dQw4w9WgXcQ".into()),
                ..track("Video")
            },
        ],
    }
}

#[test]
fn every_format_brings_back_what_it_was_given() {
    for format in [Format::M3u8, Format::Xspf, Format::Json] {
        let written = write(format, &playlist(), ORIGIN);
        let read = read(format, &written, "https://other.example").unwrap();
        assert_eq!(read.playlist, playlist(), "{written}");
        assert_eq!(read.skipped, 0);
    }
}

#[test]
fn other_players_find_every_track() {
    for format in [Format::M3u8, Format::Xspf] {
        let written = write(format, &playlist(), ORIGIN);
        for place in [
            "https://tutti.example/media/media_00000000000000000000000000000007",
            "https://tutti.example/media/folder/song.ogg",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        ] {
            assert!(written.contains(place), "{written}");
        }
    }
}

#[test]
fn what_another_player_wrote_as_m3u_is_read_as_far_as_it_can_be_played() {
    let text = "\u{FEFF}#EXTM3U\r\n#EXTINF:123,An Artist - A Song\r\nhttps://e.org/a.mp3\r\n\r\n\
                #EXTINF:-1,Radio\r\nhttps://e.org/b.ogg\r\nC:\\Music\\mine.mp3\r\nmusic/mine.mp3\r\n\
                https://tutti.example/media/media_00000000000000000000000000000007\r\n\
                https://youtu.be/dQw4w9WgXcQ?t=3\r\nhttps://e.org/My%20Song.mp3";
    let found = read(Format::M3u8, text, ORIGIN).unwrap();
    assert_eq!(found.skipped, 2);
    let titles: Vec<&str> = found
        .playlist
        .tracks
        .iter()
        .map(|t| t.title.as_str())
        .collect();
    assert_eq!(titles[..2], ["A Song", "Radio"]);
    let tracks = &found.playlist.tracks;
    assert_eq!(tracks[0].artists, ["An Artist"]);
    assert_eq!(tracks[0].duration_ms, Some(Ms(123_000)));
    assert_eq!(tracks[2].media_id, Some(MediaId(uuid::Uuid::from_u128(7))));
    assert_eq!(tracks[3].youtube_video_id.as_deref(), Some("dQw4w9WgXcQ"));
    assert_eq!(tracks[4].title, "My Song.mp3");
}

#[test]
fn what_another_player_wrote_as_xspf_is_read() {
    let text = r#"<?xml version="1.0"?><!-- hello -->
        <x:playlist xmlns:x="http://xspf.org/ns/0/" version="1"><x:title>Mine</x:title><x:trackList>
        <x:track><x:location>https://e.org/a.mp3?x=1&amp;y=2</x:location><x:title>Caf&#xE9; &lt;3</x:title>
        <x:creator><![CDATA[A & B]]></x:creator><x:duration>1500</x:duration></x:track>
        <x:track><x:location>file:///C:/mine.mp3</x:location></x:track><x:track/>
        </x:trackList></x:playlist>"#;
    let found = read(Format::Xspf, text, ORIGIN).unwrap();
    assert_eq!(found.playlist.name.as_deref(), Some("Mine"));
    assert_eq!(found.skipped, 1);
    let [track] = &found.playlist.tracks[..] else {
        panic!("{found:?}");
    };
    assert_eq!(track.title, "Café <3");
    assert_eq!(track.url.as_deref(), Some("https://e.org/a.mp3?x=1&y=2"));
    assert_eq!(track.artists, ["A & B"]);
    assert_eq!(track.duration_ms, Some(Ms(1_500)));
}

#[test]
fn what_is_no_playlist_is_refused() {
    for (format, text) in [
        (Format::Xspf, "<html></html>"),
        (Format::Xspf, "<playlist><track></playlist>"),
        (Format::Xspf, "<playlist>&bomb;</playlist>"),
        (Format::Json, "[]"),
        (Format::Json, "{\"tracks\":[{\"title\":1}]}"),
    ] {
        assert!(read(format, text, ORIGIN).is_err(), "{text}");
    }
    assert!(Format::named("exe").is_err());
    assert!(Format::of_type("text/html").is_err());
    assert_eq!(
        Format::of_type("Text/XML; charset=utf-8").ok(),
        Some(Format::Xspf)
    );
}
