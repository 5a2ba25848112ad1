//! Servers that are slow, down, or have nothing to say.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::net::http::{Carrier, HttpProblem, HttpReply, Verb};

/// Answers every request with the same, and counts.
#[derive(Debug)]
struct Same {
    answer: Result<u16, HttpProblem>,
    asked: AtomicUsize,
    busy: AtomicUsize,
    busiest: AtomicUsize,
}

impl Carrier for Same {
    fn carry(&self, _: Verb, _: &str, _: &[u8]) -> Result<HttpReply, HttpProblem> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
        self.busiest.fetch_max(busy, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(2));
        self.busy.fetch_sub(1, Ordering::SeqCst);
        self.answer.clone().map(|status| HttpReply {
            status,
            headers: Vec::new(),
            body: b"page".to_vec(),
        })
    }
}

struct Try {
    directory: tempfile::TempDir,
    carrier: Arc<Same>,
}

impl Try {
    fn with(answer: Result<u16, HttpProblem>) -> Self {
        let carrier = Arc::new(Same {
            answer,
            asked: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
            busiest: AtomicUsize::new(0),
        });
        Self { directory: tempfile::tempdir().unwrap(), carrier }
    }

    fn servers(&self, network: Network) -> Servers {
        let options = HttpOptions { tries: 1, ..HttpOptions::default() };
        let carrier: Arc<dyn Carrier> = self.carrier.clone();
        let client = Client::new(options).carried_by(carrier);
        Servers::new(network, self.directory.path().to_owned()).asking_with(client)
    }

    fn asked(&self) -> usize {
        self.carrier.asked.load(Ordering::SeqCst)
    }
}

const URL: &str = "https://index.garden.example/rose";

#[test]
fn what_a_status_means() {
    use Absence::{Gone, Refused};
    for (status, absence, is_absent) in [
        (404, Gone, true),
        (410, Gone, true),
        (403, Gone, false),
        (400, Refused, true),
        (403, Refused, true),
        (404, Refused, true),
        (407, Refused, false),
        (429, Refused, false),
        (500, Refused, false),
        (302, Refused, false),
    ] {
        let servers = Try::with(Ok(status)).servers(Network::Allowed);
        let found = servers.has(URL, absence, Keep::Nothing);
        assert_eq!(found == Answer::Absent, is_absent, "{status} {absence:?}");
        assert_ne!(found, Answer::Known(()), "{status}");
    }
    let servers = Try::with(Ok(200)).servers(Network::Allowed);
    assert_eq!(servers.page(URL, Gone, Keep::Nothing), Answer::Known(b"page".to_vec()));
}

#[test]
fn a_server_gets_few_requests_at_a_time() {
    let one = Try::with(Ok(200));
    let servers = one.servers(Network::Allowed);
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| servers.has(URL, Absence::Gone, Keep::Nothing));
        }
    });
    assert_eq!(one.asked(), 12);
    let busiest = one.carrier.busiest.load(Ordering::SeqCst);
    assert!(busiest <= MOST_AT_ONCE, "{busiest}");
}

#[test]
fn a_server_that_is_down_is_left_alone() {
    let one = Try::with(Err(HttpProblem::Connection("refused".to_owned())));
    let servers = one.servers(Network::Allowed);
    let ask = |url: &str| match servers.has(url, Absence::Refused, Keep::Nothing) {
        Answer::Unknown(why) => why,
        answer => panic!("{answer:?}"),
    };
    let first = ask(URL);
    for _ in 1..10 {
        assert_eq!(ask(&format!("{URL}/x")).matter(), first.matter());
    }
    assert_eq!(one.asked(), MOST_FAILURES);
    ask("https://other.example/");
    assert_eq!(one.asked(), MOST_FAILURES + 1, "another server is asked");
}

#[test]
fn a_refusal_says_nothing_about_the_server() {
    let one = Try::with(Ok(404));
    let servers = one.servers(Network::Allowed);
    (0..10).for_each(|_| drop(servers.has(URL, Absence::Refused, Keep::Nothing)));
    assert_eq!(one.asked(), 10);
}

#[test]
fn known_answers_are_kept_as_long_as_they_last_and_no_others() {
    let hour = Keep::For(Duration::from_secs(3600));
    for (keep, status, times) in [
        (hour, 200, 1),
        (Keep::For(Duration::ZERO), 200, 2),
        (Keep::ForOffline, 200, 2),
        (Keep::Nothing, 200, 2),
        (hour, 404, 2),
        (hour, 500, 2),
    ] {
        let one = Try::with(Ok(status));
        for _ in 0..2 {
            one.servers(Network::Allowed).page(URL, Absence::Gone, keep);
        }
        assert_eq!(one.asked(), times, "{keep:?} {status}");
        let offline = one.servers(Network::Offline).page(URL, Absence::Gone, keep);
        let is_kept = status == 200 && keep != Keep::Nothing;
        assert_eq!(offline == Answer::Known(b"page".to_vec()), is_kept, "{keep:?} {status}");
        assert_eq!(matches!(offline, Answer::Unknown(_)), !is_kept, "{keep:?} {status}");
        assert_eq!(one.asked(), times, "nobody is asked offline");
    }
}

#[test]
fn copies_of_different_urls_are_different() {
    let copy = name_of_copy;
    assert_ne!(copy("https://h/a/b"), copy("https://h/a_b"));
    assert_ne!(copy("https://h/a%2Fb"), copy("https://h/a/b"));
    assert_eq!(copy(&format!("https://h/{}", "a".repeat(300))), None);
    assert_eq!(copy("https://me:secret@h/a"), copy("https://h/a"));
    let one = Try::with(Ok(200));
    let for_long = Keep::For(Duration::from_hours(1));
    one.servers(Network::Allowed).has(URL, Absence::Gone, for_long);
    let page = one.servers(Network::Allowed).page(URL, Absence::Gone, for_long);
    assert_eq!(page, Answer::Known(b"page".to_vec()), "that it is there is not what it says");
}

#[test]
fn a_name_cannot_lead_elsewhere() {
    let of = |name| below("https://h/api/", name);
    assert_eq!(of("oslo.config").as_deref(), Some("https://h/api/oslo.config"));
    assert_eq!(of("../x?y#z").as_deref(), Some("https://h/api/..%2Fx%3Fy%23z"));
    for name in ["", ".", ".."] {
        assert_eq!(of(name), None, "{name}");
    }
}
