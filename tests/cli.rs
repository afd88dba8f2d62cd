//! The command line on the data of a server that does not run: people, backup, doctor.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tutti::config::{Limits, Said};
use tutti::server::{self, Running};

/// Runs `tutti` with these arguments on that data, and tells it that on standard input.
fn tutti(data: &Path, arguments: &[&str], says: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tutti"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tutti runs");
    let mut stdin = child.stdin.take().expect("its input");
    // Who does not ask for anything may have closed it.
    let _ = writeln!(stdin, "{says}");
    drop(stdin);
    child.wait_with_output().expect("tutti ends")
}

fn well(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    text
}

async fn serve(data: &Path) -> Running {
    let config = Said {
        listen: "127.0.0.1:0".parse().ok(),
        data: Some(data.to_owned()),
        limits: Some(Limits::Off),
        ..Said::default()
    };
    let config = config.decide().expect("a configuration");
    let running = server::start(config).await.expect("a server");
    running.app.until_ready().await;
    running
}

async fn call(
    running: &Running,
    method: Method,
    path: &str,
    token: &str,
    body: Value,
) -> (StatusCode, Value) {
    let url = format!("http://{}/api/v1/{path}", running.addr);
    let mut request = Client::new().request(method, url);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    let answer = request.json(&body).send().await.expect("an answer");
    let status = answer.status();
    (status, answer.json().await.unwrap_or_default())
}

async fn sign_in(running: &Running, username: &str, password: &str) -> (StatusCode, Value) {
    let body = json!({ "username": username, "password": password });
    call(running, Method::POST, "auth/login", "", body).await
}

async fn token(running: &Running, username: &str, password: &str) -> String {
    let (status, answer) = sign_in(running, username, password).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["access_token"].as_str().expect("a token").to_owned()
}

const FIRST: &str = "blue-sofa-piano";
const SECOND: &str = "green-chair-violin";

fn two_people() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for name in ["ann", "bob"] {
        let email = format!("{name}.secret@example.org");
        let arguments = ["user", "create", "--username", name, "--email", &email];
        well(&tutti(folder.path(), &arguments, FIRST));
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_password_is_the_only_one_and_signs_every_device_out() {
    let folder = two_people();
    let running = serve(folder.path()).await;
    let old = token(&running, "ann", FIRST).await;
    running.shutdown().await;

    let reset = ["user", "reset-password", "--username", "ann"];
    well(&tutti(folder.path(), &reset, SECOND));
    let nobody = tutti(
        folder.path(),
        &["user", "reset-password", "--username", "eve"],
        SECOND,
    );
    assert_eq!(nobody.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("nobody is called"));

    let running = serve(folder.path()).await;
    assert_eq!(
        sign_in(&running, "ann", FIRST).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(sign_in(&running, "ann", SECOND).await.0, StatusCode::OK);
    let (status, _) = call(&running, Method::GET, "me", &old, json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    running.shutdown().await;
}

/// Whether any file below a directory holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .any(|entry| {
            let path = entry.path();
            if path.is_dir() {
                return holds(&path, text);
            }
            let bytes = std::fs::read(path).expect("a file");
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_in_no_room_nobodys_friend_and_in_no_file() {
    let folder = two_people();
    let running = serve(folder.path()).await;
    let (ann, bob) = (
        token(&running, "ann", FIRST).await,
        token(&running, "bob", FIRST).await,
    );
    let ask = json!({ "username": "bob" });
    call(&running, Method::POST, "friends/request", &ann, ask).await;
    let ask = json!({ "username": "ann" });
    let (_, friends) = call(&running, Method::POST, "friends/request", &bob, ask).await;
    assert_eq!(friends["request"]["status"], "accepted");
    let (_, made) = call(&running, Method::POST, "rooms/create", &ann, json!({})).await;
    let room = made["room_id"].as_str().expect("a room").to_owned();
    let join = json!({ "room_id": room });
    call(&running, Method::POST, "rooms/join", &bob, join).await;
    let say = json!({ "text": "my number is 55512345" });
    let chat = format!("rooms/{room}/chat");
    let (status, said) = call(&running, Method::POST, &chat, &ann, say).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    running.shutdown().await;

    let journal = folder.path().join("journal");
    let private = ["ann.secret@example.org", "55512345"];
    assert!(private.iter().all(|text| holds(&journal, text)));
    let erase = ["user", "erase", "--username", "ann"];
    let unsure = tutti(folder.path(), &erase, "no");
    assert_eq!(unsure.status.code(), Some(1));
    well(&tutti(folder.path(), &erase, "ann"));
    assert!(!private.iter().any(|text| holds(&journal, text)));
    well(&tutti(folder.path(), &["journal", "verify"], ""));

    let running = serve(folder.path()).await;
    assert_eq!(
        sign_in(&running, "ann", FIRST).await.0,
        StatusCode::UNAUTHORIZED
    );
    let bob = token(&running, "bob", FIRST).await;
    let (_, listed) = call(&running, Method::GET, "friends", &bob, json!({})).await;
    assert_eq!(listed["friends"], json!([]));
    let path = format!("rooms/{room}");
    let (_, shown) = call(&running, Method::GET, &path, &bob, json!({})).await;
    assert_eq!(
        shown["room"]["participants"].as_array().map(Vec::len),
        Some(1)
    );
    let body = json!({ "username": "Ann", "password": SECOND, "email": "ann.secret@example.org" });
    let (status, again) = call(&running, Method::POST, "auth/register", "", body).await;
    assert_eq!(status, StatusCode::CREATED, "the names are free: {again}");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_runs_on_its_backup() {
    let folder = two_people();
    serve(folder.path()).await.shutdown().await;
    let elsewhere = TempDir::new().expect("a folder");
    let copy = elsewhere.path().join("copy");
    let to = copy.to_str().expect("a path");
    let said = well(&tutti(folder.path(), &["backup", to], ""));
    assert!(said.contains("entries and"), "{said}");
    let twice = tutti(folder.path(), &["backup", to], "");
    assert!(String::from_utf8_lossy(&twice.stderr).contains("not empty"));
    let running = serve(&copy).await;
    token(&running, "bob", FIRST).await;
    let taken = tutti(&copy, &["backup", "elsewhere"], "");
    assert!(String::from_utf8_lossy(&taken.stderr).contains("in use"));
    running.shutdown().await;
}

#[test]
fn a_doctor_says_what_is_well_and_what_is_not() {
    let folder = two_people();
    let doctor = ["doctor", "--listen", "127.0.0.1:0"];
    let said = well(&tutti(folder.path(), &doctor, ""));
    assert!(said.contains("the journal is whole: 2 entries"), "{said}");
    let missing = folder.path().join("nowhere");
    let media = missing.to_str().expect("a path");
    let ill = tutti(
        folder.path(),
        &["doctor", "--listen", "127.0.0.1:0", "--media", media],
        "",
    );
    assert_eq!(ill.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ill.stdout).contains("ILL   the folder"));
}
