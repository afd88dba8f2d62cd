//! Counters of what the server does, in the text format of Prometheus. Knows nobody who counts.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to it.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Relaxed);
    }

    /// What it counted so far.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A number that comes and goes.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Sets it.
    pub fn set(&self, now: usize) {
        self.0.store(now as u64, Relaxed);
    }

    /// One more.
    pub fn up(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// One less.
    pub fn down(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    /// What it is.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Everything that is counted, of one server.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Open connections, sockets included.
    pub connections: Gauge,
    /// Connections there was no room for.
    pub connections_refused: Counter,
    /// Open WebSockets.
    pub sockets: Gauge,
    /// WebSockets closed since they took too little: the queue was full.
    pub sockets_overflowed: Counter,
    /// WebSockets closed since they were silent for too long.
    pub sockets_silent: Counter,
    /// Handlers that panicked.
    pub panics: Counter,
    /// Requests refused by a limit.
    pub limited: Counter,
    /// Answers by the first digit of their status.
    answers: [Counter; 5],
}

impl Metrics {
    /// Counts an HTTP answer.
    pub fn count_answer(&self, status: u16) {
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(counter) = self.answers.get(class) {
            counter.add(1);
        }
    }

    /// Everything, as Prometheus reads it.
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(1024);
        let gauges = [
            (
                "tutti_connections",
                "Open connections, sockets included.",
                &self.connections,
            ),
            ("tutti_sockets", "Open WebSockets.", &self.sockets),
        ];
        for (name, help, gauge) in gauges {
            let _ = write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {}\n",
                gauge.get()
            );
        }
        let counters = [
            (
                "tutti_connections_refused_total",
                "Connections there was no room for.",
                &self.connections_refused,
            ),
            (
                "tutti_sockets_overflowed_total",
                "WebSockets closed for a full queue.",
                &self.sockets_overflowed,
            ),
            (
                "tutti_sockets_silent_total",
                "WebSockets closed for silence.",
                &self.sockets_silent,
            ),
            (
                "tutti_panics_total",
                "Handlers that panicked.",
                &self.panics,
            ),
            (
                "tutti_limited_total",
                "Requests refused by a limit.",
                &self.limited,
            ),
        ];
        for (name, help, counter) in counters {
            let _ = write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} counter\n{name} {}\n",
                counter.get()
            );
        }
        text.push_str("# HELP tutti_http_answers_total HTTP answers by class of status.\n# TYPE tutti_http_answers_total counter\n");
        for (class, counter) in (1..).zip(&self.answers) {
            let _ = writeln!(
                text,
                "tutti_http_answers_total{{class=\"{class}xx\"}} {}",
                counter.get()
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_their_class() {
        let metrics = Metrics::default();
        metrics.count_answer(200);
        metrics.count_answer(204);
        metrics.count_answer(503);
        let text = metrics.render();
        assert!(
            text.contains("tutti_http_answers_total{class=\"2xx\"} 2\n"),
            "{text}"
        );
        assert!(
            text.contains("tutti_http_answers_total{class=\"5xx\"} 1\n"),
            "{text}"
        );
    }
}
