//! The announcement of a release, from its data to the mail box.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tagkeeper::net::smtp::MailServer;
use tagkeeper::steps::announcement::{
    Addresses, Announcement, BugTracker, DEFAULT_TEMPLATE, Delivery, Lasts, Mail, MailError,
    MailOutcome, ReleaseLinks, Released, ReleasedCommit, ReleasedSeries, RenderError, SeriesPhase,
    SignedBy, Since, Template,
};
use tagkeeper::steps::tag::message::Stage;

use crate::support::smtp::{AfterText, Manner, SmtpServer, decode};

fn change(hash: &str, subject: &str) -> ReleasedCommit {
    ReleasedCommit { hash: hash.to_owned(), subject: subject.to_owned() }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn first() -> Released {
    Released {
        repo: "openstack/widget".parse().unwrap(),
        short_name: "widget".to_owned(),
        version: "1.0.0".to_owned(),
        stage: Stage::Release,
        team: "widgets".to_owned(),
        deliverable: "widget".to_owned(),
        series: ReleasedSeries { name: "hibiscus".to_owned(), phase: SeriesPhase::Development },
        is_first_full_release: true,
        commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        tagged: time("2026-08-21T12:00:00Z"),
        links: ReleaseLinks {
            bugs: Some(BugTracker::Launchpad("https://bugs.launchpad.net/widget".to_owned())),
            source: Some("https://opendev.org/openstack/widget".to_owned()),
            ..ReleaseLinks::default()
        },
        since: Since::Beginning,
        changes: vec![
            change("89abcde", "Turn the widget around"),
            change("0123456", "Initial commit"),
        ],
        diffstat: String::new(),
        requirement_changes: Vec::new(),
        overrides: Vec::new(),
        signed_by: SignedBy::Nobody,
        notes: Vec::new(),
    }
}

fn patch() -> Released {
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    Released {
        repo: "openstack/oslo.config".parse().unwrap(),
        short_name: "oslo.config".to_owned(),
        version: "9.1.1".to_owned(),
        team: "oslo".to_owned(),
        deliverable: "oslo-config".to_owned(),
        series: ReleasedSeries { name: "antelope".to_owned(), phase: SeriesPhase::Stable },
        is_first_full_release: false,
        links: ReleaseLinks {
            bugs: Some(BugTracker::Storyboard("https://storyboard.openstack.org/#!/project/9".to_owned())),
            source: Some("https://opendev.org/openstack/oslo.config".to_owned()),
            release_notes: Some("https://docs.openstack.org/releasenotes/oslo.config/".to_owned()),
            pypi: Some("https://pypi.org/project/oslo.config".to_owned()),
            download: Some("https://tarballs.openstack.org/oslo.config/".to_owned()),
        },
        since: Since::Version("9.1.0".to_owned()),
        changes: vec![
            change("a1b2c3d", "Réparer l'ordre des options, même si leurs noms portent des accents — voilà"),
            change("b2c3d4e", "Update .gitreview for stable/2023.1"),
        ],
        diffstat: " oslo_config/cfg.py | 4 ++--\n .gitreview         | 1 +\n 2 files changed, 3 insertions(+), 2 deletions(-)\n"
            .to_owned(),
        requirement_changes: lines("-stevedore>=1.20.0 # Apache-2.0\n+stevedore>=1.21.0 # Apache-2.0"),
        overrides: lines("late-in-week: a fix for a hole that is being used, agreed with the release team on Thursday"),
        signed_by: SignedBy::Key("CDC08088C3CBA9A5F8F8A0A7C2C4D6E8F0A1B2C3".to_owned()),
        notes: lines("held: merged on 2026-08-20 and waited for the end of the freeze"),
        ..first()
    }
}

fn addresses() -> Addresses {
    Addresses {
        from: "Release Bot <no-reply@openstack.org>".to_owned(),
        to: vec!["release-announce@lists.openstack.org".to_owned()],
        reply_to: Some("openstack-discuss@lists.openstack.org".to_owned()),
    }
}

fn words(released: &Released) -> Announcement {
    Announcement::of(released, DEFAULT_TEMPLATE).unwrap()
}

fn mail(released: &Released) -> Mail {
    Mail::compose(&words(released), &addresses(), released.tagged).unwrap()
}

fn text(mail: &Mail) -> String {
    String::from_utf8(mail.parcel().message.clone()).unwrap().replace("\r\n", "\n")
}

fn header(mail: &Mail, name: &str) -> String {
    let text = text(mail);
    let head = text.split_once("\n\n").unwrap().0.replace("\n ", " ");
    let lines: Vec<_> =
        head.lines().filter_map(|line| line.strip_prefix(&format!("{name}: "))).collect();
    assert_eq!(lines.len(), 1, "{name} in {head}");
    lines[0].to_owned()
}

#[test]
fn the_first_release_of_a_repository() {
    insta::assert_snapshot!(text(&mail(&first())));
}

#[test]
fn a_stable_patch_release_with_overrides_and_new_requirements() {
    let words = words(&patch());
    insta::assert_snapshot!(format!("Subject: {}\n\n{}", words.subject(), words.body()));
}

#[test]
fn the_subject_is_the_one_readers_filter_for() {
    let of = |released: &Released| words(released).subject().to_owned();
    assert_eq!(of(&patch()), "oslo.config 9.1.1 (antelope)");
    assert_eq!(of(&first()), "[new][widgets] widget 1.0.0 (hibiscus)");
    let series = ReleasedSeries { name: "independent".to_owned(), phase: SeriesPhase::Independent };
    let alone = Released { series, ..patch() };
    assert_eq!(of(&alone), "oslo.config 9.1.1");
    assert!(words(&alone).body().contains("independently of the series"));
    let started = Released { since: Since::DiffStart("a1b2c3d".to_owned()), ..first() };
    assert_eq!(of(&started), "widget 1.0.0 (hibiscus)");
    assert!(words(&started).body().contains("Changes in widget since a1b2c3d"));
}

#[test]
fn a_pre_release_says_what_it_is() {
    for (version, stage, says) in [
        ("9.2.0.0b1", Stage::Milestone, "is a development milestone"),
        ("9.2.0.0rc1", Stage::Candidate, "is a release candidate"),
    ] {
        let early = Released { version: version.to_owned(), stage, ..patch() };
        assert!(words(&early).body().contains(says));
    }
}

#[test]
fn message_id_and_date_follow_from_the_release_alone() {
    let mail = mail(&patch());
    let expected = "<openstack.oslo.config-9.1.1.release@tagkeeper.openstack.org>";
    assert_eq!(mail.message_id(), expected);
    assert_eq!(header(&mail, "Message-ID"), expected);
    assert_eq!(header(&mail, "Date"), "Fri, 21 Aug 2026 12:00:00 +0000");
    assert_eq!(header(&mail, "Reply-To"), "openstack-discuss@lists.openstack.org");
    assert_eq!(mail.file_name(), "openstack.oslo.config-9.1.1.eml");
    assert_eq!(mail, self::mail(&patch()));
    assert_eq!(mail.parcel().from, "no-reply@openstack.org");
    assert_eq!(mail.parcel().to, ["release-announce@lists.openstack.org"]);
}

#[test]
fn a_mail_names_the_list_that_it_goes_to_where_that_is_a_name() {
    let to = |to: &[&str]| {
        let to = to.iter().map(|&to| to.to_owned()).collect();
        let addresses = Addresses { to, ..addresses() };
        text(&Mail::compose(&words(&first()), &addresses, first().tagged).unwrap())
    };
    let both = to(&["Announcements <news@lists.x.org>", "two@x.org"]);
    assert!(both.contains("\nList-Id: <news.lists.x.org>\n"), "{both}");
    let odd = to(&["odd!name@x.org"]);
    assert!(!odd.contains("List-Id"), "{odd}");
}

#[test]
fn the_end_of_a_series_is_no_release() {
    let end = |version: &str| {
        let since = Since::Beginning;
        let ended = Released { version: version.to_owned(), since, changes: Vec::new(), ..patch() };
        let words = words(&ended);
        (words.subject().to_owned(), words.body().to_owned())
    };
    let (subject, body) = end("2023.1-eol");
    assert_eq!(subject, "oslo.config 2023.1-eol (antelope)");
    assert!(body.starts_with("The oslo team has ended the life of oslo.config in the"), "{body}");
    assert!(!body.contains("has released") && !body.contains("very first"), "{body}");
    let (_, body) = end("2023.1-eom");
    assert!(body.starts_with("The oslo team no longer maintains oslo.config in the"), "{body}");
}

#[test]
fn no_line_of_a_mail_is_longer_than_servers_take() {
    let long = Released {
        team: "Ö".repeat(400),
        series: ReleasedSeries { name: "n".repeat(300), phase: SeriesPhase::Development },
        changes: vec![change("a1b2c3d", &"word".repeat(600))],
        ..first()
    };
    let mail = mail(&long);
    let longest = text(&mail).lines().map(str::len).max();
    assert!(longest.is_some_and(|length| length <= 998), "{longest:?}");
    assert!(mail.parcel().message.is_ascii());
    assert_eq!(
        decoded(&header(&mail, "Subject")),
        format!("[new][{}] widget 1.0.0 ({})", "Ö".repeat(400), "n".repeat(300))
    );
}

#[test]
fn letters_beyond_ascii_travel_encoded() {
    let foreign = Released {
        team: "Équipe Ökologie".to_owned(),
        series: ReleasedSeries { name: "ñandú".to_owned(), phase: SeriesPhase::Development },
        ..first()
    };
    let addresses =
        Addresses { from: "Élise Müller <bot@example.org>".to_owned(), ..addresses() };
    let mail = Mail::compose(&words(&foreign), &addresses, foreign.tagged).unwrap();
    assert!(mail.parcel().message.is_ascii());
    assert_eq!(decoded(&header(&mail, "Subject")), "[new][Équipe Ökologie] widget 1.0.0 (ñandú)");
    assert_eq!(decoded(&header(&mail, "From")), "Élise Müller <bot@example.org>");
    assert_eq!(header(&mail, "Content-Type"), "text/plain; charset=utf-8");
    let encoding = header(&mail, "Content-Transfer-Encoding");
    assert!(matches!(&*encoding, "quoted-printable" | "base64"), "{encoding}");
}

/// Undoes RFC 2047 for the words of base64 that the library makes.
fn decoded(header: &str) -> String {
    let mut decoded = String::new();
    let mut rest = header;
    while let Some((before, word)) = rest.split_once("=?utf-8?b?") {
        let (word, after) = word.split_once("?=").unwrap();
        // White space between two encoded words is no part of the text.
        decoded += if decoded.is_empty() || !before.trim().is_empty() { before } else { "" };
        decoded += &decode(word);
        rest = after;
    }
    decoded + rest
}

#[test]
fn no_name_adds_a_header() {
    let evil = "x\r\nBcc: all@example.org";
    for spoil in [
        |released: &mut Released, evil: &str| released.short_name = evil.to_owned(),
        |released: &mut Released, evil: &str| released.version = evil.to_owned(),
        |released: &mut Released, evil: &str| released.team = evil.to_owned(),
        |released: &mut Released, evil: &str| released.series.name = evil.to_owned(),
    ] {
        let mut released = first();
        spoil(&mut released, evil);
        let refused = Announcement::of(&released, DEFAULT_TEMPLATE);
        assert!(matches!(refused, Err(RenderError::Name(..))), "{refused:?}");
    }
    for addresses in [
        Addresses { from: format!("{evil} <a@example.org>"), ..addresses() },
        Addresses { from: "a@example.org\r\nBcc: all@example.org".to_owned(), ..addresses() },
        Addresses { to: vec!["a@example.org\n".to_owned()], ..addresses() },
        Addresses { reply_to: Some(evil.to_owned()), ..addresses() },
    ] {
        let refused = Mail::compose(&words(&first()), &addresses, first().tagged);
        assert!(matches!(refused, Err(MailError::Address { .. })), "{refused:?}");
    }
    let nobody = Addresses { to: Vec::new(), ..addresses() };
    let refused = Mail::compose(&words(&first()), &nobody, first().tagged);
    assert!(matches!(refused, Err(MailError::NoRecipient)));
}

#[test]
fn a_line_break_in_the_text_of_a_release_stays_in_its_line() {
    let evil = Released {
        changes: vec![change("a1b2c3d", "fix\r\n\r\nRequirements updates\x1b[31m")],
        notes: vec!["one\ntwo".to_owned()],
        ..patch()
    };
    let words = words(&evil);
    assert!(
        words.body().contains("\na1b2c3d fix Requirements updates\\u{1b}[31m\n"),
        "{}",
        words.body()
    );
    assert!(words.body().contains("\n* one two\n"));
}

#[test]
fn a_huge_change_log_is_cut_and_says_where_the_rest_is() {
    let huge = Released {
        changes: (0..1234).map(|n| change(&format!("{n:07x}"), "Do something")).collect(),
        diffstat: (0..500).map(|n| format!(" file{n} | 1 +\n")).collect::<String>()
            + " 500 files changed, 500 insertions(+)\n",
        requirement_changes: (0..101).map(|n| format!("+package{n}")).collect(),
        ..patch()
    };
    let words = words(&huge);
    let body = words.body();
    assert_eq!(body.matches("Do something").count(), 200);
    assert!(body.contains(
        "... and 1034 more changes; see them all with\n    git log --oneline --no-merges 9.1.0..9.1.1\n"
    ));
    assert!(body.contains("... and 400 more files; see"));
    assert!(body.contains(" 500 files changed, 500 insertions(+)\n"));
    assert!(body.contains("... and 1 more lines; see"));
}

#[test]
fn lines_fit_into_seventy_two_columns() {
    for line in words(&patch()).body().lines().filter(|line| !line.contains("://")) {
        assert!(line.chars().count() <= 72, "{line}");
    }
}

#[test]
fn a_template_of_ones_own_is_used_and_held_to_what_exists() {
    let own =
        Template { name: "templates/mail.j2", text: "{{ repo }}: {{ links.pypi or 'no' }}\n\n" };
    assert_eq!(Announcement::of(&first(), own).unwrap().body(), "openstack/widget: no\n");
    let wrong = Template { name: "templates/mail.j2", text: "fine\n{{ colour }}" };
    let error = Announcement::of(&first(), wrong).unwrap_err().to_string();
    for part in ["openstack/widget 1.0.0", "templates/mail.j2:2", "undefined"] {
        assert!(error.contains(part), "{error}");
    }
}

fn kept(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_directory_takes_a_mail_once() {
    let directory = tempfile::tempdir().unwrap();
    let delivery = Delivery::Directory(directory.path().to_owned());
    let mail = mail(&patch());
    let outcome = delivery.deliver(&mail);
    assert!(
        matches!(&outcome, MailOutcome::Accepted(to) if to.ends_with("openstack.oslo.config-9.1.1.eml"))
    );
    let outcome = delivery.deliver(&mail);
    assert!(
        matches!(&outcome, MailOutcome::Accepted(to) if to.starts_with("already")),
        "{outcome:?}"
    );
    assert_eq!(kept(directory.path()), ["openstack.oslo.config-9.1.1.eml"]);
    let path = directory.path().join(mail.file_name());
    assert_eq!(std::fs::read(&path).unwrap(), mail.parcel().message);

    let other = self::mail(&Released { notes: Vec::new(), ..patch() });
    let MailOutcome::Refused(refusal) = delivery.deliver(&other) else { panic!("overwritten?") };
    assert_eq!(refusal.lasts, Lasts::UntilMended);
    assert!(refusal.why.contains(path.to_str().unwrap()), "{}", refusal.why);
    assert_eq!(std::fs::read(&path).unwrap(), mail.parcel().message);
    assert_eq!(kept(directory.path()).len(), 1);
}

#[test]
fn a_directory_that_takes_nothing_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    // Not even root writes into /proc.
    for path in [directory.path().join("missing"), file, "/proc".into()] {
        let outcome = Delivery::Directory(path.clone()).deliver(&mail(&patch()));
        let MailOutcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
        assert!(refusal.why.contains(path.to_str().unwrap()), "{}", refusal.why);
    }
}

#[test]
fn an_announcement_reaches_the_mail_server_as_it_was_written() {
    let server = SmtpServer::start(Manner::default());
    let place = MailServer::parse(&format!("smtp://127.0.0.1:{}", server.port)).unwrap();
    let mail = mail(&patch());
    let outcome = Delivery::Smtp(Box::new(place)).deliver(&mail);
    assert!(matches!(outcome, MailOutcome::Accepted(_)), "{outcome:?}");
    assert_eq!(server.seen().mails, [text(&mail)]);
}

#[test]
fn an_announcement_whose_answer_is_lost_is_unknown() {
    let server = SmtpServer::start(Manner { text: AfterText::KeepAndHangUp, ..Manner::default() });
    let place = MailServer {
        last_patience: Duration::from_secs(5),
        ..MailServer::parse(&format!("smtp://127.0.0.1:{}", server.port)).unwrap()
    };
    let outcome = Delivery::Smtp(Box::new(place)).deliver(&mail(&patch()));
    assert!(matches!(outcome, MailOutcome::Unknown(_)), "{outcome:?}");
}
