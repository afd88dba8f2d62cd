//! Who comes in: what a call counts for, who is signed in, and what their token opens.

use hyper::header::AUTHORIZATION;
use hyper::{HeaderMap, Method};

use super::{Access, Counted, Route, Takes};
use crate::gateway::Gateway;
use crate::gateway::auth::cookies::{CSRF_HEADER, Cookie};
use crate::gateway::auth::{Caller, sign_in, unscoped};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::wire::error_code::{ErrorBody, ErrorCode};

impl Route {
    /// Counts the call, learns who calls, and reads what the route takes.
    pub(super) async fn admit(&self, request: &mut Request) -> Result<(), ErrorBody> {
        let gateway = request.gateway.clone();
        if !self.free {
            gateway.limits.charge(Limit::Api, request.peer.network())?;
        }
        request.caller = self.authenticate(request).await?;
        request.check_key()?;
        match (self.counted, &request.caller) {
            (Some(Counted::ByUser(limit)), Some(caller)) => {
                gateway.limits.charge(limit, caller.user)?;
            }
            (Some(Counted::ByUser(limit) | Counted::ByAddress(limit)), _) => {
                gateway.limits.charge(limit, request.peer.network())?;
            }
            (None, _) => {}
        }
        match self.takes {
            Takes::Json(_) => request.read_json().await,
            Takes::Bytes(_, most) => request.read_whole(most).await,
            Takes::Nothing | Takes::Form => Ok(()),
        }
    }

    async fn authenticate(&self, request: &Request) -> Result<Option<Caller>, ErrorBody> {
        if self.access == Access::Anybody {
            return Ok(None);
        }
        let by_query = match self.access {
            Access::SignedInByQuery | Access::PerhapsByQuery => request.query("token"),
            Access::Anybody | Access::Perhaps | Access::SignedIn => None,
        };
        if let Some(token) = bearer(&request.headers)? {
            return Ok(Some(self.check(request, token).await?));
        }
        if let Some(shown) = by_query {
            let Gateway { authority, app, .. } = &*request.gateway;
            let caller = authority.check_shown(app, shown).await?;
            return self.fitting(request, caller).map(Some);
        }
        let by_cookie = match Cookie::Access.read(&request.headers, request.peer.tls) {
            Some(token) => self.check(request, token).await,
            None => Err(sign_in("sign in first")),
        };
        let caller = by_cookie.and_then(|caller| {
            let safe = matches!(request.method, Method::GET | Method::HEAD);
            if safe || request.shows_csrf(caller.session) {
                Ok(caller)
            } else {
                Err(ErrorBody::new(
                    ErrorCode::Forbidden,
                    format!("a change signed in by cookie needs the header {CSRF_HEADER}"),
                ))
            }
        });
        match (caller, self.access) {
            (Ok(caller), _) => Ok(Some(caller)),
            (Err(_), Access::Perhaps | Access::PerhapsByQuery) => Ok(None),
            (Err(error), _) => Err(error),
        }
    }

    async fn check(&self, request: &Request, token: &str) -> Result<Caller, ErrorBody> {
        let Gateway { authority, app, .. } = &*request.gateway;
        self.fitting(request, authority.check_any(app, token).await?)
    }

    /// The caller, where their token opens this.
    pub(super) fn fitting(&self, request: &Request, caller: Caller) -> Result<Caller, ErrorBody> {
        if !self.scoped {
            return unscoped(caller);
        }
        match request.id(0) {
            Ok(room) => caller.within(room).map(|()| caller),
            Err(_) => Ok(caller),
        }
    }
}

/// The token of `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ErrorBody> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    });
    token
        .map(Some)
        .ok_or_else(|| sign_in("the header authorization must say: Bearer <access token>"))
}
