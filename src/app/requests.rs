//! Use cases around guests' requests: finding one by its name alone.

use crate::domain::room::Room;
use crate::domain::room::request::{Request, Requests};
use crate::ids::{RequestId, RoomId, UserId};

use super::{App, AppError};

const UNKNOWN: AppError = AppError::NotFound("there is no such request");

impl App {
    /// The room in which a request was made, for its members.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also where the caller may not know of it.
    pub async fn room_of_request(
        &self,
        user: UserId,
        request: RequestId,
    ) -> Result<RoomId, AppError> {
        let room = self.requests.room_of(request).ok_or(UNKNOWN)?;
        let knows = self.look(room, move |state| {
            state.open().is_some_and(|open| {
                open.membership.role(user).is_some() && open.requests.get(request).is_some()
            })
        });
        if knows.await? { Ok(room) } else { Err(UNKNOWN) }
    }

    /// A request as it stands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the room knows none of that name.
    pub async fn request(&self, room: RoomId, request: RequestId) -> Result<Request, AppError> {
        let look = move |state: &Room| state.open()?.requests.get(request).cloned();
        self.look(room, look).await?.ok_or(UNKNOWN)
    }

    /// What a room's guests ask for, for its members.
    ///
    /// # Errors
    /// Where the caller is no member, or the machine says no.
    pub async fn requests_of(&self, user: UserId, room: RoomId) -> Result<Requests, AppError> {
        self.require_member(user, room).await?;
        let look = |state: &Room| state.open().map(|open| open.requests.clone());
        Ok(self.look(room, look).await?.unwrap_or_default())
    }
}
