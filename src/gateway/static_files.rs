//! The browser client, embedded.

use warp::filters::BoxedFilter;

use super::answer::Response;

/// Answers `GET` of the client's files.
pub fn filter() -> BoxedFilter<(Response,)> {
    use warp::Filter;
    warp::any()
        .and_then(|| async { Err::<Response, _>(warp::reject::not_found()) })
        .boxed()
}
