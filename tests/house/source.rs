//! The tree as texts, and Rust text as tokens: enough to see which paths a file names, and no more.

use std::fs;
use std::path::Path;

/// One text file, by its path from the root of the repository, with `/` between names.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The module path of a file of the crate: `src/a/b.rs` and `src/a/b/mod.rs` are `["a", "b"]`.
    pub(crate) fn module(&self) -> Vec<&str> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        inner.split('/').filter(|name| *name != "mod").collect()
    }
}

/// Folders that hold what tools made, not what people wrote.
const MADE_BY_TOOLS: [&str; 7] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    "tutti-data",
    ".venv",
    "__pycache__",
];

/// Every text file of the repository.
pub(crate) fn tree() -> Vec<Source> {
    let mut sources = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut sources);
    sources
}

fn walk(folder: &Path, prefix: &str, sources: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        // Skipped before asking what it is: in a work tree `.git` is a file.
        if MADE_BY_TOOLS.contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{path}/"), sources);
        } else {
            // A picture is no text, but documents may link to it: it stays in the tree, empty.
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            sources.push(Source { path, text });
        }
    }
}

/// A path as the code writes it, such as `crate::time::Span`, and how many inline modules it stands in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) segments: Vec<String>,
    pub(crate) inline_modules: usize,
}

/// Every path of two segments or more, with the groups of `use a::{b, c::d}` spread out.
pub(crate) fn paths(text: &str) -> Vec<Named> {
    let tokens = tokens(text);
    let mut named = Vec::new();
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                let opens_module = at >= 2 && tokens[at - 2] == "mod";
                braces.push(opens_module);
                at += 1;
            }
            "}" => {
                braces.pop();
                at += 1;
            }
            token if is_name(token) => {
                let inline_modules = braces.iter().filter(|is_module| **is_module).count();
                let imports = at > 0 && tokens[at - 1] == "use";
                let mut found = Vec::new();
                at = path(&tokens, at, &[], &mut found);
                let wanted = found.into_iter().filter(|s| imports || s.len() > 1);
                named.extend(wanted.map(|segments| Named {
                    segments,
                    inline_modules,
                }));
            }
            _ => at += 1,
        }
    }
    named
}

/// Reads one path that starts at `at`, and returns where it ends.
fn path(
    tokens: &[String],
    mut at: usize,
    before: &[String],
    found: &mut Vec<Vec<String>>,
) -> usize {
    let is = |at: usize, token: &str| tokens.get(at).is_some_and(|t| t == token);
    let mut segments = before.to_vec();
    loop {
        segments.push(tokens[at].clone());
        at += 1;
        if !is(at, "::") {
            break;
        }
        if is(at + 1, "{") {
            at += 2;
            while at < tokens.len() && !is(at, "}") {
                at = if is_name(&tokens[at]) {
                    path(tokens, at, &segments, found)
                } else {
                    at + 1
                };
            }
            return at + 1;
        }
        if !tokens.get(at + 1).is_some_and(|t| is_name(t)) {
            break;
        }
        at += 1;
    }
    if is(at, "as") {
        at += 2;
    }
    found.push(segments);
    at
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Splits Rust text into names, `::`, and single signs; comments, strings and characters are left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => at += block_comment(rest),
            ['r', '"' | '#', ..] if raw_string(rest).is_some() => {
                at += raw_string(rest).unwrap_or(1)
            }
            ['b', 'r', ..] if raw_string(&rest[1..]).is_some() => {
                at += 1 + raw_string(&rest[1..]).unwrap_or(1);
            }
            ['"', ..] => at += string(rest),
            ['\'', ..] => at += character(rest),
            [':', ':', ..] => {
                tokens.push("::".to_owned());
                at += 2;
            }
            [c, ..] if c.is_alphanumeric() || *c == '_' => {
                let name: String = rest
                    .iter()
                    .take_while(|c| c.is_alphanumeric() || **c == '_')
                    .collect();
                at += name.chars().count();
                tokens.push(name);
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                at += 1;
            }
            [] => break,
        }
    }
    tokens
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of `r"…"`, `r#"…"#` and so on, if this is one.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
    if rest.first() != Some(&'r') || rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let body = 2 + hashes;
    let closes =
        |at: &usize| rest[*at] == '"' && rest[at + 1..].iter().take(hashes).all(|c| *c == '#');
    Some(
        (body..rest.len())
            .find(closes)
            .map_or(rest.len(), |at| at + 1 + hashes),
    )
}

/// The length of a character, or 1 for the tick of a lifetime.
fn character(rest: &[char]) -> usize {
    match rest {
        [_, '\\', ..] => rest
            .iter()
            .skip(3)
            .position(|c| *c == '\'')
            .map_or(1, |at| at + 4),
        [_, _, '\'', ..] => 3,
        _ => 1,
    }
}

#[test]
fn paths_are_found_in_groups_and_not_in_comments_or_strings() {
    let text = r##"
        //! [`crate::comment::A`]
        use crate::time::{Span, inner::{Deep, self}, Timestamp as T};
        /* crate::comment::B /* nested */ */
        const X: &str = "crate::string::C";
        const Y: &str = r#"crate::string::"D""#;
        const Q: char = '"';
        fn f<'a>(x: &'a str) -> crate::ids::UserId { other(x) }
        mod tests { use super::*; fn g() { super::f("") } }
    "##;
    let found: Vec<_> = paths(text)
        .into_iter()
        .map(|n| (n.segments.join("::"), n.inline_modules))
        .collect();
    let expected = [
        ("crate::time::Span", 0),
        ("crate::time::inner::Deep", 0),
        ("crate::time::inner::self", 0),
        ("crate::time::Timestamp", 0),
        ("crate::ids::UserId", 0),
        ("super", 1),
        ("super::f", 1),
    ];
    assert_eq!(
        found,
        expected.map(|(path, depth)| (path.to_owned(), depth))
    );
}
