//! JSON as it is said: written into a buffer that each thread keeps, and handed on in its true length.
//!
//! A long text that grows by doubling would leave blocks of every size behind, between what a connection keeps for as
//! long as it lives: memory that is free and still resident. Knows nothing of what is said.

use std::cell::RefCell;

use serde::Serialize;

/// The most that a thread keeps.
const KEPT: usize = 128 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes `value` as JSON and shows the text to `then`.
///
/// # Errors
/// Where the value has no JSON.
pub fn written<T: Serialize + ?Sized, R>(
    value: &T,
    then: impl FnOnce(&[u8]) -> R,
) -> serde_json::Result<R> {
    // Taken, not borrowed: what is written may itself have something to write.
    let mut buffer = BUFFER.take();
    buffer.clear();
    let shown = serde_json::to_writer(&mut buffer, value).map(|()| then(&buffer));
    if buffer.capacity() <= KEPT {
        BUFFER.set(buffer);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_whole_whatever_was_written_before_it_and_within_it() {
        let text = |value: &str| written(value, <[u8]>::to_vec).unwrap();
        assert_eq!(text(&"x".repeat(KEPT)).len(), KEPT + 2);
        assert_eq!(text("a long one"), b"\"a long one\"");
        let within = written("outer", |outer| [outer, &text("in")].concat());
        assert_eq!(within.unwrap(), b"\"outer\"\"in\"");
        assert_eq!(text("x"), b"\"x\"");
    }

    #[test]
    fn what_has_no_json_leaves_nothing_behind() {
        let broken = std::collections::HashMap::from([(vec![1], 1)]);
        assert!(written(&broken, |_| ()).is_err());
        assert_eq!(written(&1, <[u8]>::to_vec).unwrap(), b"1");
    }
}
