//! Tag messages, written and read back.

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::{Stage, TagMessage, TagMessageError, harmless, label};

const SIGNED: &str = "\
oslo.config 9.1.0 release

meta:version: 9.1.0
meta:team: Release Management
meta:diff-start: -
meta:series: antelope
meta:branch: stable/2023.1
meta:release-type: release
meta:pypi: yes
meta:first: no
meta:release:Author: Ann Éxample <ann@example.org>
meta:release:Commit: Ann Éxample <ann@example.org>
meta:release:Change-Id: I0123
meta:release:Code-Review+2: Bob <bob@example.org>
meta:release:Workflow+1: Bob <bob@example.org>
meta:weather: fine
meta:override: late-in-week: agreed: see the list
meta:plan: 4f1c
-----BEGIN PGP SIGNATURE-----

meta:version: 6.6.6
-----END PGP SIGNATURE-----
";

#[test]
fn a_signed_message_with_unknown_lines_is_read() {
    let message = TagMessage::parse(SIGNED).unwrap();
    assert_eq!(message.short_name, "oslo.config");
    assert_eq!(message.version, "9.1.0");
    assert_eq!(message.stage, Stage::Release);
    assert_eq!(message.team, "Release Management");
    assert_eq!(message.diff_start, None);
    assert_eq!(message.branch, "stable/2023.1");
    assert!(message.pypi == Some(true) && !message.first);
    assert_eq!(message.release.len(), 5);
    assert_eq!(message.release[3].0, "Code-Review+2");
    assert_eq!(message.release[3].1, "Bob <bob@example.org>");
    assert_eq!(message.overrides, ["late-in-week: agreed: see the list"]);
    assert_eq!(message.plan.as_deref(), Some("4f1c"));
}

#[test]
fn a_message_written_again_is_the_message_without_what_is_not_known() {
    let expected = SIGNED.split_once("-----BEGIN").unwrap().0.replace("meta:weather: fine\n", "");
    assert_eq!(TagMessage::parse(SIGNED).unwrap().to_text().unwrap(), expected);
}

#[test]
fn an_ssh_signature_ends_the_message_too() {
    assert!(TagMessage::parse(&SIGNED.replace("PGP", "SSH")).is_ok());
}

#[test]
fn a_line_that_readers_rely_on_must_be_there() {
    // A site without a package index says nothing of one.
    for key in super::SINGLES.into_iter().filter(|key| *key != "pypi") {
        let without: String = SIGNED
            .lines()
            .filter(|line| !line.starts_with(&format!("meta:{key}:")))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(TagMessage::parse(&without), Err(TagMessageError::Missing(key)));
    }
}

#[test]
fn lines_that_contradict_each_other_are_refused() {
    let other = SIGNED.replace("meta:version: 9.1.0", "meta:version: 9.2.0");
    assert!(matches!(
        TagMessage::parse(&other),
        Err(TagMessageError::Contradiction { key: "version", .. })
    ));
    let other = SIGNED.replace("type: release", "type: release candidate");
    assert!(matches!(
        TagMessage::parse(&other),
        Err(TagMessageError::Contradiction { key: "release-type", .. })
    ));
    let twice = SIGNED.replace("meta:pypi: yes", "meta:pypi: yes\nmeta:pypi: no");
    assert_eq!(TagMessage::parse(&twice), Err(TagMessageError::Twice("pypi")));
    let vague = SIGNED.replace("meta:pypi: yes", "meta:pypi: perhaps");
    assert!(matches!(TagMessage::parse(&vague), Err(TagMessageError::NoYesOrNo("pypi", _))));
}

#[test]
fn a_tag_made_by_hand_is_no_release() {
    for text in ["", "Release 9.1.0", "oslo.config 9.1.0 final", " 9.1.0 release"] {
        assert!(matches!(TagMessage::parse(text), Err(TagMessageError::FirstLine(_))), "{text}");
    }
}

#[test]
fn a_line_break_in_a_value_is_not_written() {
    let fine = TagMessage::parse(SIGNED).unwrap();
    for spoil in [
        |m: &mut TagMessage| m.team = "oslo\nmeta:pypi: no".into(),
        |m: &mut TagMessage| m.overrides = vec!["late\r".into()],
        |m: &mut TagMessage| m.release[0].1 = "Ann\nmeta:override: all".into(),
        |m: &mut TagMessage| m.release[0].0 = "Author: x".into(),
        |m: &mut TagMessage| m.version = "9.1.0 release".into(),
        |m: &mut TagMessage| m.diff_start = Some("-".into()),
        |m: &mut TagMessage| m.branch = "stable/\u{202e}a".into(),
        |m: &mut TagMessage| m.overrides = vec!["late\u{200b}".into()],
        |m: &mut TagMessage| m.series = String::new(),
        |m: &mut TagMessage| m.short_name = "-----BEGIN".into(),
    ] {
        let mut spoilt = fine.clone();
        spoil(&mut spoilt);
        assert!(matches!(spoilt.to_text(), Err(TagMessageError::Unwritable(..))), "{spoilt:?}");
    }
}

#[test]
fn the_stage_follows_the_version() {
    for (version, stage) in [
        ("9.1.0", Stage::Release),
        ("9.1.0.0b1", Stage::Milestone),
        ("9.1.0.0a12", Stage::Milestone),
        ("9.1.0.0rc1", Stage::Candidate),
        ("9.1.0rc1", Stage::Candidate),
        ("2023.1-eom", Stage::Release),
        ("9.1.0.dev3", Stage::Release),
        ("b1", Stage::Release),
        ("", Stage::Release),
    ] {
        assert_eq!(Stage::of(&crate::version::Version::new(version)), stage, "{version}");
    }
}

#[test]
fn what_hides_or_steers_is_shown_in_the_tag() {
    for (name, written) in [
        ("Ann\tExample", "Ann Example"),
        ("Ann\r\nmeta:override: all", "Ann meta:override: all"),
        ("Ann \u{202e}elpmaxE", r"Ann \u{202e}elpmaxE"),
        ("Ann\u{200b}\u{a0}Example", r"Ann\u{200b}\u{a0}Example"),
        ("Ann\u{1b}[2K", r"Ann\u{1b}[2K"),
        ("Ann \u{2764}\u{fe0f}", "Ann \u{2764}\u{fe0f}"),
        (" \n", "-"),
    ] {
        let mut message = TagMessage::parse(SIGNED).unwrap();
        message.release = vec![(label("Author"), harmless(name))];
        assert_eq!(message.release[0].1, written);
        assert_eq!(TagMessage::parse(&message.to_text().unwrap()), Ok(message));
    }
    assert_eq!(label("Code\u{202e}Review+2 x:"), r"Code\u{202e}Review+2-x-");
}

fn message(word: &'static str, line: &'static str) -> impl Strategy<Value = TagMessage> {
    let stage = prop_oneof![Just(Stage::Milestone), Just(Stage::Candidate), Just(Stage::Release)];
    let words = (word, word, word, word, proptest::option::of(word));
    let maybe = || proptest::option::of(line);
    let lines = (line, (maybe(), maybe()), proptest::collection::vec(line, 0..3));
    let release = proptest::collection::vec(("[A-Za-z][A-Za-z+0-9-]{0,9}", line), 0..4);
    (stage, words, lines, release, any::<(bool, bool, bool)>()).prop_map(
        |(stage, words, (team, (plan, waited), overrides), release, (pypi, first, playground))| {
            TagMessage {
                short_name: words.0,
                version: words.1,
                stage,
                team,
                diff_start: words.4,
                series: words.2,
                branch: words.3,
                pypi: Some(pypi),
                first,
                release,
                overrides,
                waited,
                playground,
                plan,
            }
        },
    )
}

proptest! {
    #[test]
    fn whatever_people_write_can_stand_in_a_message(text in "\\PC{0,8}[\t\r\n\u{0}\u{1b}\u{85}: -]{0,4}\\PC{0,8}") {
        let mut message = TagMessage::parse(SIGNED).unwrap();
        message.team = harmless(&text);
        message.release = vec![(label(&text), harmless(&text))];
        message.overrides = vec![harmless(&text)];
        message.waited = Some(harmless(&text));
        let written = message.to_text().unwrap();
        prop_assert_eq!(TagMessage::parse(&written), Ok(message));
    }

    #[test]
    fn what_is_written_is_read_back(
        message in message("[a-zA-Z0-9][a-zA-Z0-9._/-]{0,12}", "[!-~é-ü]([ -~é-ü]{0,30}[!-~é-ü])?")
    ) {
        let text = message.to_text().unwrap();
        prop_assert_eq!(TagMessage::parse(&text), Ok(message.clone()));
        let signed = text + "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
        prop_assert_eq!(TagMessage::parse(&signed), Ok(message));
    }

    #[test]
    fn whatever_the_values_a_message_is_refused_or_read_back(
        message in message("[a: \n-]{1,4}", "[a: \r\n\u{85}\u{2028}é-]{1,5}")
    ) {
        if let Ok(text) = message.to_text() {
            prop_assert_eq!(TagMessage::parse(&text), Ok(message));
        }
    }
}
