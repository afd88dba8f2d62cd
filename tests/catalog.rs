//! The media library by itself: what it takes, what it refuses, what a crash leaves, and what lies in its folder.

mod support {
    pub mod sounds;
}

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use support::sounds::{self, PNG, Tags};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tutti::catalog::{AudioKind, Catalog, CatalogError, CatalogLimits, Media};
use tutti::ids::{UserId, fresh};
use tutti::time::{Span, Timestamp};

const ROOMY: CatalogLimits = CatalogLimits {
    max_file: 1 << 20,
    per_user: 1 << 22,
    total: 1 << 23,
};

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

const TAGS: Tags = Tags {
    title: "Blue in Green",
    artists: &["Miles Davis", "Bill Evans"],
    album: "Kind of Blue",
    picture: Some(PNG),
};

fn user() -> UserId {
    UserId(fresh(NOW))
}

fn open(dir: &Path) -> Catalog {
    Catalog::open(dir, None, ROOMY).expect("a library")
}

async fn put(
    catalog: &Catalog,
    user: UserId,
    name: &str,
    bytes: &[u8],
) -> Result<Arc<Media>, CatalogError> {
    let mut upload = catalog.begin_upload(user, NOW).await?;
    for chunk in bytes.chunks(10_000) {
        upload.write(Bytes::copy_from_slice(chunk)).await?;
    }
    upload.finish(Some(name)).await
}

async fn content(catalog: &Catalog, media: &Media) -> Vec<u8> {
    let mut open = catalog
        .open_file(media.id)
        .await
        .expect("it opens")
        .expect("it is there");
    let mut bytes = Vec::new();
    open.file.read_to_end(&mut bytes).await.expect("it reads");
    assert_eq!(bytes.len() as u64, open.size);
    bytes
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn every_kind_is_taken_by_its_content_whatever_its_name() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    for (kind, bytes, length) in [
        (AudioKind::Wav, sounds::wav(1_500, 0), 1_500..=1_500),
        (AudioKind::Flac, sounds::flac(2_000, &TAGS), 2_000..=2_000),
        (AudioKind::Opus, sounds::opus(3_000, &TAGS), 3_000..=3_000),
        (
            AudioKind::Vorbis,
            sounds::vorbis(4_000, &TAGS),
            4_000..=4_000,
        ),
        (AudioKind::Mp4, sounds::m4a(5_000, b"mp4a"), 5_000..=5_000),
        (AudioKind::Mp3, sounds::mp3(100, "Song"), 2_612..=2_612),
        (AudioKind::Aac, sounds::aac(100), 2_321..=2_321),
    ] {
        let media = put(&catalog, user, "holiday.png", &bytes).await;
        let media = media.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert_eq!(media.kind, kind);
        let ms = media.duration_ms().expect("a length");
        assert!(length.contains(&ms), "{kind:?}: {ms} ms");
        assert_eq!(content(&catalog, &media).await, bytes);
    }
}

#[tokio::test]
async fn tags_and_cover_are_read() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    for bytes in [sounds::flac(1_000, &TAGS), sounds::opus(1_000, &TAGS)] {
        let media = put(&catalog, user, "x.flac", &bytes).await.expect("music");
        assert_eq!(media.title, TAGS.title);
        assert_eq!(media.artists, TAGS.artists);
        assert_eq!(media.album.as_deref(), Some(TAGS.album));
        assert_eq!(media.uploaded_by, Some(user));
        assert_eq!(media.has_cover, media.kind == AudioKind::Flac);
        let cover = catalog.cover(media.id).await.expect("readable");
        let cover = cover.map(|cover| (cover.content_type, cover.bytes));
        let expected = ("image/png", PNG.to_vec());
        assert_eq!(cover, media.has_cover.then_some(expected));
    }
    let media = put(
        &catalog,
        user,
        "b.mp3",
        &sounds::mp3(9, "Été".to_owned().as_str()),
    )
    .await;
    assert!(media.is_ok_and(|media| media.artists.is_empty()));
}

#[tokio::test]
async fn without_tags_a_file_is_called_by_its_name() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    let media = put(&catalog, user, "../../My_Song.wav", &sounds::wav(200, 1)).await;
    assert_eq!(media.expect("music").title, "My Song");
    let mut upload = catalog.begin_upload(user, NOW).await.expect("room");
    upload
        .write(sounds::wav(200, 2).into())
        .await
        .expect("room");
    assert_eq!(upload.finish(None).await.expect("music").title, "Untitled");
}

#[tokio::test]
async fn a_cover_that_could_carry_a_script_is_none() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let tags = Tags {
        picture: Some(svg),
        ..TAGS
    };
    let media = put(&catalog, user, "a", &sounds::flac(500, &tags)).await;
    let media = media.expect("music");
    assert!(!media.has_cover);
    assert_eq!(catalog.cover(media.id).await.expect("readable"), None);
}

#[tokio::test]
async fn what_is_no_music_is_refused_and_leaves_nothing() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    let pages = b"<!doctype html><script>alert(1)</script>".repeat(50);
    for bytes in [
        PNG.to_vec(),
        [PNG, &sounds::mp3(20, "x")].concat(),
        pages,
        vec![0; 5_000],
        Vec::new(),
        sounds::m4a(1_000, b"alac"),
        b"FORM\0\0\0\0AIFFCOMM".to_vec(),
    ] {
        let refused = put(&catalog, user, "song.mp3", &bytes).await;
        let Err(CatalogError::Refused(why)) = refused else {
            panic!("{refused:?}");
        };
        for name in ["MP3", "Ogg Vorbis", "Opus", "WAV", "FLAC", "AAC"] {
            assert!(why.contains(name), "{why}");
        }
    }
    assert_eq!(catalog.list(user), []);
    assert_eq!(names(dir.path()), [""; 0]);
}

#[tokio::test]
async fn a_file_cut_short_claims_no_more_than_it_has() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    let whole = sounds::wav(2_000, 0);
    let media = put(&catalog, user, "a.wav", &whole[..whole.len() / 2]).await;
    let length = media.expect("music").duration.expect("a length");
    assert!(length <= Span::from_ms(1_020), "{length:?}");
    let mut endless = whole;
    endless[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    let media = put(&catalog, user, "a.wav", &endless).await.expect("music");
    assert!(
        media
            .duration
            .is_some_and(|length| length <= Span::from_ms(2_050)),
        "{media:?}"
    );
}

#[test]
fn hostile_files_are_taken_or_refused_but_never_hurt() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let dir = TempDir::new().expect("a folder");
    let limits = CatalogLimits {
        per_user: 1 << 30,
        total: 1 << 30,
        ..ROOMY
    };
    let catalog = runtime
        .block_on(async { Catalog::open(dir.path(), None, limits) })
        .expect("a library");
    let who = user();
    let kinds = [
        sounds::wav(300, 0),
        sounds::flac(300, &TAGS),
        sounds::opus(300, &TAGS),
        sounds::vorbis(300, &TAGS),
        sounds::m4a(300, b"mp4a"),
        sounds::mp3(10, "Song"),
        sounds::aac(10),
    ];
    let damage = (
        0..kinds.len(),
        prop::collection::vec((0..2_000usize, any::<u8>()), 0..12),
        prop::option::of(0..4_000usize),
        prop::collection::vec(any::<u8>(), 0..64),
    );
    let mut runner = TestRunner::new(Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&damage, |(kind, bytes, cut, more)| {
        let mut file = kinds[kind].clone();
        for (at, byte) in bytes {
            // Lengths and counts stand near the beginning; that is where damage hurts.
            let at = at % file.len().min(600);
            file[at] = byte;
        }
        file.truncate(cut.unwrap_or(usize::MAX));
        file.extend(more);
        let outcome = runtime.block_on(put(&catalog, who, "x", &file));
        match outcome {
            Ok(_) | Err(CatalogError::Refused(_)) => Ok(()),
            Err(other) => Err(TestCaseError::fail(format!("{other:?}"))),
        }
    });
    outcome.expect("no file hurts");
    assert!(
        names(dir.path())
            .iter()
            .all(|name| !name.ends_with(".part"))
    );
}

#[tokio::test]
async fn files_people_and_everybody_have_their_bounds() {
    let dir = TempDir::new().expect("a folder");
    let limits = CatalogLimits {
        max_file: 5_000,
        per_user: 8_000,
        total: 12_000,
    };
    let catalog = Catalog::open(dir.path(), None, limits).expect("a library");
    let (one, two) = (user(), user());
    let small = |seed| sounds::wav(240, seed);
    let large = put(&catalog, one, "a", &sounds::wav(400, 0)).await;
    assert!(matches!(large, Err(CatalogError::TooLarge(5_000))));
    let first = put(&catalog, one, "a", &small(1)).await.expect("room");
    put(&catalog, one, "a", &small(2)).await.expect("room");
    let third = put(&catalog, one, "a", &small(3)).await;
    assert!(matches!(third, Err(CatalogError::QuotaUsed(8_000))));
    put(&catalog, two, "a", &small(4)).await.expect("room");
    let fourth = put(&catalog, two, "a", &small(5)).await;
    assert!(matches!(fourth, Err(CatalogError::StorageFull)));

    // What is given up gives its room back, finished or not; a restart counts the same.
    let mut given_up = catalog.begin_upload(two, NOW).await.expect("room");
    given_up.write(vec![0; 100].into()).await.expect("room");
    drop(given_up);
    drop(catalog);
    let catalog = Catalog::open(dir.path(), None, limits).expect("a library");
    let third = put(&catalog, one, "a", &small(3)).await;
    assert!(matches!(third, Err(CatalogError::QuotaUsed(8_000))));
    catalog.delete(one, first.id).await.expect("deleted");
    put(&catalog, one, "a", &small(3))
        .await
        .expect("room again");
}

#[tokio::test]
async fn the_same_content_of_the_same_person_is_kept_once() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, one, two) = (open(dir.path()), user(), user());
    let bytes = sounds::wav(500, 0);
    let first = put(&catalog, one, "a", &bytes).await.expect("music");
    let again = put(&catalog, one, "b", &bytes).await.expect("music");
    assert_eq!(first, again);
    let (left, right) = tokio::join!(
        put(&catalog, two, "c", &bytes),
        put(&catalog, two, "c", &bytes)
    );
    assert_eq!(left.expect("music").id, right.expect("music").id);
    assert_eq!(names(dir.path()).len(), 4);
}

#[tokio::test]
async fn a_restart_finds_what_was_there_and_clears_what_a_crash_left() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    let kept = put(&catalog, user, "a", &sounds::flac(900, &TAGS)).await;
    let kept = kept.expect("music");
    let gone = put(&catalog, user, "b", &sounds::wav(100, 1))
        .await
        .expect("music");
    drop(catalog);
    let at = |name: &str| dir.path().join(name);
    let orphan = format!("media_{}", "1".repeat(32));
    fs::write(at(&format!("{orphan}.part")), "half").expect("written");
    fs::write(at(&orphan), "whole, but never described").expect("written");
    fs::write(at("notes.txt"), "somebody's").expect("written");
    fs::remove_file(at(&gone.id.to_string())).expect("removed");

    let catalog = open(dir.path());
    assert_eq!(catalog.list(user), std::slice::from_ref(&kept));
    assert!(catalog.cover(kept.id).await.expect("readable").is_some());
    let expected = [
        kept.id.to_string(),
        format!("{}.json", kept.id),
        "notes.txt".into(),
    ];
    assert_eq!(names(dir.path()), expected);
}

#[tokio::test]
async fn a_damaged_description_hides_its_file_and_deletes_nothing() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, user) = (open(dir.path()), user());
    let media = put(&catalog, user, "a", &sounds::wav(100, 1))
        .await
        .expect("music");
    drop(catalog);
    let sidecar = dir.path().join(format!("{}.json", media.id));
    let whole = fs::read(&sidecar).expect("there");
    for damaged in [&whole[..whole.len() / 2], b"{}", b"", b"\0\xff"] {
        fs::write(&sidecar, damaged).expect("written");
        assert_eq!(open(dir.path()).list(user), []);
        assert_eq!(names(dir.path()).len(), 2);
    }
    fs::write(&sidecar, whole).expect("written");
    assert_eq!(open(dir.path()).list(user), [media]);
}

#[tokio::test]
async fn only_who_uploaded_a_file_deletes_it() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, owner, other) = (open(dir.path()), user(), user());
    let media = put(&catalog, owner, "a", &sounds::wav(100, 1))
        .await
        .expect("music");
    let refused = catalog.delete(other, media.id).await;
    assert!(matches!(refused, Err(CatalogError::NotYours)));
    let mut reading = catalog
        .open_file(media.id)
        .await
        .expect("readable")
        .expect("there");
    catalog.delete(owner, media.id).await.expect("deleted");
    assert_eq!(catalog.get(media.id), None);
    assert!(
        catalog
            .open_file(media.id)
            .await
            .expect("readable")
            .is_none()
    );
    assert_eq!(names(dir.path()), [""; 0]);
    let again = catalog.delete(owner, media.id).await;
    assert!(matches!(again, Err(CatalogError::NotFound)));
    let mut bytes = Vec::new();
    reading
        .file
        .read_to_end(&mut bytes)
        .await
        .expect("whoever reads, reads on");
    assert_eq!(bytes.len() as u64, media.size);
}

#[tokio::test]
async fn a_search_looks_for_every_word_in_title_artists_and_album() {
    let dir = TempDir::new().expect("a folder");
    let (catalog, one, two) = (open(dir.path()), user(), user());
    put(&catalog, one, "a", &sounds::flac(900, &TAGS))
        .await
        .expect("music");
    put(&catalog, one, "ÉTÉ indien.wav", &sounds::wav(100, 1))
        .await
        .expect("music");
    put(&catalog, two, "Blue.wav", &sounds::wav(100, 2))
        .await
        .expect("music");
    let found = |text: &str| {
        let found = catalog.search(one, text, 10);
        found
            .iter()
            .map(|media| media.title.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("BLUE gre"), ["Blue in Green"]);
    assert_eq!(found("evans kind"), ["Blue in Green"]);
    assert_eq!(found("été"), ["ÉTÉ indien"]);
    assert_eq!(found("blue monk"), [""; 0]);
    assert_eq!(found("  "), ["ÉTÉ indien", "Blue in Green"]);
    assert_eq!(catalog.search(one, "", 1).len(), 1);
}

async fn with_folder(data: &Path, folder: &Path) -> Catalog {
    let catalog = Catalog::open(data, Some(folder), ROOMY).expect("a library");
    catalog.look_through_folder().await;
    catalog
}

fn titles(catalog: &Catalog) -> Vec<String> {
    let all = catalog.list(user());
    all.iter().map(|media| media.title.clone()).collect()
}

#[tokio::test]
async fn the_folder_is_everybodys_and_followed_as_it_changes() {
    let (data, folder) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("Jazz/Old")).expect("made");
    fs::write(at("Jazz/Old/one.wav"), sounds::wav(100, 1)).expect("written");
    fs::write(at("two.flac"), sounds::flac(100, &TAGS)).expect("written");
    fs::write(at("cover.png"), PNG).expect("written");
    let catalog = with_folder(data.path(), folder.path()).await;
    assert_eq!(titles(&catalog), ["one", "Blue in Green"]);
    let before = catalog.list(user());
    assert!(before.iter().all(|media| media.uploaded_by.is_none()));
    assert_eq!(content(&catalog, &before[0]).await, sounds::wav(100, 1));
    assert!(
        catalog
            .cover(before[1].id)
            .await
            .expect("readable")
            .is_some()
    );
    assert!(matches!(
        catalog.delete(user(), before[0].id).await,
        Err(CatalogError::NotYours)
    ));

    fs::remove_file(at("two.flac")).expect("removed");
    assert!(
        catalog
            .open_file(before[1].id)
            .await
            .expect("readable")
            .is_none()
    );
    fs::write(at("Jazz/three.wav"), sounds::wav(100, 3)).expect("written");
    fs::write(at("Jazz/Old/one.wav"), sounds::wav(900, 1)).expect("written");
    catalog.look_through_folder().await;
    assert_eq!(titles(&catalog), ["one", "three"]);
    let after = catalog.get(before[0].id).expect("its path is its id");
    assert_eq!(after.duration_ms(), Some(900));
    drop(catalog);

    let catalog = with_folder(data.path(), folder.path()).await;
    assert!(catalog.get(before[0].id).is_some());
}

#[tokio::test]
async fn a_file_of_the_folder_is_there_at_once_and_its_name_is_believed_where_its_content_says_nothing()
 {
    let (data, folder) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    let catalog = with_folder(data.path(), folder.path()).await;
    assert!(catalog.in_folder("late.mp3").await.is_none());
    fs::write(folder.path().join("late.mp3"), b"whatever this is").expect("written");
    fs::write(folder.path().join("late.png"), PNG).expect("written");
    fs::write(folder.path().join(".late.mp3"), b"hidden").expect("written");
    let id = catalog.in_folder("late.mp3").await.expect("there now");
    let late = catalog.get(id).expect("listed");
    assert_eq!(late.kind, AudioKind::Mp3);
    assert_eq!((late.title.as_str(), late.duration_ms()), ("late", None));
    for other in ["late.png", ".late.mp3", "../late.mp3", "none.mp3", ""] {
        assert!(catalog.in_folder(other).await.is_none(), "{other}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn no_link_and_nothing_hidden_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let (data, folder, outside) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    let at = |name: &str| folder.path().join(name);
    fs::write(outside.path().join("secret.wav"), sounds::wav(100, 1)).expect("written");
    fs::create_dir(at("albums")).expect("made");
    fs::create_dir(at(".hidden")).expect("made");
    for name in ["plain.wav", ".hidden.wav", ".hidden/a.wav", "albums/b.wav"] {
        fs::write(at(name), sounds::wav(100, 2)).expect("written");
    }
    symlink(outside.path().join("secret.wav"), at("link.wav")).expect("linked");
    symlink(outside.path(), at("elsewhere")).expect("linked");
    symlink(folder.path(), at("albums/round")).expect("linked");
    let catalog = with_folder(data.path(), folder.path()).await;
    assert_eq!(titles(&catalog), ["b", "plain"]);

    // Put in a listed file's place, a link is not followed either; nor in the place of its folder.
    let listed = catalog.list(user());
    fs::remove_file(at("plain.wav")).expect("removed");
    symlink(outside.path().join("secret.wav"), at("plain.wav")).expect("linked");
    fs::rename(at("albums"), outside.path().join("albums")).expect("moved");
    symlink(outside.path().join("albums"), at("albums")).expect("linked");
    for media in listed {
        assert!(
            catalog
                .open_file(media.id)
                .await
                .expect("readable")
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_said_at_the_start() {
    let dir = TempDir::new().expect("a folder");
    let missing = dir.path().join("music");
    let refused = Catalog::open(dir.path(), Some(&missing), ROOMY).expect_err("no folder");
    assert!(refused.contains("music"), "{refused}");
}
