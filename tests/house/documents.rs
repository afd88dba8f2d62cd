//! Documents name files and link to pages: each of them must exist, under that name.

use crate::source::Source;

/// Endings by which a name in backticks is taken for a file.
const ENDINGS: [&str; 12] = [
    ".rs", ".toml", ".md", ".ts", ".svelte", ".json", ".mjs", ".py", ".sh", ".yaml", ".yml",
    ".html",
];

/// Which names and links of one document lead nowhere in `tree`.
pub(crate) fn complaints(document: &Source, tree: &[Source]) -> Vec<String> {
    let prose = without_fences(&document.text);
    let mut complaints = Vec::new();
    // Only this document promises whole paths; elsewhere `room.rs` may stand for the reader's own file.
    if document.path == "ARCHITECTURE.md" {
        for name in prose
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| is_path(name))
        {
            if !exists(name.trim_end_matches('/'), tree) {
                complaints.push(format!("{}: `{name}` does not exist", document.path));
            }
        }
    }
    for link in links(&prose) {
        if link.contains("://") || link.starts_with("mailto:") {
            continue;
        }
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let path = if file.is_empty() {
            document.path.clone()
        } else {
            beside(&document.path, file)
        };
        if !exists(&path, tree) {
            complaints.push(format!(
                "{}: the link to {link} leads nowhere",
                document.path
            ));
        } else if !heading.is_empty() && !has_heading(&path, heading, tree) {
            complaints.push(format!(
                "{}: {path} has no heading #{heading}",
                document.path
            ));
        }
    }
    complaints
}

/// Where a file names a folder that exists on one machine only.
pub(crate) fn machine_paths(source: &Source) -> Vec<String> {
    // Put together here, so that this file does not name them either.
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/home", "/"),
        concat!("/Us", "ers/"),
    ];
    let lines = source.text.lines().enumerate();
    let stands_alone = |line: &str, at: usize| {
        !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-".contains(c))
    };
    lines
        .filter(|(_, line)| {
            folders
                .iter()
                .any(|f| line.match_indices(f).any(|(at, _)| stands_alone(line, at)))
        })
        .map(|(number, line)| format!("{}:{}: {}", source.path, number + 1, line.trim()))
        .collect()
}

fn is_path(name: &str) -> bool {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    plain
        && !name.starts_with('/')
        && (name.contains('/') || ENDINGS.iter().any(|e| name.ends_with(e)))
}

fn exists(path: &str, tree: &[Source]) -> bool {
    let folder = format!("{path}/");
    tree.iter()
        .any(|s| s.path == path || s.path.starts_with(&folder))
}

fn without_fences(text: &str) -> String {
    let mut fenced = false;
    let kept = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// The targets of `[text](target)`.
fn links(prose: &str) -> Vec<&str> {
    let after = prose.split("](").skip(1);
    after
        .filter_map(|rest| rest.split([')', ' ', '\n']).next())
        .collect()
}

/// `link` as seen from the folder of `document`.
fn beside(document: &str, link: &str) -> String {
    let mut names: Vec<&str> = document.split('/').collect();
    names.pop();
    for name in link.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

fn has_heading(path: &str, heading: &str, tree: &[Source]) -> bool {
    let Some(page) = tree.iter().find(|s| s.path == path) else {
        return false;
    };
    let prose = without_fences(&page.text);
    prose
        .lines()
        .filter(|l| l.starts_with('#'))
        .any(|line| slug(line.trim_start_matches('#').trim()) == heading)
}

fn slug(title: &str) -> String {
    let kept = title
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Vec<Source> {
        vec![
            Source::new("src/app.rs", ""),
            Source::new("docs/sync.md", "# Sync\n## What it is, and why\n"),
            Source::new("docs/room.png", ""),
        ]
    }

    fn count(path: &str, text: &str) -> usize {
        complaints(&Source::new(path, text), &tree()).len()
    }

    #[test]
    fn a_name_of_a_file_that_is_gone_is_caught() {
        assert_eq!(
            count(
                "ARCHITECTURE.md",
                "See `src/gone.rs`, `app.rs` and `src/app.rs`."
            ),
            2
        );
        assert_eq!(
            count(
                "ARCHITECTURE.md",
                "`src/`, `/ws`, `starts_at`, `a / b`\n```\nsrc/gone.rs\n```"
            ),
            0
        );
    }

    #[test]
    fn a_link_to_a_missing_page_or_heading_is_caught() {
        assert_eq!(
            count("README.md", "[a](docs/gone.md) [b](docs/sync.md#gone)"),
            2
        );
        assert_eq!(
            count(
                "README.md",
                "![a](docs/room.png) [b](docs/sync.md#what-it-is-and-why)"
            ),
            0
        );
        assert_eq!(
            count(
                "docs/sync.md",
                "[up](../src/app.rs) [here](#sync) [out](https://example.org/x)"
            ),
            0
        );
        assert_eq!(count("docs/sync.md", "[up](src/app.rs)"), 1);
    }

    #[test]
    fn a_path_of_one_machine_is_caught() {
        let named = |text: &str| machine_paths(&Source::new("a.txt", text)).len();
        assert_eq!(
            named(concat!("cd /wo", "rk/tutti\n and /ro", "ot/.cargo")),
            2
        );
        assert_eq!(
            named("https://example.org/home/x, ./work/x, src/root/x, /homes"),
            0
        );
    }
}
