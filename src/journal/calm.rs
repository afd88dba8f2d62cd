//! Where sled's panics end: it panics on many a damaged byte, and a journal must answer with a sentence instead.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static CALM: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// How sled failed.
#[derive(Debug)]
pub(super) enum Stumble {
    /// It said so.
    Error(sled::Error),
    /// It panicked: the first line of what it said.
    Panic(String),
}

impl fmt::Display for Stumble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(sled::Error::Io(error)) => error.fmt(f),
            Self::Error(sled::Error::Corruption { .. }) => f.write_str("the store is corrupt"),
            Self::Error(error) => error.fmt(f),
            Self::Panic(said) => write!(f, "the store stumbled: {said}"),
        }
    }
}

/// Runs something of sled's, and turns a panic into an error.
pub(super) fn calm<T>(run: impl FnOnce() -> sled::Result<T>) -> Result<T, Stumble> {
    HOOK.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |panic| {
            if !CALM.get() {
                previous(panic);
            }
        }));
    });
    let before = CALM.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(run));
    CALM.set(before);
    match outcome {
        Ok(outcome) => outcome.map_err(Stumble::Error),
        Err(panic) => Err(Stumble::Panic(first_line(panic.as_ref()))),
    }
}

fn first_line(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.and_then(|text| text.lines().next())
        .unwrap_or("it did not say why")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_text() {
        let failed = calm::<()>(|| panic!("at byte {}", 7)).map_err(|e| e.to_string());
        assert_eq!(failed, Err("the store stumbled: at byte 7".to_owned()));
        assert!(matches!(calm(|| Ok(1)), Ok(1)));
    }
}
