//! Time and chance enter through one file each. Clippy says the same at the line; this holds where clippy
//! was not run, and where somebody wrote `#[expect]` too lightly.

use crate::source::{Source, paths};

/// The end of a banned path, and the one file that may call it.
const DOORS: [(&[&str], &str); 8] = [
    (&["SystemTime", "now"], "src/clock.rs"),
    (&["Instant", "now"], "src/clock.rs"),
    (&["Uuid", "now_v7"], "src/ids.rs"),
    (&["Uuid", "new_v7"], "src/ids.rs"),
    (&["Uuid", "new_v4"], "src/ids.rs"),
    (&["getrandom", "fill"], "src/ids.rs"),
    (&["getrandom", "u32"], "src/ids.rs"),
    (&["getrandom", "u64"], "src/ids.rs"),
];

/// Which doors one file goes around.
pub(crate) fn complaints(source: &Source) -> Vec<String> {
    let named = paths(&source.text);
    DOORS
        .iter()
        .filter(|(call, home)| {
            source.path != *home
                && named.iter().any(|n| {
                    n.segments
                        .iter()
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                        .ends_with(call)
                })
        })
        .map(|(call, home)| {
            format!(
                "{}: `{}` is called in {home} only",
                source.path,
                call.join("::")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        complaints(&Source::new(path, text)).len()
    }

    #[test]
    fn a_clock_or_a_die_beside_the_door_is_caught() {
        assert_eq!(count("src/app.rs", "let t = Instant::now();"), 1);
        assert_eq!(
            count("src/app.rs", "let t = std::time::SystemTime::now();"),
            1
        );
        assert_eq!(
            count("src/app.rs", "let t = tokio::time::Instant::now();"),
            1
        );
        assert_eq!(count("src/app.rs", "let f = uuid::Uuid::now_v7;"), 1);
        assert_eq!(count("src/gateway/auth.rs", "use getrandom::fill;"), 1);
    }

    #[test]
    fn the_door_itself_and_a_type_are_fine() {
        assert_eq!(
            count("src/clock.rs", "Instant::now(); SystemTime::now();"),
            0
        );
        assert_eq!(count("src/ids.rs", "getrandom::fill(&mut bytes);"), 0);
        assert_eq!(
            count(
                "src/app.rs",
                "use std::time::Instant; fn f(t: Instant) { clock.now(); }"
            ),
            0
        );
    }
}
