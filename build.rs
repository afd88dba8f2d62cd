//! Builds the browser client in `web/` and leaves it in `$OUT_DIR/web`, where the gateway embeds it.
//!
//! Nothing is written into the source tree: `web/` is copied aside, `npm ci` runs there only when the
//! lock file changed, and Vite writes the result. It knows nothing of what the client is made of.

use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, fs, io};

const WAYS_OUT: &str = "install Node.js 20 or newer, or set TUTTI_WEB_DIST to the folder of an already \
     built client, or build without it: cargo build --no-default-features";

/// What a build of the client neither reads nor should be woken by.
const NOT_SOURCES: [&str; 4] = ["node_modules", "dist", "coverage", ".vite"];

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TUTTI_WEB_DIST");
    println!("cargo::rerun-if-env-changed=DOCS_RS");
    if env::var_os("CARGO_FEATURE_WEB").is_none() {
        return;
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let dist = out.join("web");

    let done = if env::var_os("DOCS_RS").is_some() {
        // Documentation needs the folder to exist, not what is in it.
        fs::create_dir_all(&dist).map_err(|e| cannot("create", &dist, &e))
    } else if let Some(prebuilt) = env::var_os("TUTTI_WEB_DIST") {
        take_prebuilt(&root.join(prebuilt), &dist)
    } else {
        build(&root.join("web"), &out.join("web-build"), &dist)
    };
    if let Err(sentence) = done {
        println!("cargo::error={sentence}");
        exit(1);
    }
}

fn build(source: &Path, work: &Path, dist: &Path) -> Result<(), String> {
    require_node()?;
    let mut files = Vec::new();
    list(source, &mut files)?;
    refresh(source, &files, work)?;

    let lock = source.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|e| cannot("read", &lock, &e))?;
    let stamp = work.join("node_modules/.installed-lock");
    if fs::read(&stamp).ok().as_deref() != Some(&wanted) {
        let flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(Command::new(NPM).args(flags).current_dir(work))?;
        fs::write(&stamp, &wanted).map_err(|e| cannot("write", &stamp, &e))?;
    }
    run(Command::new(NPM)
        .args(["run", "build", "--", "--emptyOutDir", "--outDir"])
        .arg(dist)
        .current_dir(work))?;
    require_index(dist)
}

fn take_prebuilt(prebuilt: &Path, dist: &Path) -> Result<(), String> {
    require_index(prebuilt)?;
    let mut files = Vec::new();
    list(prebuilt, &mut files)?;
    refresh(prebuilt, &files, dist)
}

fn require_index(dist: &Path) -> Result<(), String> {
    if dist.join("index.html").is_file() {
        return Ok(());
    }
    Err(format!(
        "{} holds no index.html, so it is not a built browser client",
        dist.display()
    ))
}

fn require_node() -> Result<(), String> {
    let found = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if found(NPM).is_none() {
        return Err(format!(
            "building the browser client needs npm, which was not found: {WAYS_OUT}"
        ));
    }
    let node = found("node").unwrap_or_default();
    let major = node.trim_start_matches('v').split('.').next();
    match major.and_then(|m| m.parse::<u32>().ok()) {
        Some(20..) => Ok(()),
        _ => Err(format!(
            "building the browser client needs Node.js 20 or newer, found {node:?}: {WAYS_OUT}"
        )),
    }
}

/// Collects the files below `dir`, and asks cargo to run this again when one of them changes. A new
/// source needs an import to matter; only `public/` is copied whole, so that folder is watched itself.
fn list(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(dir).map_err(|e| cannot("read", dir, &e))?;
    let mut names: Vec<_> = entries.filter_map(Result::ok).collect();
    names.sort_by_key(fs::DirEntry::file_name);
    for entry in names {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if NOT_SOURCES.contains(&&*name) || name.ends_with(".test.ts") {
            continue;
        }
        if path.is_dir() {
            if name == "public" {
                println!("cargo::rerun-if-changed={}", path.display());
            }
            list(&path, files)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

/// Makes `work` hold exactly `files`, beside the packages that were installed there before.
fn refresh(source: &Path, files: &[PathBuf], work: &Path) -> Result<(), String> {
    fs::create_dir_all(work).map_err(|e| cannot("create", work, &e))?;
    for entry in fs::read_dir(work).map_err(|e| cannot("read", work, &e))? {
        let path = entry.map_err(|e| cannot("read", work, &e))?.path();
        let removed = if path.ends_with("node_modules") {
            Ok(())
        } else if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|e| cannot("remove", &path, &e))?;
    }
    for file in files {
        let to = work.join(file.strip_prefix(source).unwrap_or(file));
        let folder = to.parent().unwrap_or(work);
        fs::create_dir_all(folder).map_err(|e| cannot("create", folder, &e))?;
        fs::copy(file, &to).map_err(|e| cannot("copy", file, &e))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<(), String> {
    let said = format!("{command:?}");
    let output = command
        .output()
        .map_err(|e| format!("cannot run {said}: {e}; {WAYS_OUT}"))?;
    if output.status.success() {
        return Ok(());
    }
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
    eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    Err(format!(
        "building the browser client failed at {said}, whose output stands below; to do without: {WAYS_OUT}"
    ))
}

fn cannot(verb: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {verb} {}: {error}", path.display())
}
