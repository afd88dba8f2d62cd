//! The index of people: who has a text in their username or name, whatever the case, at any place in it.
//!
//! Every name is cut into trigrams of bytes, with a mark before its beginning and two after its end; each trigram knows
//! the people it occurs in. A search meets the lists of its own trigrams, the shortest first, looks at what is left, and
//! ends with enough found. One or two letters are what trigrams begin with.

use std::collections::{BTreeMap, HashMap};

use super::posting::{Cursor, Posting};
use crate::ids::UserId;

/// Before each name.
const BEGIN: u8 = 1;
/// After each name.
const END: u8 = 0;
/// More lists than this are not met: what is left is looked at anyway.
const MET: usize = 4;
/// So often the lists are compared to find who is called exactly so; whoever is missed for that comes among those whose
/// name begins so.
const EXACT_STEPS: usize = 8_192;
/// So many changed names at least, and a quarter of all, until the index is made anew.
const STALE: usize = 4_096;

type Trigram = [u8; 3];

/// Who is called how.
#[derive(Debug, Default)]
pub struct PeopleIndex {
    lists: BTreeMap<Trigram, Posting>,
    /// The marked names of each document, one document after the other.
    texts: Vec<u8>,
    /// Whose names, and where in `texts` they begin. A document whose person is called otherwise by now is stale.
    documents: Vec<(UserId, u32)>,
    current: HashMap<UserId, u32>,
}

impl PeopleIndex {
    /// How many people are in it.
    pub fn len(&self) -> usize {
        self.current.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.current.is_empty()
    }

    /// Takes note of how somebody is called now; nobody is found who has no username.
    pub fn note(&mut self, user: UserId, username: Option<&str>, name: &str) {
        let text = username.map(|username| marked(username, name));
        let known = self.current.get(&user).map(|document| self.text(*document));
        if known == text.as_deref() {
            return;
        }
        self.current.remove(&user);
        if let Some(text) = text {
            self.add(user, &text);
        }
        let stale = self.documents.len() - self.current.len();
        if stale > STALE && stale > self.documents.len() / 4 {
            self.renew();
        }
    }

    fn add(&mut self, user: UserId, text: &[u8]) {
        let (Ok(document), Ok(begins)) = (
            u32::try_from(self.documents.len()),
            u32::try_from(self.texts.len()),
        ) else {
            return;
        };
        for window in text.windows(3) {
            if let &[a, b, c] = window
                && a != END
                && b != END
            {
                self.lists.entry([a, b, c]).or_default().push(document);
            }
        }
        // The last letter begins a trigram too.
        for end in ends(text) {
            self.lists.entry(end).or_default().push(document);
        }
        self.texts.extend_from_slice(text);
        self.documents.push((user, begins));
        self.current.insert(user, document);
    }

    /// Makes the index anew, without what is stale.
    fn renew(&mut self) {
        let old = std::mem::take(self);
        for (document, (user, _)) in old.documents.iter().enumerate() {
            let document = document as u32;
            if old.current.get(user) == Some(&document) {
                self.add(*user, old.text(document));
            }
        }
    }

    fn text(&self, document: u32) -> &[u8] {
        let document = document as usize;
        let begins = |at: usize| self.documents.get(at).map(|(_, begins)| *begins as usize);
        let (Some(from), to) = (begins(document), begins(document + 1)) else {
            return &[];
        };
        &self.texts[from..to.unwrap_or(self.texts.len())]
    }

    /// The people in whose username or name `text` occurs: who is called exactly so, then whose name begins so, then the
    /// others; within that, who has been called so for longest.
    pub fn search(&self, text: &str, limit: usize) -> Vec<UserId> {
        let text = text.to_lowercase();
        let text: Vec<u8> = text.bytes().filter(|byte| *byte > BEGIN).collect();
        let begins = [&[BEGIN], text.as_slice()].concat();
        let whole = [begins.as_slice(), &[END]].concat();
        let mut found = Found {
            documents: Vec::new(),
            limit,
        };
        if !text.is_empty() {
            self.collect(&whole, EXACT_STEPS, &mut found);
            self.collect(&begins, usize::MAX, &mut found);
            self.collect(&text, usize::MAX, &mut found);
        }
        let users = found.documents.iter();
        users
            .filter_map(|document| Some(self.documents.get(*document as usize)?.0))
            .collect()
    }

    /// Adds the documents in which `wanted` occurs, until there are enough or so many steps are done.
    fn collect(&self, wanted: &[u8], steps: usize, found: &mut Found) {
        let take = |document: u32, found: &mut Found| {
            if contains(self.text(document), wanted) && self.is_current(document) {
                found.add(document);
            }
        };
        match *wanted {
            [] => {}
            [one] => self.beginning([one, 0, 0], [one, 0xff, 0xff], take, found),
            [one, two] => self.beginning([one, two, 0], [one, two, 0xff], take, found),
            _ => self.meeting(wanted, steps, take, found),
        }
    }

    fn is_current(&self, document: u32) -> bool {
        let user = self.documents.get(document as usize).map(|(user, _)| user);
        user.and_then(|user| self.current.get(user)) == Some(&document)
    }

    /// Everything in the lists of a range of trigrams.
    fn beginning(
        &self,
        from: Trigram,
        to: Trigram,
        take: impl Fn(u32, &mut Found),
        found: &mut Found,
    ) {
        for (_, list) in self.lists.range(from..=to) {
            let mut cursor = list.cursor();
            while let Some(document) = cursor.at() {
                if found.is_enough() {
                    return;
                }
                take(document, found);
                cursor.advance();
            }
        }
    }

    /// What is in the list of every trigram of a text, as far as that is worth while.
    fn meeting(
        &self,
        text: &[u8],
        mut steps: usize,
        take: impl Fn(u32, &mut Found),
        found: &mut Found,
    ) {
        let mut lists: Vec<&Posting> = Vec::with_capacity(text.len());
        for window in text.windows(3) {
            let trigram = [window[0], window[1], window[2]];
            match self.lists.get(&trigram) {
                Some(list) => lists.push(list),
                None => return,
            }
        }
        lists.sort_by_key(|list| list.len());
        let mut cursors: Vec<Cursor<'_>> = lists.iter().take(MET).map(|l| l.cursor()).collect();
        while !found.is_enough()
            && let Some(document) = meet(&mut cursors, &mut steps)
        {
            take(document, found);
            cursors[0].advance();
        }
    }
}

/// The next document that all lists have; none where there is none, or it would take too many steps.
fn meet(cursors: &mut [Cursor<'_>], steps: &mut usize) -> Option<u32> {
    let mut wanted = cursors.first()?.at()?;
    'again: loop {
        *steps = steps.checked_sub(1)?;
        for cursor in cursors.iter_mut() {
            cursor.seek(wanted);
            let here = cursor.at()?;
            if here > wanted {
                wanted = here;
                continue 'again;
            }
        }
        return Some(wanted);
    }
}

struct Found {
    documents: Vec<u32>,
    limit: usize,
}

impl Found {
    fn is_enough(&self) -> bool {
        self.documents.len() >= self.limit
    }

    fn add(&mut self, document: u32) {
        if !self.is_enough() && !self.documents.contains(&document) {
            self.documents.push(document);
        }
    }
}

/// A username and a name, lower case, each between its marks; once where they are the same.
fn marked(username: &str, name: &str) -> Vec<u8> {
    let username = username.to_lowercase();
    let name = name.to_lowercase();
    let mut text = Vec::with_capacity(username.len() + name.len() + 4);
    let mut put = |name: &str| {
        text.push(BEGIN);
        text.extend(name.bytes().filter(|byte| *byte > BEGIN));
        text.push(END);
    };
    put(&username);
    if name != username {
        put(&name);
    }
    text
}

/// The last letter of each name, as the trigram it begins.
fn ends(text: &[u8]) -> impl Iterator<Item = Trigram> {
    text.windows(2)
        .filter(|pair| pair[1] == END && pair[0] > BEGIN)
        .map(|pair| [pair[0], END, END])
}

fn contains(names: &[u8], wanted: &[u8]) -> bool {
    names.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn user(n: usize) -> UserId {
        UserId(Uuid::from_u128(n as u128))
    }

    fn index(names: &[(&str, &str)]) -> PeopleIndex {
        let mut index = PeopleIndex::default();
        for (n, (username, name)) in names.iter().enumerate() {
            index.note(user(n), Some(username), name);
        }
        index
    }

    fn found(index: &PeopleIndex, text: &str) -> Vec<u128> {
        let found = index.search(text, 20);
        found.iter().map(|user| user.0.as_u128()).collect()
    }

    #[test]
    fn who_is_called_so_comes_first_then_whose_name_begins_so_then_the_others() {
        let index = index(&[
            ("susanna", "Susi"),
            ("annabel", "Bel"),
            ("carl", "Ann"),
            ("ANN", "Somebody"),
            ("bob", "Joann"),
            ("dora", "Annette"),
        ]);
        assert_eq!(found(&index, "ann"), [2, 3, 1, 5, 0, 4]);
    }

    #[test]
    fn one_letter_is_enough_and_two_are_found_at_the_end_too() {
        let index = index(&[("abcz", "Q"), ("xyz", "xyz"), ("zoe", "Ada")]);
        assert_eq!(found(&index, "z"), [2, 0, 1]);
        assert_eq!(found(&index, "yz"), [1]);
        assert_eq!(found(&index, "q"), [0]);
        assert_eq!(found(&index, "da"), [2]);
    }

    #[test]
    fn letters_of_any_alphabet_are_found_whatever_their_case() {
        let index = index(&[("one", "Ärger"), ("two", "Михаил"), ("three", "音楽")]);
        assert_eq!(found(&index, "äRG"), [0]);
        assert_eq!(found(&index, "МИХ"), [1]);
        assert_eq!(found(&index, "楽"), [2]);
    }

    #[test]
    fn a_name_given_up_is_found_no_more() {
        let mut index = index(&[("ann", "Ann"), ("bob", "Bob")]);
        index.note(user(0), Some("carla"), "Ann");
        index.note(user(1), None, "Bob");
        assert_eq!(found(&index, "ann"), [0]);
        assert_eq!(found(&index, "carl"), [0]);
        assert_eq!(found(&index, "bob"), [] as [u128; 0]);
        assert_eq!(index.len(), 1);
    }

    #[test]
    fn the_marks_around_names_cannot_be_searched_for() {
        let index = index(&[("ann", "Bob")]);
        assert_eq!(found(&index, "\u{1}ann"), [0]);
        assert_eq!(found(&index, "\u{0}\u{1}"), [] as [u128; 0]);
        assert_eq!(found(&index, "annbob"), [] as [u128; 0]);
    }

    #[test]
    fn an_index_made_anew_finds_the_same() {
        let mut index = index(&[("ann", "Ann")]);
        for round in 0..2 * STALE {
            index.note(user(1), Some(&format!("name_{round}")), "Bob");
        }
        assert!(index.documents.len() < STALE + 3);
        assert_eq!(found(&index, "ann"), [0]);
        assert_eq!(found(&index, "name_81"), [1]);
    }

    fn short() -> impl Strategy<Value = String> {
        "[abA_]{1,7}"
    }

    proptest! {
        #[test]
        fn everybody_with_the_text_in_a_name_is_found_and_nobody_else(
            people in prop::collection::vec((short(), short()), 1..40),
            again in prop::collection::vec((0usize..40, short()), 0..10),
            text in "[abA_]{1,5}",
        ) {
            let mut now = people.clone();
            let mut index = PeopleIndex::default();
            for (n, (username, name)) in people.iter().enumerate() {
                index.note(user(n), Some(username), name);
            }
            for (n, name) in again {
                if let Some(person) = now.get_mut(n) {
                    person.1 = name;
                    index.note(user(n), Some(&person.0), &person.1);
                }
            }
            let wanted = text.to_lowercase();
            let has = |name: &str| name.to_lowercase().contains(&wanted);
            let expected: Vec<UserId> = (0..now.len())
                .filter(|n| has(&now[*n].0) || has(&now[*n].1))
                .map(user)
                .collect();
            let mut found = index.search(&text, 1_000);
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
