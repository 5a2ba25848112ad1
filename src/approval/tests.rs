//! Who has approved what, and who has not.

use super::*;

fn person(name: &str) -> Person {
    Person { name: name.to_owned(), email: format!("{name}@example.org"), irc: None }
}

fn vote(label: &str, value: i32, by: &str) -> ApprovalVote {
    ApprovalVote { label: label.to_owned(), value, by: person(by) }
}

/// The answer for a team led by `ptl` with the liaison `liaison`, and the release manager `manager`.
fn answer(uploader: &str, votes: Vec<ApprovalVote>) -> Decision {
    answer_where(Managers::Are(&[person("manager")]), uploader, votes)
}

fn answer_where(managers: Managers<'_>, uploader: &str, votes: Vec<ApprovalVote>) -> Decision {
    let roses =
        Leadership { ptl: Some(person("ptl")), liaisons: vec![person("liaison")], gap: None };
    let proposal = PatchsetVotes { uploader: person(uploader), votes };
    let teams = [("roses".to_owned(), Some(roses))];
    let wanted = WantedApprovals { teams: &teams, managers, label: "PTL-Approved" };
    judge(&proposal, wanted).remove(0).decision
}

#[test]
fn the_lead_or_a_liaison_approves_by_a_vote() {
    for who in ["ptl", "liaison"] {
        let Decision::Approved(by) = answer("outsider", vec![vote("Code-Review", 1, who)]) else {
            panic!("{who} has approved")
        };
        assert_eq!(by[0].speaker.person, person(who));
        assert_eq!(by[0].vote, Some(("Code-Review".to_owned(), 1)));
    }
    assert_eq!(answer("outsider", vec![vote("Code-Review", 2, "outsider")]), Decision::Missing);
}

#[test]
fn who_proposes_the_patch_set_approves_it() {
    assert!(matches!(answer("ptl", Vec::new()), Decision::Approved(by) if by[0].vote.is_none()));
    assert_eq!(answer("outsider", Vec::new()), Decision::Missing);
}

#[test]
fn an_objection_counts_more_than_another_s_vote() {
    let votes = vec![vote("Code-Review", 1, "liaison"), vote("Code-Review", -1, "ptl")];
    let Decision::Objected(by) = answer("liaison", votes) else { panic!("the lead objects") };
    assert_eq!(by.len(), 1);
    assert_eq!(by[0].speaker.person, person("ptl"));
    // Who proposed it and then votes against it has changed their mind.
    let regretted = answer("ptl", vec![vote("Workflow", -1, "ptl")]);
    assert!(matches!(regretted, Decision::Objected(_)));
}

#[test]
fn a_release_manager_stands_in_on_the_label_for_it_alone() {
    let review = vec![vote("Code-Review", 2, "manager"), vote("Workflow", 1, "manager")];
    assert_eq!(answer("outsider", review), Decision::Missing);
    let stands_in = answer("outsider", vec![vote("PTL-Approved", 1, "manager")]);
    assert!(matches!(stands_in, Decision::Approved(by) if by[0].speaker.role == Role::Manager));
    assert_eq!(answer("outsider", vec![vote("PTL-Approved", 1, "outsider")]), Decision::Missing);
}

#[test]
fn without_a_group_whoever_may_vote_on_the_label_stands_in() {
    let voted = |label| answer_where(Managers::Voters, "outsider", vec![vote(label, 1, "anybody")]);
    assert!(matches!(voted("PTL-Approved"), Decision::Approved(_)));
    assert_eq!(voted("Code-Review"), Decision::Missing);
    let objects = vec![vote("PTL-Approved", 1, "anybody"), vote("Code-Review", -1, "liaison")];
    let answer = answer_where(Managers::Voters, "outsider", objects);
    assert!(matches!(answer, Decision::Objected(_)));
}

#[test]
fn each_team_speaks_for_itself_and_the_unknown_one_has_nobody() {
    let led = |ptl: Option<&str>, liaisons: &[&str]| Leadership {
        ptl: ptl.map(person),
        liaisons: liaisons.iter().map(|name| person(name)).collect(),
        gap: None,
    };
    let teams = [
        ("roses".to_owned(), Some(led(Some("ann"), &["ann", "bob"]))),
        ("lilies".to_owned(), Some(led(None, &["cy"]))),
        ("weeds".to_owned(), None),
    ];
    let proposal =
        PatchsetVotes { uploader: person("x"), votes: vec![vote("Code-Review", 1, "bob")] };
    let rulings = judge(
        &proposal,
        WantedApprovals { teams: &teams, managers: Managers::Are(&[]), label: "PTL-Approved" },
    );
    let told: Vec<_> = rulings
        .iter()
        .map(|one| (one.is_approved(), one.is_known, one.has_ptl, one.could.len()))
        .collect();
    assert_eq!(told, [(true, true, true, 2), (false, true, false, 1), (false, false, false, 0)]);
}

#[test]
fn a_part_that_cannot_be_read_leaves_only_what_nobody_approved_open() {
    let gap = Some(crate::facts::Unknown::because("cannot read `liaisons`"));
    let roses = Leadership { ptl: Some(person("ptl")), liaisons: Vec::new(), gap };
    let teams = [("roses".to_owned(), Some(roses))];
    let ruling = |votes: Vec<ApprovalVote>| {
        let proposal = PatchsetVotes { uploader: person("x"), votes };
        let wanted =
            WantedApprovals { teams: &teams, managers: Managers::Are(&[]), label: "PTL-Approved" };
        judge(&proposal, wanted).remove(0)
    };
    let approved = ruling(vec![vote("Code-Review", 1, "ptl")]);
    assert!(approved.is_approved() && !approved.is_open());
    let missing = ruling(Vec::new());
    assert!(!missing.is_approved() && missing.is_open());
    assert_eq!(missing.gap.as_deref(), Some("cannot read `liaisons`"));
}
