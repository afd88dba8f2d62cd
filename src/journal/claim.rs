//! Claims: durable uniqueness reservations, taken and given back in the batch of the entry that causes it.

use super::{AppendError, StreamId};
use crate::domain::aggregate::{Claim, ClaimKey};

/// Who holds each touched key afterwards; nobody where it was given back.
pub(super) type Changes = Vec<(ClaimKey, Option<StreamId>)>;

/// What an append's claims come to, in their order. A key that its holder reserves again stays as it is; one that
/// another holds cannot be given back.
pub(super) fn resolve(
    claims: &[Claim],
    stream: StreamId,
    holder: impl Fn(&ClaimKey) -> Result<Option<StreamId>, AppendError>,
) -> Result<Changes, AppendError> {
    let mut changes = Changes::new();
    for claim in claims {
        let (Claim::Reserve(key) | Claim::Release(key)) = claim;
        let changed = changes.iter().rev().find(|(touched, _)| touched == key);
        let held_by = match changed {
            Some((_, now)) => *now,
            None => holder(key)?,
        };
        match (claim, held_by) {
            (Claim::Reserve(_), Some(other)) if other != stream => {
                return Err(AppendError::ClaimTaken(key.clone()));
            }
            (Claim::Reserve(_), None) => changes.push((key.clone(), Some(stream))),
            (Claim::Release(_), Some(own)) if own == stream => changes.push((key.clone(), None)),
            (Claim::Reserve(_) | Claim::Release(_), _) => {}
        }
    }
    Ok(changes)
}
