//! Reading over HTTP, from a server that misbehaves.

use std::time::Duration;

use tagkeeper::net::Credential;
use tagkeeper::net::ca::CaFile;
use tagkeeper::net::http::{Client, Fetched, HttpError, HttpOptions, HttpProblem, Proxy, Verb};

use crate::support::certificate::Certificate;
use crate::support::http::{HttpServer, Reply, closed_port};

fn options() -> HttpOptions {
    HttpOptions { pause: Duration::from_millis(2), proxy: Proxy::Direct, ..HttpOptions::default() }
}

fn fine() -> Reply {
    Reply::Say(200, "", b"hello".to_vec())
}

fn found(text: &str) -> Fetched {
    Fetched::Found(text.as_bytes().to_vec())
}

#[test]
fn a_body_is_read() {
    let server = HttpServer::start(vec![fine()]);
    let answer = Client::new(options()).get(&server.url("/a?b")).unwrap();
    assert_eq!(answer, found("hello"));
    let request = &server.requests()[0];
    assert!(request.starts_with("GET /a?b HTTP/1.1\r\n"), "{request}");
    assert!(request.to_lowercase().contains("user-agent: tagkeeper/"), "{request}");
}

#[test]
fn absence_is_an_answer() {
    for status in [404, 410] {
        let server = HttpServer::start(vec![Reply::Say(status, "", Vec::new())]);
        assert_eq!(Client::new(options()).get(&server.url("/")).unwrap(), Fetched::NotFound);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn a_tired_server_is_asked_again() {
    let replies = vec![Reply::Say(503, "retry-after: 0\r\n", Vec::new()), Reply::HangUp, fine()];
    let server = HttpServer::start(replies);
    assert_eq!(Client::new(options()).get(&server.url("/")).unwrap(), found("hello"));
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_body_that_was_cut_off_is_asked_for_again() {
    let server = HttpServer::start(vec![Reply::CutOff, fine()]);
    assert_eq!(Client::new(options()).get(&server.url("/")).unwrap(), found("hello"));
}

#[test]
fn three_tries_are_enough() {
    let server = HttpServer::start(vec![Reply::Say(500, "", Vec::new())]);
    let error = Client::new(options()).get(&server.url("/x")).unwrap_err();
    assert_eq!(error.problem, HttpProblem::Status(500));
    assert_eq!(server.requests().len(), 3);
    let expected = format!(
        "cannot read {}: the server answered 500 (tried 3 times); run again when the server works",
        server.url("/x")
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_refusal_is_not_asked_again() {
    for status in [400, 401, 403, 429] {
        let server = HttpServer::start(vec![Reply::Say(status, "retry-after: 0\r\n", Vec::new())]);
        let error = Client::new(options()).get(&server.url("/")).unwrap_err();
        assert_eq!(error.problem, HttpProblem::Status(status));
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[test]
fn a_server_that_wants_too_long_a_pause_is_not_waited_for() {
    let reply = Reply::Say(503, "retry-after: 3600\r\n", Vec::new());
    let server = HttpServer::start(vec![reply]);
    let error = Client::new(options()).get(&server.url("/")).unwrap_err();
    assert_eq!((error.problem, error.tries), (HttpProblem::Status(503), 1));
}

#[test]
fn a_silent_server_is_not_waited_for_longer_than_allowed() {
    let server = HttpServer::start(vec![Reply::Silence]);
    let options = HttpOptions { overall: Duration::from_millis(150), ..options() };
    let error = Client::new(options).get(&server.url("/")).unwrap_err();
    assert!(matches!(error.problem, HttpProblem::Slow(_)), "{error}");
}

#[test]
fn a_body_beyond_the_limit_is_not_taken() {
    let server = HttpServer::start(vec![Reply::Say(200, "", vec![b'x'; 1001])]);
    let error =
        Client::new(HttpOptions { largest: 1000, ..options() }).get(&server.url("/")).unwrap_err();
    assert_eq!(error.problem, HttpProblem::TooLarge(1000));
    assert_eq!(server.requests().len(), 1);
    let whole =
        Client::new(HttpOptions { largest: 1001, ..options() }).get(&server.url("/")).unwrap();
    assert_eq!(whole, found(&"x".repeat(1001)));
}

#[test]
fn nobody_there_is_an_error_and_no_absence() {
    let url = format!("http://127.0.0.1:{}/", closed_port());
    let error = Client::new(options()).get(&url).unwrap_err();
    assert!(matches!(error.problem, HttpProblem::Connection(_)), "{error}");
    assert_eq!(error.tries, 3);
}

#[test]
fn a_login_is_used_but_never_shown() {
    let server = HttpServer::start(vec![Reply::Say(401, "", Vec::new())]);
    let url = format!("http://me:hunter2@127.0.0.1:{}/x", server.port);
    let error = Client::new(options()).get(&url).unwrap_err();
    let request = server.requests()[0].to_lowercase();
    assert!(request.contains("authorization: basic"), "{request}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    assert!(error.to_string().contains(&server.url("/x")), "{error}");
    for malformed in ["http://me:hunter2@", "me:hunter2@host", "http://me:hunter2@a b/"] {
        let error = Client::new(options()).get(malformed).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn an_authority_of_ones_own_is_trusted_only_when_it_is_named() {
    let Some(certificate) = Certificate::make() else { return };
    let server = HttpServer::start_tls(vec![fine()], certificate.server_config());
    let url = format!("https://localhost:{}/", server.port);
    let error = Client::new(options()).get(&url).unwrap_err();
    assert!(matches!(error.problem, HttpProblem::Trust(_)), "{error}");
    assert_eq!(error.tries, 1);
    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");

    let ca = Some(CaFile::read(&certificate.file()).unwrap());
    assert_eq!(Client::new(HttpOptions { ca, ..options() }).get(&url).unwrap(), found("hello"));
}

#[test]
fn a_file_without_certificates_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing.pem");
    let error = CaFile::read(&missing).unwrap_err().to_string();
    assert!(error.contains(missing.to_str().unwrap()), "{error}");
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    let error = CaFile::read(&empty).unwrap_err().to_string();
    assert!(error.contains("holds no certificate"), "{error}");
}

fn ann() -> Credential {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "ann\nhunter2\n").unwrap();
    Credential::read(file.path(), "http://127.0.0.1/").unwrap()
}

fn send(
    server: &HttpServer,
    landed: &mut dyn FnMut() -> Result<bool, HttpError>,
) -> Result<Option<Vec<u8>>, HttpError> {
    let client = Client::new(options());
    client.send(Verb::Post, &server.url("/x"), Some(&ann()), br#"{"a":1}"#, landed)
}

#[test]
fn what_is_sent_has_a_name_and_a_body() {
    let server = HttpServer::start(vec![fine()]);
    let never = &mut || panic!("nobody looks after an answer");
    assert_eq!(send(&server, never).unwrap().unwrap(), b"hello");
    let asked = &server.asked()[0];
    assert_eq!((asked.line(), asked.body.as_str()), ("POST /x", r#"{"a":1}"#));
    let head = asked.head.to_lowercase();
    assert!(head.contains("authorization: basic yw5uomh1bnrlcji=\r\n"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
}

#[test]
fn what_may_have_arrived_is_sent_again_only_after_a_look() {
    for lost in [Reply::HangUp, Reply::CutOff, Reply::Say(502, "", b"<html>".to_vec())] {
        let server = HttpServer::start(vec![lost.clone(), fine()]);
        assert_eq!(send(&server, &mut || Ok(true)).unwrap(), None);
        assert_eq!(server.requests().len(), 1);

        let server = HttpServer::start(vec![lost, fine()]);
        assert_eq!(send(&server, &mut || Ok(false)).unwrap().unwrap(), b"hello");
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn the_last_try_is_looked_at_as_well() {
    let server = HttpServer::start(vec![Reply::HangUp]);
    let mut looks = 0;
    let error = send(&server, &mut || {
        looks += 1;
        Ok(false)
    });
    assert_eq!((error.unwrap_err().tries, looks, server.requests().len()), (3, 3, 3));
}

#[test]
fn a_refusal_tells_its_reason_and_is_not_sent_again() {
    let plain = "content-type: text/plain; charset=UTF-8\r\n";
    let server = HttpServer::start(vec![Reply::Say(400, plain, b"label unknown\nmore\n".to_vec())]);
    let error = send(&server, &mut || Ok(false)).unwrap_err();
    let expected = format!(
        "cannot post to {}: the server answered 400, \"label unknown\" (tried once); \
         fix what it objects to; trying again will not help",
        server.url("/x")
    );
    assert_eq!(error.to_string(), expected);
    let page = Reply::Say(403, "content-type: text/html\r\n", b"<html>hunter2".to_vec());
    let server = HttpServer::start(vec![page]);
    let error = send(&server, &mut || Ok(false)).unwrap_err();
    assert_eq!((error.said, server.requests().len()), (None, 1));
}

#[test]
fn nobody_is_led_on_with_a_login() {
    let elsewhere = HttpServer::start(vec![fine()]);
    let to = format!("location: {}\r\n", elsewhere.url("/y"));
    let server = HttpServer::play(move |_, _| {
        Reply::Say(302, Box::leak(to.clone().into_boxed_str()), Vec::new())
    });
    let error = Client::new(options()).get_as(&server.url("/"), Some(&ann())).unwrap_err();
    assert_eq!(error.problem, HttpProblem::Status(302));
    assert!(elsewhere.requests().is_empty());
    assert_eq!(Client::new(options()).get(&server.url("/")).unwrap(), found("hello"));
}
