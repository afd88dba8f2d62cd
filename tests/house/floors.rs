//! The floors: a file imports only from floors below its own.

use crate::source::{Named, Source, paths};

/// Every module directly under `src/`, and the floor it stands on.
const FLOORS: [(&str, u32); 20] = [
    ("time", 1),
    ("ids", 1),
    ("domain", 2),
    ("clock", 3),
    ("metrics", 3),
    ("rates", 3),
    ("journal", 3),
    ("entity", 4),
    ("presence", 4),
    ("projection", 4),
    ("catalog", 4),
    ("settings", 4),
    ("app", 5),
    ("wire", 6),
    ("gateway", 7),
    ("config", 8),
    ("server", 9),
    ("cli", 10),
    ("lib", 11),
    ("main", 11),
];

/// Neighbours on one floor that may know each other: an id is made from a time, and the journal measures how long it
/// has not synced.
const NEIGHBOURS: [(&str, &str); 2] = [("ids", "time"), ("journal", "clock")];

/// What is wrong with the imports of one file.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    let module = source.module();
    let Some(own) = floor(module[0]) else {
        return vec![format!(
            "{}: `{}` stands on no floor yet; give it one",
            source.path, module[0]
        )];
    };
    let mut complaints = Vec::new();
    for named in paths(&source.text) {
        let Some(target) = within_crate(&module, &named) else {
            continue;
        };
        let written = named.segments.join("::");
        if let Some(other) = other_dialect(&module, &target) {
            complaints.push(format!(
                "{}: a dialect knows the dialect `{other}` ({written})",
                source.path
            ));
        }
        let Some(&to) = target.first() else { continue };
        if to == module[0] || NEIGHBOURS.contains(&(module[0], to)) {
            continue;
        }
        // A name that is no module is an item of the crate's root, which holds none but modules.
        let Some(theirs) = floor(to) else { continue };
        if theirs >= own {
            complaints.push(format!(
                "{}: floor {own} imports from floor {theirs} ({written})",
                source.path
            ));
        } else if module[0] == "wire" && theirs > 1 {
            complaints.push(format!(
                "{}: `wire` imports from floor 1 only ({written})",
                source.path
            ));
        }
    }
    complaints
}

fn floor(module: &str) -> Option<u32> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .map(|(_, floor)| *floor)
}

/// The path from the root of the crate, if that is where it leads.
fn within_crate<'a>(module: &[&'a str], named: &'a Named) -> Option<Vec<&'a str>> {
    let mut rest: Vec<&str> = named.segments.iter().map(String::as_str).collect();
    match rest[0] {
        "crate" => {}
        // What the binary calls the library.
        "tutti" if module == ["main"] => {}
        "super" => {
            let ups = rest.iter().take_while(|s| **s == "super").count();
            let out_of_inline = ups.min(named.inline_modules);
            let kept = (module.len() + out_of_inline).checked_sub(ups)?;
            let mut path: Vec<&str> = module[..kept].to_vec();
            path.extend(rest.drain(ups..));
            return Some(path);
        }
        _ => return None,
    }
    Some(rest.split_off(1))
}

fn other_dialect<'a>(module: &[&str], target: &[&'a str]) -> Option<&'a str> {
    match (module, target) {
        (["gateway", "dialect", own, ..], ["gateway", "dialect", other, ..]) if own != other => {
            Some(other)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        complaints(&Source::new(path, text)).len()
    }

    #[test]
    fn an_import_from_above_is_caught_however_it_is_written() {
        assert_eq!(count("src/domain/room.rs", "use crate::journal::Entry;"), 1);
        assert_eq!(
            count(
                "src/domain/room.rs",
                "use crate::{ids::RoomId, journal::Entry};"
            ),
            1
        );
        assert_eq!(
            count("src/domain/room.rs", "fn f() { crate::gateway::run() }"),
            1
        );
        assert_eq!(
            count("src/domain/room.rs", "use super::super::journal::Entry;"),
            1
        );
        assert_eq!(count("src/clock.rs", "use super::journal::Entry;"), 1);
        assert_eq!(count("src/server.rs", "use crate::cli;"), 1);
    }

    #[test]
    fn an_import_from_below_or_from_home_is_fine() {
        assert_eq!(
            count(
                "src/journal/mod.rs",
                "use crate::domain::room::Room; use crate::journal::entry;"
            ),
            0
        );
        assert_eq!(
            count(
                "src/domain/room/playback.rs",
                "use super::super::user; use crate::time::Span;"
            ),
            0
        );
        assert_eq!(
            count("src/clock.rs", "mod tests { use super::journal; }"),
            0
        );
        assert_eq!(count("src/ids.rs", "use crate::time::Timestamp;"), 0);
        assert_eq!(
            count("src/main.rs", "fn main() { tutti::server::run() }"),
            0
        );
    }

    #[test]
    fn neighbours_ignore_each_other() {
        assert_eq!(
            count("src/entity/relay.rs", "use crate::projection::friends;"),
            1
        );
        assert_eq!(count("src/presence.rs", "use crate::entity::actor;"), 1);
        assert_eq!(count("src/time.rs", "use crate::ids::UserId;"), 1);
    }

    #[test]
    fn wire_knows_ids_and_time_only() {
        assert_eq!(
            count("src/wire/client.rs", "use crate::domain::room::Room;"),
            1
        );
        assert_eq!(
            count(
                "src/wire/client.rs",
                "use crate::ids::RoomId; use super::server::Notice;"
            ),
            0
        );
    }

    #[test]
    fn dialects_never_import_each_other() {
        assert_eq!(
            count("src/gateway/dialect/native.rs", "use super::rest::rooms;"),
            1
        );
        assert_eq!(
            count(
                "src/gateway/dialect/rest/auth.rs",
                "use super::rooms; use super::super::native;"
            ),
            1
        );
        assert_eq!(
            count(
                "src/gateway/dialect/rest/auth.rs",
                "use crate::gateway::dialect::native::x;"
            ),
            1
        );
    }

    #[test]
    fn a_module_without_a_floor_is_asked_for_one() {
        assert_eq!(count("src/helpers.rs", ""), 1);
    }
}
