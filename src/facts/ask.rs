//! A set of questions and a table of answers, of any kind.

use std::any::Any;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::{Answer, Sources, Unknown};

/// Something to find out. Two equal questions are asked once.
pub trait Question: Any + Clone + Debug + Eq + Hash + Send + Sync {
    /// The type of a known answer.
    type Known: Send + Sync + 'static;

    /// The repository or host to ask. Questions in one lane are answered one after the other, lanes in parallel.
    fn lane(&self) -> &str;

    /// Finds the answer. Never fails: an answer may be unknown.
    fn answer(&self, sources: &Sources) -> Answer<Self::Known>;
}

/// A question of any type.
#[derive(Clone)]
pub(super) struct AnyQuestion(Arc<dyn Erased>);

trait Erased: Send + Sync {
    fn lane(&self) -> &str;
    fn answer(&self, sources: &Sources) -> AnyAnswer;
    fn hash(&self) -> u64;
    fn is(&self, other: &dyn Erased) -> bool;
    fn as_any(&self) -> &dyn Any;
}

pub(super) type AnyAnswer = Box<dyn Any + Send + Sync>;

impl<Q: Question> Erased for Q {
    fn lane(&self) -> &str {
        Question::lane(self)
    }

    fn answer(&self, sources: &Sources) -> AnyAnswer {
        log::debug!("asking {self:?}");
        Box::new(Question::answer(self, sources))
    }

    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        Hash::hash(self, &mut hasher);
        hasher.finish()
    }

    fn is(&self, other: &dyn Erased) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl AnyQuestion {
    pub(super) fn answer(&self, sources: &Sources) -> AnyAnswer {
        self.0.answer(sources)
    }
}

impl PartialEq for AnyQuestion {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(other.0.as_ref())
    }
}

impl Eq for AnyQuestion {}

impl Hash for AnyQuestion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(Erased::hash(self.0.as_ref()));
    }
}

/// A set of questions, in the order in which they were first added.
#[derive(Default)]
pub struct Asks {
    seen: HashSet<AnyQuestion>,
    in_order: Vec<AnyQuestion>,
}

impl Asks {
    /// Adds a question, unless it is already there.
    pub fn put<Q: Question>(&mut self, question: Q) {
        self.put_any(AnyQuestion(Arc::new(question)));
    }

    fn put_any(&mut self, question: AnyQuestion) {
        if self.seen.insert(question.clone()) {
            self.in_order.push(question);
        }
    }

    /// Adds the questions of another set.
    pub fn extend(&mut self, others: Self) {
        others.in_order.into_iter().for_each(|question| self.put_any(question));
    }

    /// Whether it contains `question`.
    pub fn contains<Q: Question>(&self, question: &Q) -> bool {
        self.seen.contains(&AnyQuestion(Arc::new(question.clone())))
    }

    /// Whether there are no questions.
    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// Whether `facts` has an answer to every question.
    pub fn is_answered(&self, facts: &Facts) -> bool {
        self.in_order.iter().all(|question| facts.answers.contains_key(question))
    }

    /// The questions without an answer in `facts`, by lane.
    pub(super) fn open_by_lane(&self, facts: &Facts) -> BTreeMap<String, Vec<AnyQuestion>> {
        let mut lanes: BTreeMap<String, Vec<AnyQuestion>> = BTreeMap::new();
        for question in
            self.in_order.iter().filter(|question| !facts.answers.contains_key(question))
        {
            lanes.entry(question.0.lane().to_owned()).or_default().push(question.clone());
        }
        lanes
    }
}

/// The answers found so far.
#[derive(Default)]
pub struct Facts {
    answers: HashMap<AnyQuestion, AnyAnswer>,
}

impl Facts {
    /// The answer to `question`; unknown if it was never asked.
    pub fn get<Q: Question>(&self, question: &Q) -> Answer<&Q::Known> {
        let key = AnyQuestion(Arc::new(question.clone()));
        match self.answers.get(&key).and_then(|answer| answer.downcast_ref::<Answer<Q::Known>>()) {
            Some(Answer::Known(value)) => Answer::Known(value),
            Some(Answer::Absent) => Answer::Absent,
            Some(Answer::Unknown(why)) => Answer::Unknown(why.clone()),
            None => Answer::Unknown(Unknown::because(format_args!("{question:?} was never asked"))),
        }
    }

    /// Whether `question` was answered.
    pub fn has<Q: Question>(&self, question: &Q) -> bool {
        self.answers.contains_key(&AnyQuestion(Arc::new(question.clone())))
    }

    /// Adds an answer that was found elsewhere.
    pub fn insert<Q: Question>(&mut self, question: Q, answer: Answer<Q::Known>) {
        self.answers.insert(AnyQuestion(Arc::new(question)), Box::new(answer));
    }

    pub(super) fn insert_any(&mut self, question: AnyQuestion, answer: AnyAnswer) {
        self.answers.insert(question, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Colour(&'static str);

    impl Question for Colour {
        type Known = u8;
        fn lane(&self) -> &str {
            self.0
        }
        fn answer(&self, _: &Sources) -> Answer<u8> {
            Answer::Absent
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Shape(&'static str);

    impl Question for Shape {
        type Known = u8;
        fn lane(&self) -> &str {
            self.0
        }
        fn answer(&self, _: &Sources) -> Answer<u8> {
            Answer::Absent
        }
    }

    #[test]
    fn equal_questions_of_one_kind_are_put_once() {
        let mut asks = Asks::default();
        asks.put(Colour("sky"));
        asks.put(Colour("sky"));
        asks.put(Shape("sky"));
        assert_eq!(asks.in_order.len(), 2);
    }

    #[test]
    fn an_answer_is_found_by_kind_and_value_and_unasked_is_unknown() {
        let mut facts = Facts::default();
        facts.insert(Colour("sky"), Answer::Known(4));
        assert_eq!(facts.get(&Colour("sky")), Answer::Known(&4));
        assert!(matches!(facts.get(&Shape("sky")), Answer::Unknown(_)));
        assert!(matches!(facts.get(&Colour("sea")), Answer::Unknown(_)));
    }

    #[test]
    fn only_open_questions_are_asked_again() {
        let mut asks = Asks::default();
        asks.put(Colour("sky"));
        asks.put(Colour("sea"));
        let mut facts = Facts::default();
        facts.insert(Colour("sky"), Answer::Absent);
        assert_eq!(asks.open_by_lane(&facts).into_keys().collect::<Vec<_>>(), ["sea"]);
    }
}
