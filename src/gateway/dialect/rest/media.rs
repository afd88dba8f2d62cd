//! REST of the media library: upload, list, search, cover, and the sound itself.
//!
//! A file is there for who uploaded it, for whoever shares a room in whose playlist it is, and, where it lies in the
//! media folder, for everybody signed in; by its name in the folder also for everybody else, while quick rooms are
//! switched on. For everybody else there is no such file.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use bytes::Bytes;
use futures_util::{Stream, stream};
use hyper::Method;
use hyper::header::{CONTENT_TYPE, EXPECT};
use multer::{Constraints, Field, Multipart, SizeLimit};

use crate::catalog::{CatalogError, Media, Upload};
use crate::gateway::answer::{self, Answer, created, no_content, not_found, ok};
use crate::gateway::limits::Limit;
use crate::gateway::media::{Version, file, picture};
use crate::gateway::request::{BodyStream, Request, declared_length, read_past, unreadable};
use crate::gateway::route::Access::{PerhapsByQuery, SignedInByQuery};
use crate::gateway::route::Counted::ByUser;
use crate::gateway::route::{Gives, Route, route};
use crate::ids::{MediaId, UserId};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::rest;

/// The field of the form that holds the file.
const FIELD: &str = "file";
/// How much a form may have beside its file, in bytes.
const FORM: u64 = 64 * 1024;
/// How much of a form is read at once, in bytes.
const AT_ONCE: usize = 64 * 1024;
/// How much of a form is read without any of it being the file's, in bytes.
const UNFILED: usize = 512 * 1024;
/// How much of a refused file is still read, so that the client gets to read the answer.
const READ_PAST: usize = 32 * 1024 * 1024;
/// How many files a search gives where the caller does not say.
const FOUND: usize = 50;
/// How many files a search gives at most.
const MAX_FOUND: usize = 200;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Method::POST, "/api/v1/media", "Upload a file")
            .counted(ByUser(Limit::Upload))
            .takes_form()
            .gives::<rest::Media>(201)
            .by(upload),
        route(
            Method::GET,
            "/api/v1/media",
            "Your files and those of the media folder",
        )
        .gives::<rest::MediaList>(200)
        .by(list),
        route(
            Method::GET,
            "/api/v1/catalog/search",
            "Find files by title, artist or album",
        )
        .query(&["q", "limit"])
        .gives::<rest::MediaList>(200)
        .by(search),
        route(
            Method::GET,
            "/api/v1/media/{media_id}",
            "A file's description",
        )
        .gives::<rest::Media>(200)
        .by(show),
        route(
            Method::DELETE,
            "/api/v1/media/{media_id}",
            "Delete your file",
        )
        .by(delete),
        route(
            Method::GET,
            "/api/v1/media/{media_id}/cover",
            "A file's picture",
        )
        .open_to(SignedInByQuery)
        .gives_other(200, Gives::Bytes("image/*"))
        .by(cover),
        route(
            Method::GET,
            "/api/v1/media/{media_id}/peaks",
            "How loud a file is from beginning to end, to draw it",
        )
        .open_to(SignedInByQuery)
        .gives::<rest::Peaks>(200)
        .by(peaks),
        route(
            Method::GET,
            "/media/{media_id}",
            "The sound itself, whole or in ranges; a file of the media folder also by its name",
        )
        .open_to(PerhapsByQuery)
        .scoped()
        .gives_other(200, Gives::Bytes("audio/*"))
        .by(sound),
    ]
}

/// `GET media`.
async fn list(request: Request) -> Answer {
    let media = request.gateway.catalog.list(request.caller()?.user);
    ok(&in_wire_words(&media))
}

/// `GET catalog/search?q=&limit=`.
async fn search(request: Request) -> Answer {
    let user = request.caller()?.user;
    let text = request.query("q").unwrap_or_default();
    let limit = request.query_as("limit")?.unwrap_or(FOUND).min(MAX_FOUND);
    let found = request.gateway.catalog.search(user, text, limit);
    ok(&in_wire_words(&found))
}

/// `GET media/{id}`.
async fn show(request: Request) -> Answer {
    ok(&rest::Media::from(&*allowed(&request).await?.1))
}

/// `DELETE media/{id}`.
async fn delete(request: Request) -> Answer {
    let (user, media) = allowed(&request).await?;
    request.gateway.catalog.delete(user, media.id).await?;
    no_content()
}

/// `GET media/{id}/cover`.
async fn cover(request: Request) -> Answer {
    let (_, media) = allowed(&request).await?;
    let catalog = &request.gateway.catalog;
    let none = || not_found("cover");
    let open = catalog.open_file(media.id).await?.ok_or_else(none)?;
    let version = Version::new(&format!("cover-{}", open.version), open.modified);
    if let Some(unchanged) = version.unchanged(&request.headers) {
        return Ok(unchanged);
    }
    let cover = catalog.cover(media.id).await?.ok_or_else(none)?;
    Ok(picture(&version, cover))
}

/// `GET media/{id}/peaks`.
async fn peaks(request: Request) -> Answer {
    let (_, media) = allowed(&request).await?;
    let catalog = &request.gateway.catalog;
    let none = || not_found("waveform");
    let open = catalog.open_file(media.id).await?.ok_or_else(none)?;
    let version = Version::new(&format!("peaks-{}", open.version), open.modified);
    if let Some(unchanged) = version.unchanged(&request.headers) {
        return Ok(unchanged);
    }
    let measured = catalog.peaks(media.id, &open.version).await?;
    let peaks = measured.ok_or_else(none)?;
    Ok(version.of(&rest::Peaks { peaks }))
}

/// `GET /media/{id}`.
async fn sound(request: Request) -> Answer {
    let name = request.params.first().map_or("", String::as_str);
    let id = match name.parse::<MediaId>() {
        Ok(_) => allowed(&request).await?.1.id,
        Err(_) => named(&request, name).await?,
    };
    let opened = request.gateway.catalog.open_file(id).await?;
    let open = opened.ok_or_else(|| not_found("media"))?;
    file(&request.method, &request.headers, open).await
}

/// The file of that name in the media folder.
async fn named(request: &Request, name: &str) -> Result<MediaId, ErrorBody> {
    if !request.gateway.settings.now().quick_rooms {
        request.caller()?;
    }
    let found = request.gateway.catalog.in_folder(name).await;
    found.ok_or_else(|| not_found("media"))
}

/// The file that a call is about, where it is there for the caller.
async fn allowed(request: &Request) -> Result<(UserId, Arc<Media>), ErrorBody> {
    let (caller, app) = (request.caller()?, &request.gateway.app);
    let user = caller.user;
    let none = || not_found("media");
    let id: MediaId = request.id(0).map_err(|_| none())?;
    let media = request.gateway.catalog.get(id).ok_or_else(none)?;
    let is_there = match (caller.scope, media.uploaded_by) {
        (Some(room), _) => app.may_hear_in(user, room, id).await?,
        (None, None) => true,
        (None, Some(owner)) if owner == user => true,
        (None, Some(_)) => app.may_hear(user, id).await?,
    };
    is_there.then_some((user, media)).ok_or_else(none)
}

/// `POST media`.
async fn upload(mut request: Request) -> Answer {
    let user = request.caller()?.user;
    let catalog = request.gateway.catalog.clone();
    let Some(body) = request.take_stream() else {
        return Err(answer::broken());
    };
    let most = catalog.limits().max_file;
    let begun = match boundary(&request) {
        Err(error) => Err(error),
        Ok(_) if declared_length(&request.headers) > Some(most.saturating_add(FORM)) => {
            Err(CatalogError::TooLarge(most).into())
        }
        Ok(boundary) => {
            let at = request.gateway.app.clock().now();
            let upload = catalog.begin_upload(user, at).await;
            upload.map(|upload| (boundary, upload)).map_err(Into::into)
        }
    };
    let (boundary, upload) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            if !request.headers.contains_key(EXPECT) {
                read_past(body).await;
            }
            return Err(error);
        }
    };
    let media = receive(body, boundary, upload, most).await?;
    created(&rest::Media::from(&*media))
}

fn boundary(request: &Request) -> Result<String, ErrorBody> {
    let declared = request.headers.get(CONTENT_TYPE);
    declared
        .and_then(|value| multer::parse_boundary(value.to_str().ok()?).ok())
        .ok_or_else(|| answer::invalid("send the file as multipart/form-data, in the field `file`"))
}

/// Reads the form and puts its file on the shelf.
async fn receive(
    body: BodyStream,
    boundary: String,
    mut upload: Upload,
    most: u64,
) -> Result<Arc<Media>, ErrorBody> {
    let unfiled = Arc::new(AtomicUsize::new(0));
    let sizes = SizeLimit::new().whole_stream(most.saturating_add(FORM));
    let constraints = Constraints::new()
        .allowed_fields(vec![FIELD])
        .size_limit(sizes);
    let body = in_small_steps(body, unfiled.clone());
    let mut form = Multipart::with_constraints(body, boundary, constraints);
    let malformed = |error| malformed(error, most);

    let first = form.next_field().await.map_err(malformed)?;
    let mut field = first.ok_or_else(|| answer::invalid("the form has no field `file`"))?;
    let name = field.file_name().map(str::to_owned);
    while let Some(chunk) = field.chunk().await.map_err(malformed)? {
        unfiled.store(0, Ordering::Relaxed);
        if let Err(error) = upload.write(chunk).await {
            drop(upload);
            pass_over(field, &unfiled).await;
            return Err(error.into());
        }
    }
    drop(field);
    if form.next_field().await.map_err(malformed)?.is_some() {
        return Err(answer::invalid("upload one file at a time"));
    }
    Ok(upload.finish(name.as_deref()).await?)
}

/// A body in steps so small that a form never holds much of it, and that ends where too much of it is no file's.
fn in_small_steps(
    mut body: BodyStream,
    unfiled: Arc<AtomicUsize>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let mut step = 0;
    stream::poll_fn(move |context| {
        if step >= AT_ONCE {
            step = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = body.as_mut().poll_next(context);
        if let Poll::Ready(Some(Ok(part))) = &polled {
            step += part.len();
            if unfiled.fetch_add(part.len(), Ordering::Relaxed) > UNFILED {
                return Poll::Ready(Some(Err(io::Error::other("no file in this form"))));
            }
        } else {
            step = 0;
        }
        polled.map_err(io::Error::other)
    })
}

/// Reads on, within bounds, and forgets.
async fn pass_over(mut field: Field<'static>, unfiled: &AtomicUsize) {
    let mut left = READ_PAST;
    while let Ok(Some(chunk)) = field.chunk().await {
        unfiled.store(0, Ordering::Relaxed);
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}

fn malformed(error: multer::Error, most: u64) -> ErrorBody {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            CatalogError::TooLarge(most).into()
        }
        multer::Error::UnknownField { .. } => {
            answer::invalid("the form has one field, `file`, and no other")
        }
        multer::Error::StreamReadFailed(cause) => {
            let cause = cause
                .downcast::<io::Error>()
                .ok()
                .and_then(|error| error.into_inner())
                .and_then(|cause| cause.downcast::<warp::Error>().ok());
            cause.map_or_else(
                || answer::invalid("the form is not well formed"),
                |error| unreadable(&error),
            )
        }
        _ => answer::invalid("the form ended too early or is not well formed"),
    }
}

fn in_wire_words(media: &[Arc<Media>]) -> rest::MediaList {
    rest::MediaList {
        media: media.iter().map(|media| (&**media).into()).collect(),
    }
}

impl From<&Media> for rest::Media {
    fn from(media: &Media) -> Self {
        let id = media.id;
        Self {
            media_id: id,
            title: media.title.clone(),
            artists: media.artists.clone(),
            album: media.album.clone(),
            duration_ms: media.duration_ms(),
            artwork_url: media.has_cover.then(|| format!("/api/v1/media/{id}/cover")),
            content_type: media.kind.content_type().to_owned(),
            size: media.size,
            uploaded_by: media.uploaded_by,
            url: format!("/media/{id}"),
        }
    }
}

impl From<CatalogError> for ErrorBody {
    fn from(error: CatalogError) -> Self {
        let code = match &error {
            CatalogError::Refused(_) => ErrorCode::InvalidRequest,
            CatalogError::TooLarge(_) | CatalogError::QuotaUsed(_) => ErrorCode::PayloadTooLarge,
            CatalogError::StorageFull => ErrorCode::StorageFull,
            CatalogError::NotYours => ErrorCode::Forbidden,
            CatalogError::NotFound => ErrorCode::NotFound,
            CatalogError::Broken(cause) => {
                tracing::error!(error = %cause, "the media library cannot be read or written");
                return answer::broken();
            }
        };
        Self::new(code, error.to_string())
    }
}
