//! The head start of music, and whether everybody is ready for it: from what listeners report of themselves.
//!
//! Knows neither rooms nor connections, only the latest word of each listener that starts music at a time named ahead.

use crate::ids::ItemId;
use crate::time::{Span, Timestamp};

/// The head start where everybody has the item loaded and is near.
pub const SHORTEST_LEAD: Span = Span::from_ms(250);
/// The head start where nobody has said yet what is loaded.
pub const LOADING_LEAD: Span = Span::from_ms(1_000);
/// The longest head start: one stuck listener never holds the room.
pub const LONGEST_LEAD: Span = Span::from_ms(3_000);
/// A word older than this is nobody's: a listener that fell silent is not waited for.
const FRESH: Span = Span::from_secs(5);

/// What a listener's client says about itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// What it plays or has loaded.
    pub item: Option<ItemId>,
    /// Expected minus actual playback position, in milliseconds.
    pub drift_ms: f64,
    /// Server minus client clock, in milliseconds.
    pub offset_ms: f64,
    /// Round trip, in milliseconds.
    pub rtt_ms: f64,
    /// It waits for data.
    pub buffering: bool,
    /// It is ready to play `item`.
    pub loaded: bool,
    /// What it is ready to play besides.
    pub ahead: Option<ItemId>,
}

impl Report {
    fn has(&self, item: ItemId) -> bool {
        let plays = self.loaded && !self.buffering && self.item == Some(item);
        plays || self.ahead == Some(item)
    }
}

/// The latest word of one listener, and when it came.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) report: Report,
    pub(super) at: Timestamp,
}

/// The fresh words of those in a room who start music at a time named ahead.
pub(super) struct Listeners<'a> {
    reports: Vec<&'a Report>,
}

impl<'a> Listeners<'a> {
    pub(super) fn of(words: impl Iterator<Item = &'a Word>, now: Timestamp) -> Self {
        let fresh = words.filter(|word| now.since(word.at) <= FRESH);
        Self {
            reports: fresh.map(|word| &word.report).collect(),
        }
    }

    /// Nine in ten of them: the slowest tenth catches up by itself.
    fn most(&self) -> usize {
        self.reports.len() - self.reports.len() / 10
    }

    /// Whether most have `item` loaded. Nobody at all is ready.
    pub(super) fn have(&self, item: ItemId) -> bool {
        self.reports
            .iter()
            .filter(|report| report.has(item))
            .count()
            >= self.most()
    }

    /// The head start for `item`: where most have it, from how near they are; else as long as may be waited for them.
    pub(super) fn lead(&self, item: Option<ItemId>) -> Span {
        let Some(item) = item.filter(|_| !self.reports.is_empty()) else {
            return LOADING_LEAD;
        };
        if self.have(item) {
            self.needed()
        } else {
            LONGEST_LEAD
        }
    }

    /// What news of a start needs to reach most of them in time.
    fn needed(&self) -> Span {
        let mut trips: Vec<f64> = self
            .reports
            .iter()
            .map(|report| report.rtt_ms)
            .filter(|ms| ms.is_finite())
            .collect();
        trips.sort_by(f64::total_cmp);
        let trip = trips
            .get(self.most().min(trips.len()).saturating_sub(1))
            .copied()
            .unwrap_or(0.0)
            .clamp(0.0, 3_000.0);
        let needed = Span::from_ms((150.0 + 2.0 * trip) as i64);
        needed.clamp(SHORTEST_LEAD, LONGEST_LEAD)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(100_000);

    fn item(n: u128) -> ItemId {
        ItemId(Uuid::from_u128(n))
    }

    fn word(playing: u128, loaded: bool) -> Word {
        let report = Report {
            item: Some(item(playing)),
            drift_ms: 0.0,
            offset_ms: 0.0,
            rtt_ms: 20.0,
            buffering: false,
            loaded,
            ahead: None,
        };
        Word { report, at: NOW }
    }

    fn lead(words: &[Word]) -> Span {
        Listeners::of(words.iter(), NOW).lead(Some(item(1)))
    }

    #[test]
    fn where_all_have_it_loaded_the_lead_is_short() {
        assert_eq!(lead(&[word(1, true), word(1, true)]), SHORTEST_LEAD);
    }

    #[test]
    fn where_somebody_still_loads_the_lead_is_as_long_as_may_be_waited() {
        assert_eq!(lead(&[word(1, true), word(1, false)]), LONGEST_LEAD);
        assert_eq!(lead(&[word(1, true), word(2, true)]), LONGEST_LEAD);
    }

    #[test]
    fn what_is_loaded_ahead_counts() {
        let mut preloaded = word(2, true);
        preloaded.report.ahead = Some(item(1));
        assert_eq!(lead(&[preloaded]), SHORTEST_LEAD);
    }

    #[test]
    fn one_in_ten_is_not_waited_for() {
        let mut words = vec![word(1, true); 9];
        words.push(word(1, false));
        assert_eq!(lead(&words), SHORTEST_LEAD);
        words.push(word(1, false));
        assert_eq!(lead(&words), LONGEST_LEAD);
    }

    #[test]
    fn one_who_fell_silent_is_not_waited_for() {
        let mut silent = word(2, false);
        silent.at = NOW - Span::from_ms(5_001);
        assert_eq!(lead(&[word(1, true), silent]), SHORTEST_LEAD);
    }

    #[test]
    fn nobody_who_reports_is_nobody_to_wait_for() {
        assert_eq!(lead(&[]), LOADING_LEAD);
    }

    #[test]
    fn a_long_way_takes_a_longer_lead_and_never_more_than_the_longest() {
        let far = |rtt_ms| {
            let mut word = word(1, true);
            word.report.rtt_ms = rtt_ms;
            lead(&[word])
        };
        assert_eq!(far(400.0), Span::from_ms(950));
        assert_eq!(far(1e9), LONGEST_LEAD);
        assert_eq!(far(f64::NAN), SHORTEST_LEAD);
    }
}
