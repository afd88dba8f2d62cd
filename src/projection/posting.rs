//! A posting list: ascending document numbers in little memory, with places to jump in.
//!
//! Every [`BLOCK`] documents the list begins anew with a whole number; between them only differences are kept, most of
//! them in one byte.

/// How many documents lie between two places to jump to.
const BLOCK: u32 = 128;

/// Ascending document numbers.
#[derive(Debug, Default)]
pub(super) struct Posting {
    /// The differences within each block, as variable-length numbers.
    deltas: Vec<u8>,
    /// The first document of each block, and where its differences begin.
    blocks: Vec<(u32, u32)>,
    last: u32,
    len: u32,
}

impl Posting {
    /// How many documents.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// Adds a document, the highest so far; the last one again changes nothing.
    pub(super) fn push(&mut self, document: u32) {
        if self.len > 0 && document <= self.last {
            return;
        }
        if self.len.is_multiple_of(BLOCK) {
            let begins = u32::try_from(self.deltas.len()).unwrap_or(u32::MAX);
            self.blocks.push((document, begins));
        } else {
            let mut delta = document - self.last;
            while delta >= 0x80 {
                self.deltas.push(delta as u8 | 0x80);
                delta >>= 7;
            }
            self.deltas.push(delta as u8);
        }
        self.last = document;
        self.len += 1;
    }

    /// Reads from the beginning.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor {
            list: self,
            at: self.blocks.first().map(|(document, _)| *document),
            index: 0,
            offset: 0,
        }
    }
}

/// A place in a list.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    list: &'a Posting,
    at: Option<u32>,
    index: u32,
    offset: usize,
}

impl Cursor<'_> {
    /// The document here; none at the end.
    pub(super) fn at(&self) -> Option<u32> {
        self.at
    }

    /// Goes one further.
    pub(super) fn advance(&mut self) {
        let Some(here) = self.at else { return };
        self.index += 1;
        if self.index >= self.list.len {
            self.at = None;
        } else if self.index.is_multiple_of(BLOCK) {
            self.enter((self.index / BLOCK) as usize);
        } else {
            self.at = Some(here + self.delta());
        }
    }

    fn enter(&mut self, block: usize) {
        let Some((document, begins)) = self.list.blocks.get(block) else {
            self.at = None;
            return;
        };
        self.at = Some(*document);
        self.index = block as u32 * BLOCK;
        self.offset = *begins as usize;
    }

    fn delta(&mut self) -> u32 {
        let (mut value, mut shift) = (0, 0);
        while let Some(byte) = self.list.deltas.get(self.offset) {
            self.offset += 1;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
        }
        value
    }

    /// Goes to the first document that is `target` or beyond; never back.
    pub(super) fn seek(&mut self, target: u32) {
        if self.at.is_none_or(|here| here >= target) {
            return;
        }
        let current = (self.index / BLOCK) as usize;
        let next = self.list.blocks.get(current + 1);
        if next.is_some_and(|(first, _)| *first <= target) {
            let after = self
                .list
                .blocks
                .partition_point(|(first, _)| *first <= target);
            self.enter(after - 1);
        }
        while self.at.is_some_and(|here| here < target) {
            self.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(documents: impl IntoIterator<Item = u32>) -> Posting {
        let mut list = Posting::default();
        documents
            .into_iter()
            .for_each(|document| list.push(document));
        list
    }

    fn all(list: &Posting) -> Vec<u32> {
        let mut cursor = list.cursor();
        let mut all = vec![];
        while let Some(document) = cursor.at() {
            all.push(document);
            cursor.advance();
        }
        all
    }

    #[test]
    fn what_follows_closely_takes_about_a_byte() {
        let dense = list(0..100_000);
        let bytes = dense.deltas.len() + dense.blocks.len() * 8;
        assert!(bytes < 110_000, "{bytes}");
    }

    proptest! {
        #[test]
        fn a_list_gives_back_what_it_was_given_and_seeks_as_a_scan_would(
            documents in prop::collection::btree_set(0u32..2_000_000, 0..700),
            targets in prop::collection::vec(0u32..2_000_000, 0..20),
        ) {
            let list = list(documents.iter().copied());
            prop_assert_eq!(all(&list), documents.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(list.len() as usize, documents.len());
            let mut cursor = list.cursor();
            let mut furthest = 0;
            for target in targets {
                furthest = furthest.max(target);
                cursor.seek(target);
                prop_assert_eq!(cursor.at(), documents.range(furthest..).next().copied());
            }
        }
    }
}
