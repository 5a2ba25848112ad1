//! The plan of one request: what is made, what is left alone, and why.

use std::collections::BTreeMap;

use tagkeeper::config::{Config, Optional, Policy};
use tagkeeper::facts::object::ObjectIn;
use tagkeeper::facts::proposed::OpenOnBranch;
use tagkeeper::facts::pushed::{
    BranchState, PushedBranch, PushedCommit, PushedRepository, PushedSignature, PushedTag,
    PushedTrunk, TagWithSignature,
};
use tagkeeper::facts::ref_in_the_way::{RefInTheWay, RefKind};
use tagkeeper::facts::repository::Remote;
use tagkeeper::facts::{Answer, Facts, Unknown};
use tagkeeper::git::{Oid, OtherObject, Signature, TagRef};
use tagkeeper::ledger::LedgerEntry;
use tagkeeper::plan::{
    Ground, Introduction, Occasion, OverrideApproval, Overriding, Plan, PlanInput, State, Step,
    StepKind, Votes, asks, build,
};
use tagkeeper::steps::{AnnouncementKind, DeletionKind, NewBranchKind, ProvenanceKind, TagKind};
use tagkeeper::tree::record::Record;
use tagkeeper::tree::request::Request;
use tagkeeper::tree::{CommitId, RepoName};

use crate::support::record::record_of;

fn kinds() -> [&'static dyn StepKind; 5] {
    [&TagKind, &NewBranchKind, &DeletionKind, &AnnouncementKind, &ProvenanceKind]
}

const PATH: &str = "deliverables/birch/nova.yaml";
const REPO: &str = "openstack/nova";

fn hash() -> String {
    "a".repeat(40)
}

fn repo() -> RepoName {
    RepoName::parse(REPO).unwrap()
}

fn commit_id() -> CommitId {
    CommitId::parse(&hash()).unwrap()
}

/// A record with that release and these branches.
fn record(releases: &str) -> Record {
    let series = "- name: birch\n  release-id: 2025.1\n  status: maintained\n".to_owned();
    let file = format!("launchpad: nova\nteam: nova\ntype: service\n{releases}");
    let files = BTreeMap::from([
        ("data/series_status.yaml".to_owned(), series.into_bytes()),
        (PATH.to_owned(), file.into_bytes()),
    ]);
    record_of(files)
}

/// The steps of a request for 1.0.0, with its branch.
fn steps(branch: &str, facts: &[&dyn Fn(&mut Facts)]) -> Vec<Step> {
    steps_by(&|_, _| Answer::Absent, branch, facts)
}

/// The same, by what the ledger says.
fn steps_by(
    ledger: &dyn Fn(&RepoName, &str) -> Answer<LedgerEntry>,
    branch: &str,
    facts: &[&dyn Fn(&mut Facts)],
) -> Vec<Step> {
    let release = format!(
        "releases:\n  - version: 1.0.0\n    projects:\n      - repo: {REPO}\n        hash: {}\n\
         branches:\n  - name: {branch}\n    location: 1.0.0\n",
        hash()
    );
    let paths = vec![PATH.to_owned()];
    let request = Request::between(record(""), record(&release), paths, Vec::new());
    let config = Config::default();
    let subject = PlanInput {
        request: &request,
        config: &config,
        introductions: &BTreeMap::new(),
        ledger,
        occasion: Occasion::Request,
        ground: Ground::Real,
        policy: &Policy::default(),
        levels: &|_| Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut known = Facts::default();
    facts.iter().for_each(|put| put(&mut known));
    assert!(
        asks(&kinds(), &subject, &known).is_answered(&known),
        "all that the plan asks is answered"
    );
    build(&kinds(), &subject, &known)
        .releases
        .into_iter()
        .flat_map(|release| release.steps)
        .collect()
}

fn put(facts: &mut Facts, repository: bool, tagged: bool, ended_by: &str) {
    let there = |is_there| if is_there { Answer::Known(()) } else { Answer::Absent };
    let repo = repo();
    facts.insert(PushedRepository { repo: repo.clone() }, there(repository));
    facts.insert(PushedCommit { repo: repo.clone(), commit: commit_id() }, there(repository));
    let trunk = if repository { Answer::Known("main".to_owned()) } else { Answer::Absent };
    facts.insert(PushedTrunk { repo: repo.clone() }, trunk);
    let commit = Oid::from_str(&hash()).unwrap();
    let tags = ["1.0.0", "2025.1-eom", "2025.1-eol", "bugfix-1.0-eol", "bugfix/1.0-eol"];
    for name in tags {
        let is_there = name == ended_by || tagged && name == "1.0.0";
        let target = TagRef { object: commit, peeled: commit };
        let answer = if is_there { Answer::Known(target) } else { Answer::Absent };
        facts.insert(PushedTag { repo: repo.clone(), name: name.to_owned() }, answer);
        facts.insert(place_of(RefKind::Tag, name), Answer::Absent);
    }
    let lightweight = TagWithSignature { message: None, signature: Signature::None };
    facts.insert(PushedSignature::of(&repo, "1.0.0"), Answer::Known(lightweight));
    for name in ["stable/2025.1", "bugfix/1.0"] {
        let question =
            PushedBranch { repo: repo.clone(), name: name.to_owned(), point: commit_id() };
        facts.insert(question, Answer::Absent);
        facts.insert(place_of(RefKind::Branch, name), Answer::Absent);
    }
}

fn place_of(kind: RefKind, name: &str) -> RefInTheWay {
    RefInTheWay { repo: repo(), remote: Remote::Push, kind, name: name.to_owned() }
}

#[test]
fn what_no_server_can_make_next_to_what_is_there_is_a_conflict() {
    let in_the_way = |kind, name: &'static str, other: &'static str| {
        move |facts: &mut Facts| {
            put(facts, true, false, "");
            facts.insert(place_of(kind, name), Answer::Known(other.to_owned()));
        }
    };
    let cases =
        [(0, RefKind::Tag, "1.0.0", "1.0.0/old"), (1, RefKind::Branch, "stable/2025.1", "stable")];
    for (at, kind, name, other) in cases {
        let found = steps("stable/2025.1", &[&in_the_way(kind, name, other)]);
        let kind = kind.as_str();
        let why =
            format!("{kind} `{name}` cannot be made in `{REPO}` while {kind} `{other}` is there");
        assert_eq!(found[at].state, State::Conflict(why));
    }
}

#[test]
fn a_branch_that_was_ended_is_not_made_again() {
    let state = |branch, facts: fn(&mut Facts)| steps(branch, &[&facts])[1].state.clone();
    assert_eq!(state("stable/2025.1", |f| put(f, true, true, "")), State::Create);
    assert_eq!(state("bugfix/1.0", |f| put(f, true, true, "")), State::Create);
    let ended = |by: &str| State::Ended(format!("`{by}` ended the branch"));
    let of = |by| ended(by);
    assert_eq!(state("stable/2025.1", |f| put(f, true, true, "2025.1-eol")), of("2025.1-eol"));
    assert_eq!(state("bugfix/1.0", |f| put(f, true, true, "bugfix-1.0-eol")), of("bugfix-1.0-eol"));
    assert_eq!(state("bugfix/1.0", |f| put(f, true, true, "bugfix/1.0-eol")), of("bugfix/1.0-eol"));
}

#[test]
fn an_unreadable_ledger_does_not_make_a_tag_someone_elses() {
    let unreadable =
        |_: &RepoName, _: &str| Answer::Unknown(Unknown::because("the entry is damaged"));
    let found = steps_by(&unreadable, "stable/2025.1", &[&|f: &mut Facts| put(f, true, true, "")]);
    let State::Done(why) = &found[0].state else { panic!("{found:?}") };
    assert!(why.contains("not known who made it: the entry is damaged"), "{why}");
    for step in &found[1..] {
        assert!(matches!(step.state, State::Unknown(_)), "{step:?}");
    }
}

#[test]
fn the_id_of_a_tag_or_a_tree_is_not_a_commit() {
    let commit = Oid::from_str(&"b".repeat(40)).unwrap();
    let objects = [
        (
            OtherObject::Tag { name: "0.9.0".to_owned(), commit: Some(commit) },
            "is the tag object of `0.9.0`, not a commit: write the commit that it points to, bbbb",
        ),
        (OtherObject::Tree, "is a tree, not a commit"),
        (OtherObject::Blob, "is a blob, not a commit"),
    ];
    for (object, words) in objects {
        let of_object = |facts: &mut Facts| {
            put(facts, true, false, "");
            let repo = repo();
            let question = PushedCommit { repo: repo.clone(), commit: commit_id() };
            facts.insert(question, Answer::Absent);
            facts.insert(ObjectIn { repo, commit: commit_id() }, Answer::Known(object.clone()));
        };
        for step in steps("stable/2025.1", &[&of_object]) {
            if step.action.kind == "announce" {
                continue;
            }
            let State::Conflict(why) = &step.state else { panic!("{:?}", step.state) };
            assert!(why.contains(words), "{why}");
        }
    }
}

#[test]
fn an_entry_with_a_name_that_no_repository_has_is_no_step_and_no_question() {
    let release = format!(
        "releases:\n  - version: 1.0.0\n    projects:\n      - repo: a/../../x\n        hash: {}\n\
         branches:\n  - name: stable/2025.1\n    location: 1.0.0\n",
        hash()
    );
    let paths = vec![PATH.to_owned()];
    let request = Request::between(record(""), record(&release), paths, Vec::new());
    let subject = PlanInput {
        request: &request,
        config: &Config::default(),
        introductions: &BTreeMap::new(),
        ledger: &nothing,
        occasion: Occasion::Request,
        ground: Ground::Real,
        policy: &Policy::default(),
        levels: &|_| Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    assert!(asks(&kinds(), &subject, &Facts::default()).is_empty());
    let plan = build(&kinds(), &subject, &Facts::default());
    assert!(plan.releases.is_empty() && plan.is_in_conflict(), "{plan:?}");
    let said = "is not a repository name: the part `..` leads somewhere else";
    let names = plan.impossible.iter().map(|one| {
        assert!(one.file == PATH && one.why.contains(said), "{one:?}");
        one.name.as_str()
    });
    assert_eq!(names.collect::<Vec<_>>(), ["1.0.0", "stable/2025.1"], "what stays pending");
}

/// The branches that the plan leaves for an operator to delete once `version` is tagged, all of them being there.
fn deletions(version: &str) -> Vec<String> {
    let release = format!(
        "releases:\n  - version: {version}\n    projects:\n      - repo: {REPO}\n        hash: {}\n",
        hash()
    );
    let paths = vec![PATH.to_owned()];
    let request = Request::between(record(""), record(&release), paths, Vec::new());
    let subject = PlanInput {
        request: &request,
        config: &Config::default(),
        introductions: &BTreeMap::new(),
        ledger: &|_, _| Answer::Absent,
        occasion: Occasion::Request,
        ground: Ground::Real,
        policy: &Policy::default(),
        levels: &|_| Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut facts = Facts::default();
    put(&mut facts, true, false, "");
    for name in ["stable/2025.1", "unmaintained/2025.1", "bugfix/1.0", "bugfix/2.0"] {
        let there = BranchState { tip: commit_id(), holds_point: true };
        let question = PushedBranch { repo: repo(), name: name.to_owned(), point: commit_id() };
        facts.insert(question, Answer::Known(there));
        let open = OpenOnBranch { repo: repo(), branch: name.to_owned() };
        facts.insert(open, Answer::Known(Vec::new()));
    }
    assert!(
        asks(&kinds(), &subject, &facts).is_answered(&facts),
        "all that the plan asks is answered"
    );
    let steps =
        build(&kinds(), &subject, &facts).releases.into_iter().flat_map(|release| release.steps);
    let deleted = steps.filter(|step| step.action.kind == "delete-branch");
    deleted.map(|step| step.action.name).collect()
}

#[test]
fn an_end_leaves_every_branch_that_it_ends_to_the_operator() {
    assert_eq!(deletions("2025.1-eom"), ["stable/2025.1"]);
    assert_eq!(deletions("2025.1-eol"), ["stable/2025.1", "unmaintained/2025.1"]);
    assert_eq!(deletions("bugfix-1.0-eol"), ["bugfix/1.0"]);
    assert_eq!(deletions("1.0.0"), [""; 0]);
}

#[test]
fn what_cannot_be_tagged_is_not_announced_and_a_missing_repository_is_named() {
    let found = steps("stable/2025.1", &[&|f: &mut Facts| put(f, false, false, "")]);
    let missing = State::Conflict("there is no repository `openstack/nova`".to_owned());
    assert!(found.iter().all(|step| step.state == missing), "{found:?}");
    assert!(!found.iter().any(|step| step.action.kind == "announce"));
    let found = steps("stable/2025.1", &[&|f: &mut Facts| put(f, true, false, "")]);
    assert!(found.iter().any(|step| step.action.kind == "announce"));
}

#[test]
fn the_override_of_one_branch_lets_no_other_pass() {
    let release = format!(
        "releases:\n  - version: 1.0.0\n    projects:\n      - repo: {REPO}\n        hash: {}\n",
        hash()
    );
    let branch = |name: &str| format!("  - name: {name}\n    location: 1.0.0\n");
    let head = format!("{release}branches:\n{}{}", branch("stable/2025.1"), branch("bugfix/1.0"));
    let paths = vec![PATH.to_owned()];
    let request = Request::between(record(&release), record(&head), paths, Vec::new());
    let (policy, problems) = Policy::read(b"holds:\n  - {status: orange, reason: smoke}\n");
    assert_eq!(problems, []);
    let urgent = Overriding {
        rule: "hold".to_owned(),
        reason: "urgent".to_owned(),
        commit: None,
        approval: OverrideApproval::Given,
    };
    let by = |overrides| Introduction {
        commit: hash(),
        lines: Vec::new(),
        votes: Votes::Known,
        overrides,
        waited: None,
        seen: BTreeMap::new(),
    };
    let introductions = BTreeMap::from([
        ((PATH.to_owned(), "stable/2025.1".to_owned()), by(vec![urgent])),
        ((PATH.to_owned(), "bugfix/1.0".to_owned()), by(Vec::new())),
    ]);
    let config = Config::default();
    let subject = PlanInput {
        request: &request,
        config: &config,
        introductions: &introductions,
        ledger: &|_, _| Answer::Absent,
        occasion: Occasion::Request,
        ground: Ground::Real,
        policy: &policy,
        levels: &|_| Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut known = Facts::default();
    put(&mut known, true, true, "");
    let found = build(&kinds(), &subject, &known).releases;
    let told: Vec<(String, bool)> = found
        .iter()
        .map(|one| (one.title(), matches!(one.steps[0].state, State::Held { .. })))
        .collect();
    let of = |name: &str, is_held| (format!("branch {name} of nova (birch)"), is_held);
    assert_eq!(told, [of("stable/2025.1", false), of("bugfix/1.0", true)]);
}

/// The plan of a request that adds `added` to the file of a series with that status.
fn plan_of(
    status: &str,
    added: &str,
    ledger: &dyn Fn(&RepoName, &str) -> Answer<LedgerEntry>,
    overrides: Vec<Overriding>,
) -> Plan {
    let by = Introduction {
        commit: hash(),
        lines: Vec::new(),
        votes: Votes::Known,
        overrides,
        waited: None,
        seen: BTreeMap::new(),
    };
    plan_by((status, added), ledger, by, &Config::default())
}

/// The same, by the commit that brings 1.0.0 and at a site of that configuration.
fn plan_by(
    (status, added): (&str, &str),
    ledger: &dyn Fn(&RepoName, &str) -> Answer<LedgerEntry>,
    by: Introduction,
    config: &Config,
) -> Plan {
    let record = |releases: &str| {
        let series = format!(
            "- name: cedar\n  release-id: 2026.1\n  status: development\n- name: birch\n  release-id: 2025.1\n  status: {status}\n"
        );
        let file = format!("launchpad: nova\nteam: nova\ntype: service\n{releases}");
        record_of(BTreeMap::from([
            ("data/series_status.yaml".to_owned(), series.into_bytes()),
            (PATH.to_owned(), file.into_bytes()),
        ]))
    };
    let paths = vec![PATH.to_owned()];
    let request =
        Request::between(record(""), record(&format!("releases:\n{added}")), paths, Vec::new());
    let introductions = BTreeMap::from([((PATH.to_owned(), "1.0.0".to_owned()), by)]);
    let subject = PlanInput {
        request: &request,
        config,
        introductions: &introductions,
        ledger,
        occasion: Occasion::Request,
        ground: Ground::Real,
        policy: &Policy::default(),
        levels: &|_| Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut known = Facts::default();
    put(&mut known, true, false, "");
    build(&kinds(), &subject, &known)
}

/// What is planned for a release whose commit has these votes and overrides, at a site that makes statements.
fn stated_by(votes: Votes, overrides: Vec<Overriding>) -> Vec<Step> {
    let mut config = Config::default();
    config.after.turn_on(Optional::Provenance);
    let lines = vec![("Code-Review+2".to_owned(), "Bob".to_owned())];
    let by = Introduction {
        commit: hash(),
        lines,
        votes,
        overrides,
        waited: None,
        seen: BTreeMap::new(),
    };
    let added = entry_of("1.0.0", 1);
    let plan = plan_by(("maintained", &added), &nothing, by, &config);
    plan.releases.into_iter().flat_map(|release| release.steps).collect()
}

fn text_of<'a>(steps: &'a [Step], kind: &str) -> &'a str {
    let step = steps.iter().find(|step| step.action.kind == kind).unwrap();
    step.action.message.as_deref().unwrap()
}

#[test]
fn a_statement_waits_until_it_is_known_who_voted() {
    let state = |votes: Votes| {
        let steps = stated_by(votes, Vec::new());
        steps.into_iter().find(|step| step.action.kind == "provenance").unwrap().state
    };
    assert_eq!(state(Votes::Known), State::Create);
    let State::Unknown(why) = state(Votes::Unknown("Gerrit is away".to_owned())) else { panic!() };
    assert!(why.to_string().contains("Gerrit is away"), "{why}");
    let unreviewed = Votes::Unreviewed("it was pushed".to_owned());
    assert_eq!(state(unreviewed.clone()), State::Create);
    let said = |votes: Votes| -> serde_json::Value {
        serde_json::from_str(text_of(&stated_by(votes, Vec::new()), "provenance")).unwrap()
    };
    assert_eq!(said(Votes::Known)["approved"][0]["by"], "Bob");
    let said = said(unreviewed);
    assert!(said["approved"].is_null() && said["approvedNotKnown"] == "it was pushed", "{said}");
}

#[test]
fn an_override_that_does_not_count_is_not_said_of_the_release() {
    let of = |rule: &str, approval| Overriding {
        rule: rule.to_owned(),
        reason: "urgent".to_owned(),
        commit: None,
        approval,
    };
    let overrides = vec![
        of("soak", OverrideApproval::Given),
        of("hold", OverrideApproval::Missing("nobody voted".to_owned())),
        of("late-in-week", OverrideApproval::Unknown("Gerrit is away".to_owned())),
    ];
    let steps = stated_by(Votes::Known, overrides);
    let tag = text_of(&steps, "tag");
    assert_eq!(tag.matches("meta:override:").count(), 1, "{tag}");
    assert!(tag.contains("meta:override: soak urgent"), "{tag}");
    let said: serde_json::Value = serde_json::from_str(text_of(&steps, "provenance")).unwrap();
    assert_eq!(said["overrides"].as_array().unwrap().len(), 1, "{said}");
    let State::Unknown(why) = &steps[0].state else { panic!("{:?}", steps[0].state) };
    assert_eq!(why.to_string(), "whether the override of `late-in-week` counts: Gerrit is away");
}

fn entry_of(version: &str, projects: usize) -> String {
    let project = format!("      - repo: {REPO}\n        hash: {}\n", hash());
    format!("  - version: '{version}'\n    projects:\n{}", project.repeat(projects))
}

fn nothing(_: &RepoName, _: &str) -> Answer<LedgerEntry> {
    Answer::Absent
}

fn states(plan: &Plan) -> Vec<State> {
    plan.releases.iter().flat_map(|release| &release.steps).map(|step| step.state.clone()).collect()
}

#[test]
fn a_release_of_a_closed_series_is_ended_unless_a_merged_override_counts() {
    let of = |status: &str, approval: Option<OverrideApproval>| {
        let overrides = approval.map(|approval| Overriding {
            rule: "series-open".to_owned(),
            reason: "one last fix".to_owned(),
            commit: None,
            approval,
        });
        states(&plan_of(status, &entry_of("1.0.0", 1), &nothing, overrides.into_iter().collect()))
    };
    assert_eq!(of("maintained", None), [State::Create, State::Create]);
    let ended = |states: &[State]| states.iter().all(|state| matches!(state, State::Ended(_)));
    assert!(ended(&of("end of life", None)));
    assert!(ended(&of("end of life", Some(OverrideApproval::Missing("no vote".to_owned())))));
    let unknown = of("end of life", Some(OverrideApproval::Unknown("host away".to_owned())));
    assert!(unknown.iter().all(|state| matches!(state, State::Unknown(_))), "{unknown:?}");
    assert_eq!(of("end of life", Some(OverrideApproval::Given)), [State::Create, State::Create]);
}

#[test]
fn a_repository_that_is_listed_twice_in_one_release_is_a_conflict() {
    let plan = plan_of("maintained", &entry_of("1.0.0", 2), &nothing, Vec::new());
    let tags: Vec<&State> = plan.releases[0]
        .steps
        .iter()
        .filter(|step| step.pushes())
        .map(|step| &step.state)
        .collect();
    assert_eq!(tags.len(), 2);
    assert!(
        tags.iter().all(|state| matches!(state, State::Conflict(why) if why.contains("twice"))),
        "{tags:?}"
    );
}

#[test]
fn half_a_commit_id_is_a_conflict_and_is_never_completed() {
    let half = entry_of("1.0.0", 1).replace(&hash(), "aaaaaaa");
    let plan = plan_of("maintained", &half, &nothing, Vec::new());
    let mut pushed = plan.releases.iter().flat_map(|release| &release.steps);
    let step = pushed.find(|step| step.pushes()).unwrap();
    let State::Conflict(why) = &step.state else { panic!("{step:?}") };
    assert!(why.starts_with("`aaaaaaa` is not a full commit id"), "{why}");
    assert_eq!(step.action.commit, None);
}

#[test]
fn what_can_be_no_ref_is_a_conflict_of_its_own_release_only() {
    for version in ["1.1.0~rc1", "1..1.0", "1.1.0.lock", "1.1.0@{1}", "HEAD", "1 0"] {
        let both = format!("{}{}", entry_of(version, 1), entry_of("1.0.0", 1));
        let plan = plan_of("maintained", &both, &nothing, Vec::new());
        let of = |at: usize| plan.releases[at].steps[0].state.clone();
        let is_refused = matches!(of(0), State::Conflict(why) if why.contains("git allows no tag"));
        assert!(is_refused, "{version}: {:?}", plan.releases[0].steps);
        assert_eq!(of(1), State::Create, "{version}");
    }
}

#[test]
fn where_the_ledger_cannot_be_read_nothing_is_made() {
    let garbled =
        |_: &RepoName, _: &str| Answer::Unknown(Unknown::because("the ledger file `x` is garbled"));
    let plan = plan_of("maintained", &entry_of("1.0.0", 1), &garbled, Vec::new());
    let unknown = State::Unknown(Unknown::because("the ledger file `x` is garbled"));
    assert_eq!(states(&plan), [unknown.clone(), unknown]);
}
