//! Which part of a file a request asks for (RFC 9110, section 14). Pure.
//!
//! One range of bytes is honoured exactly. Several at once, other units and what is malformed get the whole file, as the
//! standard allows.

/// What a `Range` header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The bytes from `first` to `last`, both included; both lie within the file.
    Of {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// Something that lies outside the file.
    Outside,
}

/// What `header` asks for of a file of `size` bytes.
pub fn part(header: &str, size: u64) -> Part {
    let Some((unit, range)) = header.split_once('=') else {
        return Part::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Part::Whole;
    }
    let Some((first, last)) = range.trim().split_once('-') else {
        return Part::Whole;
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(None)) => within(first, u64::MAX, size),
        (Some(Some(first)), Some(Some(last))) if first <= last => within(first, last, size),
        (Some(None), Some(Some(0))) => Part::Outside,
        (Some(None), Some(Some(length))) => within(size.saturating_sub(length), u64::MAX, size),
        _ => Part::Whole,
    }
}

/// Digits, as far as they fit; nothing where there are none; an outer nothing where there is anything else.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| Some(text.parse().unwrap_or(u64::MAX)))
}

fn within(first: u64, last: u64, size: u64) -> Part {
    if first >= size {
        return Part::Outside;
    }
    Part::Of {
        first,
        last: last.min(size - 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(first: u64, last: u64) -> Part {
        Part::Of { first, last }
    }

    #[test]
    fn one_range_is_exact() {
        for (header, expected) in [
            ("bytes=0-0", of(0, 0)),
            ("bytes=0-99", of(0, 99)),
            ("bytes=0-100", of(0, 99)),
            ("bytes=10-19", of(10, 19)),
            ("bytes=99-", of(99, 99)),
            ("bytes=0-", of(0, 99)),
            ("bytes=-1", of(99, 99)),
            ("bytes=-100", of(0, 99)),
            ("bytes=-1000", of(0, 99)),
            ("Bytes = 10 - 19", of(10, 19)),
            ("bytes=5-99999999999999999999999", of(5, 99)),
            ("bytes=-99999999999999999999999", of(0, 99)),
        ] {
            assert_eq!(part(header, 100), expected, "{header}");
        }
    }

    #[test]
    fn what_lies_outside_the_file_cannot_be_had() {
        for header in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(part(header, 100), Part::Outside, "{header}");
        }
        assert_eq!(part("bytes=0-", 0), Part::Outside);
        assert_eq!(part("bytes=-5", 0), Part::Outside);
    }

    #[test]
    fn anything_else_is_answered_with_the_whole_file() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=0-1,5-9",
            "bytes=+1-2",
            "bytes=1",
            "bytes=--1",
            "bytes=1-2-3",
            "seconds=0-5",
            "bytes=0x1-0x2",
        ] {
            assert_eq!(part(header, 100), Part::Whole, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_leads_out_of_the_file(header in "(bytes=)?[-0-9a, ]{0,24}", size in 0..200u64) {
            if let Part::Of { first, last } = part(&header, size) {
                prop_assert!(first <= last && last < size);
            }
        }
    }
}
