//! A Gerrit that answers, one that does not, and one that answers something else.

use std::path::PathBuf;

use jiff::Timestamp;
use tagkeeper::facts::review::{ApprovalOf, MembersOf, ProposedAt, ReviewOf};
use tagkeeper::facts::{Answer, Asks, Documents, Facts, Network, Question, Sources, gather};
use tagkeeper::gerrit::{
    Change, ChangeName, Comment, CommentRange, Gerrit, Posted, Replacement, ReviewInput, Status,
    Suggestion,
};
use tagkeeper::git::Git;
use tagkeeper::net::http::Client;

use crate::support::gerrit::{COMMIT, Fate, OLDER, OneChange, options};
use crate::support::http::{HttpServer, Reply};

fn number() -> ChangeName {
    42.into()
}

fn review() -> ReviewInput {
    let mut review = ReviewInput::new("check", "1 error");
    review.votes.push(("Verified".to_owned(), -1));
    review
}

fn suggesting() -> ReviewInput {
    let range = CommentRange { start_line: 3, start_character: 2, end_line: 3, end_character: 7 };
    let replacements = vec![Replacement { range, text: "2.1.0".to_owned() }];
    let mut review = review();
    review.comments.push(Comment {
        path: "deliverables/lily/rose.yaml".to_owned(),
        line: 3,
        range: Some(range),
        message: "error: too low".to_owned(),
        suggestion: Some(Suggestion { description: "release `2.1.0`".to_owned(), replacements }),
    });
    review
}

fn posted(one: &OneChange, review: &ReviewInput) -> Result<Posted, String> {
    let gerrit = one.gerrit();
    let change: Change = gerrit.change(&number()).unwrap();
    gerrit.post(&change, review).map_err(|error| error.to_string())
}

fn trouble(reply: Reply) -> (String, HttpServer) {
    let server = HttpServer::start(vec![reply]);
    let gerrit = Gerrit::new(Client::new(options()), &server.url("/r/"));
    (gerrit.change(&number()).unwrap_err().to_string(), server)
}

#[test]
fn a_change_is_read_with_its_votes() {
    let one = OneChange::start("3.13.5", &[]);
    let change = one.gerrit().change(&number()).unwrap();
    assert_eq!((change.number, change.status), (42, Status::New));
    assert_eq!(change.created, "2026-08-21T12:00:00Z".parse::<Timestamp>().unwrap());
    assert_eq!(change.owner.to_string(), "Ann Example <ann@example.org>");
    let votes: Vec<String> = change.votes.iter().map(ToString::to_string).collect();
    assert_eq!(votes, ["Code-Review+2: Bob <bob@example.org>"]);
    let patchset = change.patchset.unwrap();
    assert_eq!((patchset.number, patchset.commit.as_str()), (2, COMMIT));
    assert_eq!(patchset.files, ["deliverables/lily/rose.yaml"]);
    let asked = &one.server.asked()[0];
    assert!(asked.line().starts_with("GET /a/changes/42?o="), "{}", asked.line());
    assert!(asked.head.to_lowercase().contains("\r\nauthorization: basic "));
}

#[test]
fn a_change_is_found_by_its_commit() {
    let one = OneChange::start("3.13.5", &[]);
    let found = one.gerrit().changes_of(COMMIT).unwrap();
    assert_eq!(found.iter().map(|change| change.number).collect::<Vec<_>>(), [42]);
    assert!(one.gerrit().changes_of(&"2".repeat(40)).unwrap().is_empty());
    let members = one.gerrit().members("release-managers").unwrap().unwrap();
    assert_eq!(members[0].email.as_deref(), Some("bob@example.org"));
    assert!(one.gerrit().members("nobody").unwrap().is_none());
}

#[test]
fn a_change_that_is_not_there_or_private_is_named() {
    let (error, server) = trouble(Reply::Say(404, "", b"Not found: 42".to_vec()));
    assert!(error.starts_with("there is no change 42 at http://127.0.0.1:"), "{error}");
    assert!(error.contains("/r/changes/42?"), "{error}");
    assert!(error.contains("gerrit-login-file"), "{error}");
    assert_eq!(server.requests().len(), 1);
    let one = OneChange::start("3.13.5", &[]);
    let error = one.gerrit().change(&43.into()).unwrap_err().to_string();
    assert!(error.contains("hidden from this login"), "{error}");
}

#[test]
fn what_answers_in_place_of_gerrit_is_an_error_with_the_url() {
    let html = "content-type: text/html\r\n";
    for (reply, expected, n_requests) in [
        (Reply::Say(401, "", Vec::new()), "check the login for this host", 1),
        (Reply::Say(502, html, b"<html>".to_vec()), "answered 502 (tried 3 times)", 3),
        (Reply::Say(200, html, b"<html>".to_vec()), "as Gerrit's REST API does", 1),
        (Reply::Say(200, "", Vec::new()), "as Gerrit's REST API does", 1),
        (Reply::Say(200, "", b")]}'\n{\"_number\": 4".to_vec()), "cut short", 1),
        (Reply::Say(200, "", b")]}'\n{\"_number\": 4}".to_vec()), "cannot read the answer", 1),
        (Reply::CutOff, "check the network, and whether a proxy is needed", 3),
    ] {
        let (error, server) = trouble(reply);
        assert!(error.contains(expected), "{error}");
        assert!(error.contains(&server.url("/r/changes/42?")), "{error}");
        assert_eq!(server.requests().len(), n_requests, "{error}");
    }
}

#[test]
fn a_review_is_posted_to_the_patch_set() {
    let one = OneChange::start("3.13.5", &[]);
    assert_eq!(posted(&one, &review()), Ok(Posted::Now));
    let line = format!("POST /a/changes/garden%2Freleases~42/revisions/{COMMIT}/review");
    assert_eq!(one.server.asked().last().unwrap().line(), line);
    let post = &one.posts()[0];
    assert_eq!((&post["message"], &post["labels"]["Verified"]), (&"1 error".into(), &(-1).into()));
    assert_eq!(post["tag"], "autogenerated:tagkeeper:check");
}

#[test]
fn the_same_is_not_posted_again() {
    let one = OneChange::start("3.13.5", &[]);
    assert_eq!(posted(&one, &review()), Ok(Posted::Now));
    assert_eq!(posted(&one, &review()), Ok(Posted::WasThere));
    let mut other_vote = review();
    other_vote.votes[0].1 = 1;
    assert_eq!(posted(&one, &other_vote), Ok(Posted::Now));
    assert_eq!(one.posts().len(), 2);
}

#[test]
fn what_another_wrote_under_our_tag_is_not_ours() {
    let one = OneChange::start("3.13.5", &[]);
    assert_eq!(posted(&one, &ReviewInput::new("check", "fine")), Ok(Posted::Now));
    let change = one.gerrit().change(&number()).unwrap();
    assert!(change.was_told_as("check", 7) && !change.was_told_as("check", 8));
    one.is_by(8);
    assert_eq!(posted(&one, &ReviewInput::new("check", "fine")), Ok(Posted::Now));
    assert_eq!(one.posts().len(), 2);
}

#[test]
fn the_same_message_with_another_comment_is_posted() {
    for version in ["3.13.5", "3.12.0"] {
        let one = OneChange::start(version, &[]);
        let (first, mut other) = (suggesting(), suggesting());
        other.comments[0].line = 9;
        for (review, expected) in
            [(&first, Posted::Now), (&other, Posted::Now), (&first, Posted::WasThere)]
        {
            assert_eq!(posted(&one, review), Ok(expected), "{version}");
        }
    }
}

#[test]
fn a_review_whose_answer_was_lost_is_not_posted_twice() {
    let one = OneChange::start("3.13.5", &[Fate::Answerless]);
    assert_eq!(posted(&one, &review()), Ok(Posted::Now));
    assert_eq!(one.posts().len(), 1);
    assert_eq!(one.messages().len(), 2);
}

#[test]
fn a_review_that_did_not_arrive_is_posted_again() {
    for fate in [Fate::Lost, Fate::Answered(503, "")] {
        let one = OneChange::start("3.13.5", &[fate]);
        assert_eq!(posted(&one, &review()), Ok(Posted::Now));
        assert_eq!((one.posts().len(), one.messages().len()), (2, 2));
    }
}

#[test]
fn a_refused_review_is_not_posted_again() {
    let one = OneChange::start("3.13.5", &[Fate::Answered(403, "Applying label is restricted")]);
    let error = posted(&one, &review()).unwrap_err();
    assert!(error.contains("cannot post to http://127.0.0.1:"), "{error}");
    assert!(error.contains("403, \"Applying label is restricted\""), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    assert_eq!(one.posts().len(), 1);
}

#[test]
fn nobody_posts() {
    let one = OneChange::start("3.13.5", &[]);
    let gerrit = Gerrit::new(Client::new(options()), &one.server.url(""));
    let change = gerrit.change(&number()).unwrap();
    let error = gerrit.post(&change, &review()).unwrap_err().to_string();
    assert!(error.contains("gerrit-login-file"), "{error}");
    assert!(one.posts().is_empty());
}

#[test]
fn suggestions_go_where_the_server_takes_them() {
    let one = OneChange::start("3.13.5", &[]);
    assert_eq!(posted(&one, &suggesting()), Ok(Posted::Now));
    let posts = one.posts();
    let comment = &posts[0]["comments"]["deliverables/lily/rose.yaml"][0];
    assert_eq!(comment["fix_suggestions"][0]["replacements"][0]["replacement"], "2.1.0");

    let one = OneChange::start("3.12.0-rc1", &[]);
    assert_eq!(posted(&one, &suggesting()), Ok(Posted::Now));
    let posts = one.posts();
    let comment = &posts[0]["robot_comments"]["deliverables/lily/rose.yaml"][0];
    assert_eq!((posts.len(), &comment["robot_id"]), (1, &"tagkeeper".into()));
    assert_eq!(posts[0]["comments"], serde_json::json!({}));
}

#[test]
fn a_server_that_takes_no_suggestions_has_the_comments_without() {
    for fate in [Fate::Answered(500, "Internal server error"), Fate::Lost] {
        let one = OneChange::start("3.13.5", &[fate]);
        assert_eq!(posted(&one, &suggesting()), Ok(Posted::Now));
        let posts = one.posts();
        assert_eq!((posts.len(), one.messages().len()), (2, 2));
        let comment = &posts[1]["comments"]["deliverables/lily/rose.yaml"][0];
        assert_eq!(
            (&comment["message"], comment.get("fix_suggestions")),
            (&"error: too low".into(), None)
        );
    }
}

fn asked<Q: Question>(question: &Q, gerrit: Option<Gerrit>, network: Network) -> Answer<String>
where
    Q::Known: std::fmt::Debug,
{
    asked_of(&sources(gerrit, network), question)
}

fn sources(gerrit: Option<Gerrit>, network: Network) -> Sources {
    let nowhere = ("/nowhere/{repo}", "/nowhere/{repo}");
    let documents = Documents::default();
    Sources::new(Git::find().unwrap(), PathBuf::new(), nowhere, documents, network)
        .reviewed_at(gerrit)
}

fn asked_of<Q: Question>(sources: &Sources, question: &Q) -> Answer<String>
where
    Q::Known: std::fmt::Debug,
{
    let (mut asks, mut facts) = (Asks::default(), Facts::default());
    asks.put(question.clone());
    gather(&asks, &mut facts, sources, 1);
    facts.get(question).map(|known| format!("{known:?}"))
}

#[test]
fn a_review_is_known_absent_or_unknown() {
    let one = OneChange::start("3.13.5", &[]);
    let of = |commit: &str| ReviewOf { commit: commit.to_owned() };
    let ask = |commit: &str| asked(&of(commit), Some(one.gerrit()), Network::Allowed);
    assert!(ask(COMMIT).known().unwrap().contains("Code-Review"));
    assert_eq!(ask(&"2".repeat(40)), Answer::Absent);
    assert_eq!(asked(&of(COMMIT), None, Network::Allowed), Answer::Absent);
    let offline = asked(&of(COMMIT), Some(one.gerrit()), Network::Offline);
    assert!(matches!(offline, Answer::Unknown(_)));
    let away = HttpServer::start(vec![Reply::Say(502, "", Vec::new())]);
    let gerrit = Gerrit::new(Client::new(options()), &away.url(""));
    let Answer::Unknown(why) = asked(&of(COMMIT), Some(gerrit), Network::Allowed) else {
        panic!("it is not known")
    };
    assert!(why.to_string().contains("answered 502"), "{why}");
}

#[test]
fn a_commit_is_proposed_when_its_change_was() {
    let one = OneChange::start("3.13.5", &[]);
    let ask_of = |commit: &str, change_id: Option<&str>, remote: Option<&str>| {
        let (change_id, remote) = (change_id.map(str::to_owned), remote.map(str::to_owned));
        let question = ProposedAt { commit: commit.to_owned(), change_id, remote };
        asked(&question, Some(one.gerrit()), Network::Allowed)
    };
    let ask = |commit: &str, change_id: Option<&str>| ask_of(commit, change_id, None);
    let then = Answer::Known("2026-08-21T12:00:00Z".to_owned());
    assert_eq!(ask(COMMIT, None), then);
    let rebased = "2".repeat(40);
    assert_eq!(ask(&rebased, Some("I0123456789012345678901234567890123456789")), then);
    assert_eq!(ask(&rebased, None), Answer::Absent);
    let from = |remote: &str| {
        ask_of(&rebased, Some("I0123456789012345678901234567890123456789"), Some(remote))
    };
    for ours in [
        "ssh://review:29418/garden/releases",
        "https://review/r/a/garden/releases.git/",
        "review:garden/releases",
    ] {
        assert_eq!(from(ours), then, "{ours}");
    }
    for other in ["ssh://review:29418/garden/rose", "https://review/my-garden/releases"] {
        assert_eq!(from(other), Answer::Absent, "{other}");
    }
    // A number is the name of any change, not of the one of this commit.
    for other in ["I&q=status:open", "42"] {
        assert_eq!(ask(&rebased, Some(other)), Answer::Absent, "{other}");
    }
}

#[test]
fn the_votes_on_the_newest_patch_set_approve_no_older_one() {
    let one = OneChange::start("3.13.5", &[]);
    let ask = |commit: &str| {
        let groups = vec!["release-managers".to_owned()];
        let question = ApprovalOf { commit: commit.to_owned(), groups };
        asked(&question, Some(one.gerrit()), Network::Allowed)
    };
    assert!(ask(COMMIT).known().unwrap().contains("Code-Review"));
    assert_eq!(ask(OLDER), Answer::Absent);
}

#[test]
fn each_group_is_asked_for_its_members_once_whoever_wants_to_know() {
    let one = OneChange::start("3.13.5", &[]);
    let sources = sources(Some(one.gerrit()), Network::Allowed);
    let approval = |groups: &[&str]| {
        let groups = groups.iter().map(|&group| group.to_owned()).collect();
        asked_of(&sources, &ApprovalOf { commit: COMMIT.to_owned(), groups })
    };
    for _ in 0..2 {
        assert!(approval(&["gardeners", "release-managers"]).known().is_some());
        assert!(matches!(approval(&["gardeners"]), Answer::Unknown(_)));
    }
    asked_of(&sources, &MembersOf { group: "release-managers".to_owned() });
    let asked = one.server.asked();
    let groups = asked.iter().filter(|asked| asked.line().contains("/groups/"));
    assert_eq!(groups.count(), 2);
}

#[test]
fn the_members_of_a_group_are_asked_for() {
    let one = OneChange::start("3.13.5", &[]);
    let ask = |group: &str| {
        asked(&MembersOf { group: group.to_owned() }, Some(one.gerrit()), Network::Allowed)
    };
    assert!(ask("release-managers").known().unwrap().contains("bob@example.org"));
    assert_eq!(ask("gardeners"), Answer::Absent);
}

#[test]
fn who_asks_as_nobody_for_a_group_is_told_that_a_login_is_wanted() {
    let plain = "content-type: text/plain\r\n";
    let server =
        HttpServer::start(vec![Reply::Say(403, plain, b"Authentication required".to_vec())]);
    let gerrit = Gerrit::new(Client::new(options()), &server.url(""));
    let error = gerrit.members("release-managers").unwrap_err().to_string();
    assert!(
        error.contains("`release-managers`") && error.contains(&server.url("/groups/")),
        "{error}"
    );
    assert!(error.contains("only to a login; name one in `gerrit-login-file`"), "{error}");
}
