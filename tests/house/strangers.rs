//! Which library lives where: each of these is known in one home and nowhere else.

use crate::source::{Source, paths};

const HOMES: [(&str, &str); 7] = [
    ("sled", "journal"),
    ("bincode", "journal"),
    ("ractor", "entity"),
    ("warp", "gateway"),
    ("hyper", "gateway"),
    ("hyper_util", "gateway"),
    ("socketioxide", "gateway"),
];

/// The load generator stands outside the server, as a client of it.
const CLIENTS: [(&str, &str); 2] = [
    ("hyper", "src/cli/loadtest.rs"),
    ("hyper_util", "src/cli/loadtest.rs"),
];

/// What a pure domain has no word for.
const UNKNOWN_TO_THE_DOMAIN: [&str; 6] = [
    "serde",
    "serde_json",
    "tokio",
    "tracing",
    "schemars",
    "futures_util",
];

/// Which libraries one file names outside their home.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    let module = source.module();
    let mut complaints: Vec<String> = paths(&source.text)
        .iter()
        .map(|named| named.segments[0].as_str())
        .filter_map(|library| {
            if CLIENTS.contains(&(library, &source.path)) {
                return None;
            }
            let home = HOMES
                .iter()
                .find(|(name, home)| *name == library && *home != module[0]);
            if let Some((_, home)) = home {
                return Some(format!(
                    "{}: `{library}` lives in src/{home} only",
                    source.path
                ));
            }
            let stranger = module[0] == "domain" && UNKNOWN_TO_THE_DOMAIN.contains(&library);
            stranger.then(|| format!("{}: the domain knows no `{library}`", source.path))
        })
        .collect();
    complaints.dedup();
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        complaints(&Source::new(path, text)).len()
    }

    #[test]
    fn a_library_outside_its_home_is_caught_however_it_is_written() {
        assert_eq!(count("src/entity/actor.rs", "use sled::Db;"), 1);
        assert_eq!(count("src/app.rs", "use ractor;"), 1);
        assert_eq!(
            count(
                "src/wire/rest.rs",
                "fn f() -> warp::Reply { warp::reply() }"
            ),
            1
        );
        assert_eq!(
            count("src/server.rs", "use {std::io, hyper::body::Bytes};"),
            1
        );
    }

    #[test]
    fn a_client_may_call_and_nobody_beside_it() {
        assert_eq!(count("src/cli/loadtest.rs", "use hyper::client;"), 0);
        assert_eq!(count("src/cli/loadtest.rs", "use warp::Filter;"), 1);
        assert_eq!(count("src/cli/replay.rs", "use hyper::client;"), 1);
    }

    #[test]
    fn a_library_at_home_is_fine() {
        assert_eq!(
            count(
                "src/journal/sled_journal.rs",
                "use sled::Db; // ractor::nothing"
            ),
            0
        );
        assert_eq!(
            count(
                "src/gateway/http.rs",
                "use warp::Filter; use hyper::Request;"
            ),
            0
        );
        assert_eq!(
            count("src/app.rs", "use crate::gateway::warp::x; let hyper = 1;"),
            0
        );
    }

    #[test]
    fn the_domain_cannot_be_serialised_awaited_or_traced() {
        assert_eq!(
            count(
                "src/domain/user.rs",
                "#[derive(serde::Serialize)] struct User;"
            ),
            1
        );
        assert_eq!(count("src/domain/user.rs", "use tokio::sync::mpsc;"), 1);
        assert_eq!(count("src/domain/user.rs", "use tracing::info; "), 1);
    }
}
