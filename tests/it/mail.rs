//! Handing mail over, to a server that misbehaves.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tagkeeper::net::ca::CaFile;
use tagkeeper::net::smtp::{Lasts, Login, MailOutcome, MailServer, Parcel, Tls, deliver};

use crate::support::certificate::Certificate;
use crate::support::http::closed_port;
use crate::support::smtp::{AfterText, Manner, SmtpServer, Wrapped, decode};

const LOGIN: (&str, &str, &str) = ("PLAIN LOGIN", "me", "hunter2");

fn parcel() -> Parcel {
    Parcel {
        from: "release@example.org".to_owned(),
        to: vec!["announce@lists.example.org".to_owned()],
        message: b"Subject: hi\r\n\r\n.a line that begins with a dot\r\n".to_vec(),
    }
}

fn place(port: u16) -> MailServer {
    MailServer {
        patience: Duration::from_secs(5),
        ..MailServer::parse(&format!("smtp://127.0.0.1:{port}")).unwrap()
    }
}

fn refusal(outcome: &MailOutcome) -> (Lasts, &str) {
    match outcome {
        MailOutcome::Refused(refusal) => (refusal.lasts, &refusal.why),
        other => panic!("expected a refusal, not {other:?}"),
    }
}

fn outcome_of(manner: Manner) -> (MailOutcome, SmtpServer) {
    let server = SmtpServer::start(manner);
    (deliver(&place(server.port), &parcel()), server)
}

#[test]
fn a_mail_is_taken_as_it_is() {
    let (outcome, server) = outcome_of(Manner::default());
    assert_eq!(outcome, MailOutcome::Accepted("250 2.0.0 kept as 4711".to_owned()));
    let seen = server.seen();
    assert_eq!(seen.mails.len(), 1);
    assert_eq!(seen.mails[0], "Subject: hi\n\n.a line that begins with a dot\n");
    assert_eq!(
        seen.commands[1..],
        ["MAIL FROM:<release@example.org>", "RCPT TO:<announce@lists.example.org>", "DATA", "QUIT"]
    );
}

#[test]
fn a_refused_recipient_refuses_the_mail_for_good_or_for_now() {
    for (answer, lasts) in [
        ("550 5.1.1 no such list", Lasts::UntilMended),
        ("451 4.3.0 come back later", Lasts::ForNow),
    ] {
        let (outcome, server) = outcome_of(Manner { recipient: Some(answer), ..Manner::default() });
        let (lasted, why) = refusal(&outcome);
        assert_eq!(lasted, lasts);
        assert!(why.contains(answer) && why.contains("announce@lists.example.org"), "{why}");
        assert!(why.contains(&format!("127.0.0.1:{}", server.port)), "{why}");
        assert!(server.seen().mails.is_empty());
    }
}

#[test]
fn one_refused_recipient_keeps_the_mail_from_all() {
    let server = SmtpServer::start(Manner { recipient: Some("550 no"), ..Manner::default() });
    let two = Parcel { to: vec!["a@example.org".into(), "b@example.org".into()], ..parcel() };
    refusal(&deliver(&place(server.port), &two));
    assert!(!server.seen().commands.contains(&"DATA".to_owned()));
}

#[test]
fn a_connection_lost_after_the_text_leaves_it_unknown() {
    let (outcome, server) =
        outcome_of(Manner { text: AfterText::KeepAndHangUp, ..Manner::default() });
    assert!(
        matches!(&outcome, MailOutcome::Unknown(why) if why.contains("look in")),
        "{outcome:?}"
    );
    assert_eq!(server.seen().mails.len(), 1, "it was delivered, and only the server knows");
}

#[test]
fn a_server_that_says_nothing_sensible_after_the_text_leaves_it_unknown() {
    for line in ["HTTP/1.1 200 OK", "354 more, please", ""] {
        let (outcome, _) = outcome_of(Manner { text: AfterText::Say(line), ..Manner::default() });
        assert!(matches!(outcome, MailOutcome::Unknown(_)), "{line}: {outcome:?}");
    }
    let server = SmtpServer::start(Manner { text: AfterText::Silence, ..Manner::default() });
    let hasty = MailServer { last_patience: Duration::from_millis(100), ..place(server.port) };
    let outcome = deliver(&hasty, &parcel());
    assert!(matches!(outcome, MailOutcome::Unknown(_)), "{outcome:?}");
}

#[test]
fn a_no_after_the_text_is_a_refusal() {
    for (line, lasts) in
        [("554 5.7.1 spam", Lasts::UntilMended), ("452 4.3.1 the disk is full", Lasts::ForNow)]
    {
        let (outcome, _) = outcome_of(Manner { text: AfterText::Say(line), ..Manner::default() });
        assert_eq!(refusal(&outcome).0, lasts);
        assert!(refusal(&outcome).1.contains(line), "{outcome:?}");
    }
}

#[test]
fn whatever_happens_before_the_text_is_a_refusal() {
    for manner in [
        Manner { banner: Some("SSH-2.0-OpenSSH_9.2"), ..Manner::default() },
        Manner { banner: Some("421 too busy"), ..Manner::default() },
        Manner { data: Some("250 what?"), ..Manner::default() },
        Manner { data: Some("451 not now"), ..Manner::default() },
    ] {
        let (outcome, server) = outcome_of(manner);
        assert_eq!(refusal(&outcome).0, Lasts::ForNow, "{outcome:?}");
        assert!(server.seen().mails.is_empty());
    }
    let outcome = deliver(&place(closed_port()), &parcel());
    assert_eq!(refusal(&outcome).0, Lasts::ForNow, "{outcome:?}");
    let (outcome, _) = outcome_of(Manner { banner: Some("554 go away"), ..Manner::default() });
    assert_eq!(refusal(&outcome).0, Lasts::UntilMended, "{outcome:?}");
}

#[test]
fn a_malformed_address_never_reaches_the_server() {
    let server = SmtpServer::start(Manner::default());
    for to in ["a@example.org>\r\nRCPT TO:<b@example.org", "nobody", "a b@example.org", ""] {
        let spoilt = Parcel { to: vec![to.to_owned()], ..parcel() };
        assert_eq!(refusal(&deliver(&place(server.port), &spoilt)).0, Lasts::UntilMended);
    }
    let nobody = Parcel { to: Vec::new(), ..parcel() };
    assert!(refusal(&deliver(&place(server.port), &nobody)).1.contains("no recipient"));
    let named = MailServer { hello: Some("x\r\nMAIL".to_owned()), ..place(server.port) };
    refusal(&deliver(&named, &parcel()));
    assert!(server.seen().commands.is_empty());
}

#[test]
fn what_the_server_cannot_carry_is_not_sent() {
    let server = SmtpServer::start(Manner::default());
    let foreign = Parcel { to: vec!["jürgen@example.org".to_owned()], ..parcel() };
    let outcome = deliver(&place(server.port), &foreign);
    assert!(refusal(&outcome).1.contains("beyond ASCII"), "{outcome:?}");
}

#[test]
fn a_login_is_used_with_either_mechanism() {
    for mechanisms in ["PLAIN LOGIN", "LOGIN"] {
        let manner = Manner { login: Some((mechanisms, "me", "hunter2")), ..Manner::default() };
        let server = SmtpServer::start(manner);
        let known = MailServer { login: Some(Login::new("me", "hunter2")), ..place(server.port) };
        assert!(matches!(deliver(&known, &parcel()), MailOutcome::Accepted(_)));
        assert!(server.seen().logged_in, "{mechanisms}");
    }
}

#[test]
fn a_wrong_login_is_refused_and_never_shown() {
    let server = SmtpServer::start(Manner { login: Some(LOGIN), ..Manner::default() });
    let stranger =
        MailServer { login: Some(Login::new("me", "wrong-secret")), ..place(server.port) };
    let outcome = deliver(&stranger, &parcel());
    assert_eq!(refusal(&outcome).0, Lasts::UntilMended);
    assert!(refusal(&outcome).1.contains("535"), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("wrong-secret"));
    assert!(server.seen().mails.is_empty());
}

#[test]
fn a_login_nobody_asks_for_is_a_mistake() {
    let server = SmtpServer::start(Manner::default());
    let known = MailServer { login: Some(Login::new("me", "hunter2")), ..place(server.port) };
    let outcome = deliver(&known, &parcel());
    assert!(refusal(&outcome).1.contains("login-file"), "{outcome:?}");
    assert!(server.seen().mails.is_empty());
}

#[test]
fn a_login_does_not_cross_the_network_in_the_clear() {
    let server = SmtpServer::start(Manner { login: Some(LOGIN), ..Manner::default() });
    // An address that is no loopback address by its looks, but leads here.
    for tls in [Tls::None, Tls::Opportunistic] {
        let distant = MailServer {
            host: "0.0.0.0".to_owned(),
            tls,
            login: Some(Login::new("me", "hunter2")),
            ..place(server.port)
        };
        let outcome = deliver(&distant, &parcel());
        assert!(refusal(&outcome).1.contains("the login was not sent"), "{outcome:?}");
    }
    assert!(!server.seen().logged_in && server.seen().mails.is_empty());
}

#[test]
fn starttls_that_is_required_and_not_offered_sends_nothing() {
    let server = SmtpServer::start(Manner { login: Some(LOGIN), ..Manner::default() });
    let strict = MailServer {
        tls: Tls::Required,
        login: Some(Login::new("me", "hunter2")),
        ..place(server.port)
    };
    let outcome = deliver(&strict, &parcel());
    assert_eq!(refusal(&outcome).0, Lasts::UntilMended);
    assert!(refusal(&outcome).1.contains("STARTTLS"), "{outcome:?}");
    assert_eq!(server.seen().commands.iter().filter(|line| !line.starts_with("EHLO")).count(), 1);
    assert!(!server.seen().logged_in);
}

#[test]
fn tls_is_used_with_an_authority_of_ones_own() {
    let Some(certificate) = Certificate::make() else { return };
    let ca = Some(CaFile::read(&certificate.file()).unwrap());
    for (tls, wrapped) in [
        (Tls::Required, Wrapped::No),
        (Tls::Opportunistic, Wrapped::No),
        (Tls::Wrapped, Wrapped::Yes),
    ] {
        let manner = Manner {
            tls: Some(certificate.server_config()),
            wrapped,
            login: Some(LOGIN),
            ..Manner::default()
        };
        let server = SmtpServer::start(manner);
        let safe = MailServer {
            host: "localhost".to_owned(),
            tls,
            ca: ca.clone(),
            login: Some(Login::new("me", "hunter2")),
            ..place(server.port)
        };
        let outcome = deliver(&safe, &parcel());
        assert!(matches!(outcome, MailOutcome::Accepted(_)), "{tls:?}: {outcome:?}");
        let seen = server.seen();
        assert!(seen.logged_in);
        let starttls = seen.commands.contains(&"STARTTLS".to_owned());
        assert_eq!(starttls, wrapped == Wrapped::No);
    }
}

#[test]
fn an_unknown_authority_gets_neither_mail_nor_login() {
    let Some(certificate) = Certificate::make() else { return };
    for tls in [Tls::Required, Tls::Opportunistic] {
        let manner = Manner {
            tls: Some(certificate.server_config()),
            login: Some(LOGIN),
            ..Manner::default()
        };
        let server = SmtpServer::start(manner);
        let strict = MailServer {
            host: "localhost".to_owned(),
            tls,
            login: Some(Login::new("me", "hunter2")),
            ..place(server.port)
        };
        let outcome = deliver(&strict, &parcel());
        assert_eq!(refusal(&outcome).0, Lasts::UntilMended);
        assert!(refusal(&outcome).1.contains("certificate"), "{outcome:?}");
        let seen = server.seen();
        assert!(seen.mails.is_empty() && !seen.logged_in);
    }
}

/// A server that plays `script` to each client.
fn playing(script: impl Fn(TcpStream) -> std::io::Result<()> + Send + 'static) -> MailServer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // A client that goes away in the middle is what is tested.
            drop(script(stream));
        }
    });
    MailServer { patience: Duration::from_millis(300), ..place(port) }
}

#[test]
fn a_server_that_never_comes_to_an_end_is_left() {
    for (piece, pause, expected) in [
        ("220-and more\r\n", 0, "longer than any mail server needs"),
        ("more and more ", 0, "longer than any mail server needs"),
        ("2", 20, "no whole reply in time"),
        ("220-x\r\n", 20, "no whole reply in time"),
    ] {
        let server = playing(move |mut stream| {
            loop {
                stream.write_all(piece.as_bytes())?;
                thread::sleep(Duration::from_millis(pause));
            }
        });
        let outcome = deliver(&server, &parcel());
        assert_eq!(refusal(&outcome).0, Lasts::ForNow, "{outcome:?}");
        assert!(refusal(&outcome).1.contains(expected), "{outcome:?}");
    }
}

#[test]
fn a_server_that_repeats_the_login_is_not_quoted() {
    for mechanism in ["PLAIN", "LOGIN"] {
        let server = playing(move |stream| {
            let mut out = stream.try_clone()?;
            out.write_all(b"220 here\r\n")?;
            for line in BufReader::new(stream).lines() {
                let line = line?;
                let answer = match line.split(' ').next() {
                    Some("EHLO") => format!("250-here\r\n250 AUTH {mechanism}"),
                    Some("AUTH") if mechanism == "LOGIN" => "334 VXNlcm5hbWU6".to_owned(),
                    Some("bWU=") => "334 UGFzc3dvcmQ6".to_owned(),
                    _ => {
                        let secret = line.rsplit(' ').next().unwrap_or_default();
                        format!(
                            "535-no: {line}\r\n535 hunter2 is wrong, {}",
                            decode(secret).replace('\0', " ")
                        )
                    }
                };
                out.write_all(format!("{answer}\r\n").as_bytes())?;
            }
            Ok(())
        });
        let server = MailServer { login: Some(Login::new("me", "hunter2")), ..server };
        let outcome = format!("{:?}", deliver(&server, &parcel()));
        assert!(outcome.contains("535 no: "), "{outcome}");
        for secret in ["hunter2", "aHVudGVyMg", "AG1lAGh1bnRlcjI"] {
            assert!(!outcome.contains(secret), "{outcome}");
        }
    }
}
