//! Compares a tree with the form it must have: reports every difference, and mends the tree so that it can be read
//! on and the rest of it checked.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

use super::tree::Tree;
use crate::day::{Day, Month};
use crate::form::{Field, Form};
use crate::problem::{Code, Fact, Path, Problem, Problems, Shape};

/// What was wrong in form, and the places whose mended values must not be judged.
#[derive(Default)]
pub(crate) struct Mending {
    pub(crate) problems: Problems,
    pub(crate) mended: BTreeSet<Path>,
}

impl Mending {
    /// Reports a value that cannot be used; something else stands in its place.
    pub(crate) fn bad(&mut self, problem: Problem) {
        if self.mended.len() < Problems::MOST_KEPT {
            self.mended.insert(problem.path.clone());
        }
        self.problems.push(problem);
    }

    /// The tree as a value of this form.
    pub(crate) fn mend(&mut self, tree: Tree, form: &Form, path: &Path) -> Value {
        self.read(tree, form, path).unwrap_or_else(|| stand_in(form))
    }

    /// The tree as a value of this form; `None`, and a report, if it is none.
    fn read(&mut self, tree: Tree, form: &Form, path: &Path) -> Option<Value> {
        let shape = tree.shape();
        match (form, tree) {
            (Form::Text, Tree::Text(text)) => Some(Value::String(text)),
            (Form::Truth, Tree::Truth(truth)) => Some(Value::Bool(truth)),
            (Form::Day, Tree::Text(text)) => {
                let well = text.parse::<Day>().is_ok();
                self.unless(well, text, |text| {
                    let form = Fact::Word("YYYY-MM-DD");
                    Problem::new(Code::NotADay, path).allowed(form).found(Fact::chars(text))
                })
            }
            (Form::Month, Tree::Text(text)) => {
                let well = text.parse::<Month>().is_ok();
                self.unless(well, text, |text| {
                    let form = Fact::Word("YYYY-MM");
                    Problem::new(Code::NotAMonth, path)
                        .allowed(form)
                        .found(Fact::chars(text))
                })
            }
            (Form::Word(words), Tree::Text(text)) => {
                let well = words.contains(&text.as_str());
                self.unless(well, text, |text| {
                    let words = Fact::OneOf(words.clone());
                    Problem::new(Code::UnknownWord, path)
                        .allowed(words)
                        .found(Fact::chars(text))
                })
            }
            (Form::Number, Tree::Natural(number)) => Some(Value::Number(number.into())),
            (Form::Number, Tree::Negative(number)) => Some(Value::Number(number.into())),
            (Form::Number, Tree::Real(number)) => Number::from_f64(number).map(Value::Number),
            (&Form::Integer { least, most }, Tree::Natural(number)) => {
                self.integer(i128::from(number), least, most, path)
            }
            (&Form::Integer { least, most }, Tree::Negative(number)) => {
                self.integer(i128::from(number), least, most, path)
            }
            (&Form::Integer { least, most }, Tree::Real(number)) => {
                self.bad(not_an_integer(number, least, most, path));
                None
            }
            (Form::List(element), Tree::List(list)) => {
                let list = list.into_iter().enumerate();
                Some(list.map(|(i, tree)| self.mend(tree, element, &path.index(i))).collect())
            }
            (Form::Object(fields), Tree::Object(members)) => Some(self.object(members, fields, path)),
            (form, _) => {
                let allowed = Fact::Shape(shape_of(form));
                self.bad(
                    Problem::new(Code::WrongType, path)
                        .allowed(allowed)
                        .found(Fact::Shape(shape)),
                );
                None
            }
        }
    }

    fn unless(&mut self, well: bool, text: String, problem: impl FnOnce(&str) -> Problem) -> Option<Value> {
        if well {
            return Some(Value::String(text));
        }
        self.bad(problem(&text));
        None
    }

    fn integer(&mut self, number: i128, least: i64, most: i64, path: &Path) -> Option<Value> {
        match i64::try_from(number) {
            Ok(number) if (least..=most).contains(&number) => Some(Value::Number(number.into())),
            _ => {
                let allowed = Fact::Between(least, most);
                self.bad(
                    Problem::new(Code::OutOfRange, path)
                        .allowed(allowed)
                        .found(Fact::int(number)),
                );
                None
            }
        }
    }

    fn object(&mut self, members: Vec<(String, Tree)>, fields: &[Field], path: &Path) -> Value {
        let mut object = Map::new();
        let mut seen = vec![false; fields.len()];
        for (place, (key, tree)) in members.into_iter().enumerate() {
            let Some(i) = fields.iter().position(|field| field.name == key) else {
                self.problems
                    .push(Problem::new(Code::UnknownField, path.member(place)).found(Fact::chars(&key)));
                continue;
            };
            let field = &fields[i];
            let path = path.field(field.name);
            if std::mem::replace(&mut seen[i], true) {
                self.problems.push(Problem::new(Code::DuplicateField, path));
                continue;
            }
            if field.nullable && tree == Tree::Null {
                continue;
            }
            match self.read(tree, &field.form, &path) {
                Some(value) => object.insert(key, value),
                None if field.required => object.insert(key, stand_in(&field.form)),
                None => None,
            };
        }
        for (field, _) in fields.iter().zip(seen).filter(|(field, seen)| field.required && !seen) {
            self.bad(Problem::new(Code::MissingField, path.field(field.name)));
            object.insert(field.name.to_owned(), stand_in(&field.form));
        }
        Value::Object(object)
    }
}

/// A whole number so large that it was read as a float is out of every range; all else has a fraction or exponent.
fn not_an_integer(number: f64, least: i64, most: i64, path: &Path) -> Problem {
    let found = Fact::real(number);
    if matches!(found, Fact::Digits(_)) {
        Problem::new(Code::OutOfRange, path)
            .allowed(Fact::Between(least, most))
            .found(found)
    } else {
        Problem::new(Code::NotWhole, path).found(found)
    }
}

fn shape_of(form: &Form) -> Shape {
    match form {
        Form::Text | Form::Day | Form::Month | Form::Word(_) => Shape::Text,
        Form::Truth => Shape::Truth,
        Form::Integer { .. } => Shape::Integer,
        Form::Number => Shape::Number,
        Form::List(_) => Shape::List,
        Form::Object(_) => Shape::Object,
    }
}

/// A value of this form that can be read on; whatever is then found wrong with it is not reported.
pub(crate) fn stand_in(form: &Form) -> Value {
    match form {
        Form::Text => Value::String("stand-in".to_owned()),
        Form::Truth => Value::Bool(false),
        Form::Integer { most, .. } => Value::Number((*most).into()),
        Form::Number => Value::Number(0.into()),
        Form::Day => Value::String("2199-12-31".to_owned()),
        Form::Month => Value::String("2199-12".to_owned()),
        Form::Word(words) => words
            .last()
            .map_or(Value::Null, |word| Value::String((*word).to_owned())),
        Form::List(_) => Value::Array(Vec::new()),
        Form::Object(fields) => fields
            .iter()
            .filter(|field| field.required)
            .map(|field| (field.name.to_owned(), stand_in(&field.form)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
