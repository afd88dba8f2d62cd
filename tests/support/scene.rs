//! One room with a host and a guest in it: where most tests of what people do in a room begin.

use super::server::{Person, Server};

pub struct Scene {
    pub server: Server,
    pub host: Person,
    pub guest: Person,
    pub room: String,
}

pub async fn scene() -> Scene {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    Scene {
        server,
        host,
        guest,
        room,
    }
}

impl Scene {
    /// The REST address of something of the room.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/rooms/{}{rest}", self.room)
    }
}
