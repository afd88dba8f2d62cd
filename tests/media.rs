//! The media library over HTTP: uploading, listing, hearing it in exact ranges, and being kept from it.

mod support {
    pub mod server;
    #[expect(
        dead_code,
        reason = "the tests of the library itself need every kind of file"
    )]
    pub mod sounds;
}

use reqwest::header::{self, HeaderMap};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use support::server::{Person, Server};
use support::sounds::{self, PNG, Tags};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tutti::config::{Limits, Said};

async fn send(server: &Server, who: &Person, form: Form) -> (StatusCode, Value) {
    let request = server.http.post(server.url("/api/v1/media"));
    let response = request.bearer_auth(&who.token).multipart(form).send().await;
    let response = response.expect("an answer");
    (response.status(), response.json().await.expect("JSON"))
}

fn form(name: &str, bytes: Vec<u8>) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()))
}

async fn upload(server: &Server, who: &Person, bytes: Vec<u8>) -> Value {
    let (status, media) = send(server, who, form("Some Song.wav", bytes)).await;
    assert_eq!(status, StatusCode::CREATED, "{media}");
    media
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect("a text")
}

async fn fetch(
    server: &Server,
    method: Method,
    path: &str,
    who: &Person,
    headers: &[(&str, &str)],
) -> Response {
    let mut request = server.http.request(method, server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.bearer_auth(&who.token).send().await;
    response.expect("an answer")
}

fn header(headers: &HeaderMap, name: header::HeaderName) -> &str {
    let value = headers.get(&name).unwrap_or_else(|| panic!("no {name}"));
    value.to_str().expect("plain text")
}

#[tokio::test]
async fn what_is_uploaded_is_described_listed_found_and_heard() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let tags = Tags {
        title: "So What",
        artists: &["Miles Davis"],
        album: "Kind of Blue",
        picture: Some(PNG),
    };
    let bytes = sounds::flac(562_000, &tags);
    let media = upload(&server, &ann, bytes.clone()).await;
    let id = text(&media, "media_id");
    let expected = json!({
        "media_id": id, "title": "So What", "artists": ["Miles Davis"], "album": "Kind of Blue",
        "duration_ms": 562_000, "artwork_url": format!("/api/v1/media/{id}/cover"),
        "content_type": "audio/flac", "size": bytes.len(), "uploaded_by": ann.id,
        "url": format!("/media/{id}"),
    });
    assert_eq!(media, expected);
    let described = server.get(&format!("/api/v1/media/{id}"), &ann.token).await;
    assert_eq!(described, (StatusCode::OK, media.clone()));
    let all = json!({ "media": [media] });
    for path in [
        "/api/v1/media",
        "/api/v1/catalog/search?q=what%20MILES&limit=5",
    ] {
        let listed = server.get(path, &ann.token).await;
        assert_eq!(listed, (StatusCode::OK, all.clone()), "{path}");
    }
    let (_, none) = server
        .get("/api/v1/catalog/search?q=monk", &ann.token)
        .await;
    assert_eq!(none, json!({ "media": [] }));

    let heard = fetch(&server, Method::GET, text(&media, "url"), &ann, &[]).await;
    assert_eq!(heard.status(), StatusCode::OK);
    let headers = heard.headers().clone();
    assert_eq!(header(&headers, header::CONTENT_TYPE), "audio/flac");
    assert_eq!(header(&headers, header::ACCEPT_RANGES), "bytes");
    assert_eq!(
        header(&headers, header::CONTENT_DISPOSITION),
        "inline; filename*=UTF-8''So%20What.flac"
    );
    assert_eq!(header(&headers, header::CACHE_CONTROL), "private, no-cache");
    assert_eq!(header(&headers, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(heard.bytes().await.expect("a body"), bytes);

    let cover = fetch(&server, Method::GET, text(&media, "artwork_url"), &ann, &[]).await;
    assert_eq!(header(cover.headers(), header::CONTENT_TYPE), "image/png");
    let etag = header(cover.headers(), header::ETAG).to_owned();
    assert_eq!(cover.bytes().await.expect("a body"), PNG);
    let known = [("if-none-match", etag.as_str())];
    let cover = fetch(
        &server,
        Method::GET,
        text(&media, "artwork_url"),
        &ann,
        &known,
    )
    .await;
    assert_eq!(cover.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn one_range_is_exact_and_everything_else_is_whole() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let bytes = sounds::wav(20_000, 3);
    let media = upload(&server, &ann, bytes.clone()).await;
    let (url, size) = (text(&media, "url"), bytes.len());
    let whole = (StatusCode::OK, None, 0..size);
    let part = |range: std::ops::Range<usize>| {
        let told = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        (StatusCode::PARTIAL_CONTENT, Some(told), range)
    };
    for (range, (status, told, expected)) in [
        ("bytes=0-", part(0..size)),
        ("bytes=0-0", part(0..1)),
        ("bytes=70000-200000", part(70_000..200_001)),
        ("bytes=-100", part(size - 100..size)),
        ("bytes=320000-999999999", part(320_000..size)),
        ("bytes=0-9,20-29", whole.clone()),
        ("bytes=9-1", whole.clone()),
        ("lines=0-9", whole.clone()),
    ] {
        let response = fetch(&server, Method::GET, url, &ann, &[("range", range)]).await;
        assert_eq!(response.status(), status, "{range}");
        let said = response.headers().get(header::CONTENT_RANGE);
        let said = said.map(|value| value.to_str().expect("plain text").to_owned());
        assert_eq!(said, told, "{range}");
        let length = header(response.headers(), header::CONTENT_LENGTH).to_owned();
        assert_eq!(length, expected.len().to_string(), "{range}");
        let body = response.bytes().await.expect("a body");
        assert!(body == bytes[expected], "{range}");
    }
    for range in [format!("bytes={size}-"), "bytes=-0".to_owned()] {
        let response = fetch(&server, Method::GET, url, &ann, &[("range", &range)]).await;
        assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        let told = header(response.headers(), header::CONTENT_RANGE).to_owned();
        assert_eq!(told, format!("bytes */{size}"));
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["code"], "INVALID_REQUEST");
    }
}

#[tokio::test]
async fn a_head_says_what_a_get_would_and_sends_no_body() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let media = upload(&server, &ann, sounds::wav(5_000, 3)).await;
    let url = text(&media, "url");
    let range = [("range", "bytes=0-9")];
    for headers in [&[][..], &range] {
        let head = fetch(&server, Method::HEAD, url, &ann, headers).await;
        assert_eq!(head.status(), StatusCode::OK);
        let length = header(head.headers(), header::CONTENT_LENGTH).to_owned();
        assert_eq!(length, media["size"].to_string());
        assert!(header(head.headers(), header::ETAG).starts_with('"'));
        assert_eq!(head.bytes().await.expect("no body").len(), 0);
    }
}

#[tokio::test]
async fn a_version_is_known_by_its_etag_and_a_range_continues_only_that() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let media = upload(&server, &ann, sounds::wav(5_000, 3)).await;
    let other = upload(&server, &ann, sounds::wav(5_000, 4)).await;
    let url = text(&media, "url");
    let first = fetch(&server, Method::GET, url, &ann, &[]).await;
    let etag = header(first.headers(), header::ETAG).to_owned();
    let modified = header(first.headers(), header::LAST_MODIFIED).to_owned();
    let another = fetch(&server, Method::GET, text(&other, "url"), &ann, &[]).await;
    assert_ne!(header(another.headers(), header::ETAG), etag);

    for known in [("if-none-match", &etag), ("if-modified-since", &modified)] {
        let known = [(known.0, known.1.as_str()), ("range", "bytes=0-9")];
        let again = fetch(&server, Method::GET, url, &ann, &known).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(again.headers(), header::ETAG), etag);
        assert_eq!(again.bytes().await.expect("no body").len(), 0);
    }
    for (since, status) in [
        (etag.as_str(), StatusCode::PARTIAL_CONTENT),
        (modified.as_str(), StatusCode::PARTIAL_CONTENT),
        ("\"another\"", StatusCode::OK),
        ("Sun, 31 Dec 2023 23:59:59 GMT", StatusCode::OK),
    ] {
        let headers = [("if-range", since), ("range", "bytes=0-9")];
        let response = fetch(&server, Method::GET, url, &ann, &headers).await;
        assert_eq!(response.status(), status, "{since}");
    }
}

#[tokio::test]
async fn a_file_is_there_for_its_owner_and_whoever_shares_a_room_that_plays_it() {
    let server = Server::start().await;
    let (ann, bob) = (server.guest("Ann").await, server.guest("Bob").await);
    let media = upload(&server, &ann, sounds::wav(900, 1)).await;
    let id = text(&media, "media_id");
    let paths = [format!("/media/{id}"), format!("/api/v1/media/{id}")];
    let may = async |who: &Person| {
        let mut statuses = Vec::new();
        for path in &paths {
            statuses.push(fetch(&server, Method::GET, path, who, &[]).await.status());
        }
        statuses.dedup();
        assert_eq!(statuses.len(), 1);
        statuses[0]
    };
    assert_eq!(may(&ann).await, StatusCode::OK);
    assert_eq!(may(&bob).await, StatusCode::NOT_FOUND);
    let anybody = server.http.get(server.url(&paths[0])).send().await;
    assert_eq!(
        anybody.expect("an answer").status(),
        StatusCode::UNAUTHORIZED
    );
    let by_query = format!("{}?token={}", server.url(&paths[0]), ann.token);
    let by_query = server.http.get(by_query).send().await;
    assert_eq!(by_query.expect("an answer").status(), StatusCode::OK);
    let (status, _) = server
        .get("/api/v1/catalog/search?q=some", &bob.token)
        .await;
    assert_eq!(status, StatusCode::OK);

    let room = server.room(&ann).await;
    server.join(&bob, &room).await;
    assert_eq!(may(&bob).await, StatusCode::NOT_FOUND);
    let track = json!({ "title": "Some Song", "artists": [], "media_id": id });
    let path = format!("/api/v1/rooms/{room}/playlist");
    let (status, added) = server
        .post(&path, &ann.token, json!({ "track": track }))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    assert_eq!(may(&bob).await, StatusCode::OK);

    let delete = async |who: &Person| {
        let path = format!("/api/v1/media/{id}");
        let answer = server
            .call(Method::DELETE, &path, Some(&who.token), None)
            .await;
        answer.0
    };
    assert_eq!(delete(&bob).await, StatusCode::FORBIDDEN);
    assert_eq!(delete(&ann).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&ann).await, StatusCode::NOT_FOUND);
    assert_eq!(may(&ann).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_path_of_the_address_touches_the_disk() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let media = upload(&server, &ann, sounds::wav(900, 1)).await;
    let id = text(&media, "media_id");
    for path in [
        format!("/media/{id}.json"),
        format!("/media/{id}%00"),
        format!("/media/%00{id}"),
        format!("/media/..%2fmedia%2f{id}"),
        format!("/media/{id}%2f..%2f{id}"),
        format!("/media/{}", id.to_uppercase()),
        "/media/..%2f..%2fjournal%2fepoch".to_owned(),
        "/media/%ff%fe".to_owned(),
        "/media/C:%5cmusic".to_owned(),
        format!("/media/{}", "a".repeat(3_000)),
        format!("/api/v1/media/{id}%00/cover"),
    ] {
        let response = fetch(&server, Method::GET, &path, &ann, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let encoded = id.replace("media", "%6dedia");
    let response = fetch(
        &server,
        Method::GET,
        &format!("/media/{encoded}"),
        &ann,
        &[],
    )
    .await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_form_that_is_none_or_holds_no_music_is_refused_in_plain_words() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let part = |bytes: Vec<u8>| Part::bytes(bytes).file_name("a.wav");
    let music = || sounds::wav(100, 1);
    for (form, said) in [
        (
            form("song.mp3", PNG.repeat(1_000)),
            "MP3, Ogg Vorbis, Opus, WAV, FLAC",
        ),
        (
            form("song.mp3", sounds::flac(9, &NO_TAGS)[..20].to_vec()),
            "damaged",
        ),
        (Form::new().part("music", part(music())), "`file`"),
        (Form::new(), "the form"),
        (
            Form::new()
                .part("file", part(music()))
                .part("file", part(music())),
            "one file",
        ),
    ] {
        let (status, error) = send(&server, &ann, form).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
        assert_eq!(error["code"], "INVALID_REQUEST");
        assert!(text(&error, "message").contains(said), "{error}");
    }
    let body = json!({ "file": "a.wav" });
    let (status, error) = server.post("/api/v1/media", &ann.token, body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
    let (_, listed) = server.get("/api/v1/media", &ann.token).await;
    assert_eq!(listed, json!({ "media": [] }));
}

const NO_TAGS: Tags = Tags {
    title: "",
    artists: &[],
    album: "",
    picture: None,
};

#[tokio::test]
async fn an_upload_that_is_too_large_is_told_so_while_it_still_comes() {
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        max_upload_mib: Some(1),
        user_quota_mib: Some(2),
        ..Said::default()
    })
    .await;
    let ann = server.guest("Ann").await;
    let mib = |seed: u8| sounds::wav(65_000, seed);
    let (status, error) = send(&server, &ann, form("a.wav", sounds::wav(90_000, 0))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{error}");
    assert_eq!(error["code"], "PAYLOAD_TOO_LARGE");
    assert!(text(&error, "message").contains("1 MiB"), "{error}");
    upload(&server, &ann, mib(0)).await;
    upload(&server, &ann, mib(1)).await;
    let (status, error) = send(&server, &ann, form("a.wav", mib(2))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{error}");
    assert!(
        text(&error, "message").contains("2 MiB together"),
        "{error}"
    );
}

/// Speaks HTTP by hand; what comes back until the server closes or `until` is there.
async fn by_hand(server: &Server, request: &[u8], until: &str) -> String {
    let mut stream = TcpStream::connect(server.host())
        .await
        .expect("a connection");
    stream.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !String::from_utf8_lossy(&answer).contains(until) {
        match stream.read(&mut chunk).await {
            Ok(read @ 1..) => answer.extend(&chunk[..read]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn an_upload_that_breaks_off_or_never_names_a_file_leaves_nothing() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let head = |length: usize| {
        format!(
            "POST /api/v1/media HTTP/1.1\r\nhost: tutti\r\nauthorization: Bearer {}\r\n\
             content-type: multipart/form-data; boundary=xx\r\ncontent-length: {length}\r\n\r\n",
            ann.token
        )
        .into_bytes()
    };
    let opening =
        b"--xx\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n";
    let unclosed = [&opening[..], &sounds::wav(100, 1), b"\r\n--x"].concat();
    let answer = by_hand(&server, &[head(unclosed.len()), unclosed].concat(), "}").await;
    assert!(answer.contains("INVALID_REQUEST"), "{answer}");

    let endless = [b"--xx\r\nx-nothing: ".to_vec(), vec![b'a'; 3 << 20]].concat();
    let answer = by_hand(&server, &[head(endless.len()), endless].concat(), "}").await;
    assert!(answer.contains("INVALID_REQUEST"), "{answer}");

    // The connection ends in the middle of the file.
    let half = [head(100_000), opening.to_vec(), vec![1; 5_000]].concat();
    let mut stream = TcpStream::connect(server.host())
        .await
        .expect("a connection");
    stream.write_all(&half).await.expect("sent");
    drop(stream);
    let uploads = server.data().join("media");
    let is_empty = || std::fs::read_dir(&uploads).expect("a folder").count() == 0;
    let deadline = std::time::Duration::from_secs(10);
    let cleared = async {
        while !is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let cleared = tokio::time::timeout(deadline, cleared).await;
    assert!(cleared.is_ok(), "an unfinished upload stays");
}

#[tokio::test]
async fn the_folder_is_there_for_everybody_signed_in_and_uploads_survive_a_restart() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("Ours.wav"), sounds::wav(700, 1)).expect("written");
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        media: Some(folder.path().to_owned()),
        ..Said::default()
    })
    .await;
    let (ann, bob) = (server.guest("Ann").await, server.guest("Bob").await);
    let own = upload(&server, &ann, sounds::wav(700, 2)).await;
    let titles = async |server: &Server, who: &Person| {
        let (_, listed) = server.get("/api/v1/media", &who.token).await;
        let media = listed["media"].as_array().expect("a list").clone();
        media
            .iter()
            .map(|media| text(media, "title").to_owned())
            .collect::<Vec<_>>()
    };
    let until = async |server: &Server, who: &Person, expected: &[&str]| {
        let seen = async {
            while titles(server, who).await != expected {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let seen = tokio::time::timeout(std::time::Duration::from_secs(10), seen).await;
        assert!(seen.is_ok(), "{:?}", titles(server, who).await);
    };
    until(&server, &ann, &["Ours", "Some Song"]).await;
    until(&server, &bob, &["Ours"]).await;
    let (_, listed) = server.get("/api/v1/media", &bob.token).await;
    let ours = &listed["media"][0];
    assert_eq!(ours["uploaded_by"], Value::Null);
    let heard = fetch(
        &server,
        Method::GET,
        text(ours, "url"),
        &bob,
        &[("range", "bytes=-4")],
    );
    assert_eq!(heard.await.status(), StatusCode::PARTIAL_CONTENT);

    let server = server.restart().await;
    until(&server, &ann, &["Ours", "Some Song"]).await;
    let heard = fetch(&server, Method::GET, text(&own, "url"), &ann, &[]).await;
    assert_eq!(heard.bytes().await.expect("a body"), sounds::wav(700, 2));
    let heard = fetch(&server, Method::GET, text(ours, "url"), &bob, &[]).await;
    assert_eq!(heard.bytes().await.expect("a body"), sounds::wav(700, 1));
}

/// Silent in its first half, half as loud as can be in its second.
fn waking() -> Vec<u8> {
    let mut bytes = sounds::wav(4_000, 0);
    let half = 44 + (bytes.len() - 44) / 2;
    bytes[44..half].fill(0);
    for sample in bytes[half..].chunks_exact_mut(2) {
        sample.copy_from_slice(&16_384i16.to_le_bytes());
    }
    bytes
}

#[tokio::test]
async fn how_loud_a_file_is_can_be_drawn_and_is_measured_once() {
    let server = Server::start().await;
    let (ann, ben) = (server.guest("Ann").await, server.guest("Ben").await);
    let media = upload(&server, &ann, waking()).await;
    let path = format!("/api/v1/media/{}/peaks", text(&media, "media_id"));
    let told = fetch(&server, Method::GET, &path, &ann, &[]).await;
    assert_eq!(told.status(), StatusCode::OK);
    let etag = header(told.headers(), header::ETAG).to_owned();
    let told: Value = told.json().await.expect("JSON");
    let peaks: Vec<u64> = serde_json::from_value(told["peaks"].clone()).expect("numbers");
    assert_eq!(peaks, [vec![0; 400], vec![128; 400]].concat());

    let known = [("if-none-match", etag.as_str())];
    let again = fetch(&server, Method::GET, &path, &ann, &known).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let (status, _) = server.get(&path, &ben.token).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    // What was kept is what is told: a mark in it shows.
    let kept = server
        .data()
        .join("media/peaks")
        .join(text(&media, "media_id"));
    let mut bytes = std::fs::read(&kept).expect("it is kept");
    *bytes.last_mut().expect("a step") = 7;
    std::fs::write(&kept, bytes).expect("a mark");
    let (_, told) = server.get(&path, &ann.token).await;
    assert_eq!(told["peaks"][799], 7);
    // Cut short, it is measured anew.
    std::fs::write(&kept, "cut").expect("a cut");
    let (_, told) = server.get(&path, &ann.token).await;
    assert_eq!(told["peaks"][799], 128);

    let deleted = format!("/api/v1/media/{}", text(&media, "media_id"));
    fetch(&server, Method::DELETE, &deleted, &ann, &[]).await;
    assert!(!kept.exists());
}

#[tokio::test]
async fn what_cannot_be_decoded_has_no_waveform() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let tags = Tags {
        title: "Quiet",
        artists: &[],
        album: "",
        picture: None,
    };
    for bytes in [sounds::opus(2_000, &tags), sounds::vorbis(2_000, &tags)] {
        let media = upload(&server, &ann, bytes).await;
        let path = format!("/api/v1/media/{}/peaks", text(&media, "media_id"));
        for _ in 0..2 {
            let (status, told) = server.get(&path, &ann.token).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
            assert_eq!(told["message"], "there is no such waveform");
        }
    }
}
