//! What a plan promises to the municipalities, and what each of them has.

use std::fmt::Write as _;

use hemvist::Lang;
use hemvist::ask::Regret;
use hemvist::matching::Worth;
use hemvist::policy::Fairness;

use super::plan::PlanText;
use super::{Align, Table, words};

/// What a plan is worth less than another, in words: amounts only. `weights`: points of the policy's sum per unit of each aim,
/// unless the aims are in strict order.
pub(crate) fn amounts(price: Worth, weights: Option<[i64; 3]>, lang: Lang) -> String {
    let aims = [price.urgency, price.network, price.fit];
    let sum = weights.map(|weights| {
        aims.iter()
            .zip(weights)
            .map(|(&a, w)| i128::from(a) * i128::from(w))
            .sum()
    });
    let regret = Regret {
        value: sum.unwrap_or_default(),
        urgency: price.urgency,
        network: price.network,
        fit: price.fit,
        proven: true,
    };
    regret.amounts(weights.is_none(), lang)
}

/// Hundredths of a per cent as whole per cent, rounded down: a promise is not rounded up.
pub(crate) fn share(basis_points: Option<u32>) -> String {
    basis_points.map_or_else(|| "–".to_owned(), |points| format!("{} %", points / 100))
}

impl PlanText<'_> {
    /// The promise, if there is one.
    pub(super) fn promise(&self, text: &mut String) {
        let Some(promise) = &self.plan.promise else { return };
        let lang = self.lang;
        let is_alone = promise.fairness == Fairness::Alone;
        let told = if is_alone {
            lang.pick(
                "Promised: no municipality's children get less than in its own homes alone.",
                "Utlovat: ingen kommuns barn får mindre än i egna hem ensam.",
            )
        } else {
            lang.pick(
                "Promised: the smallest share that a municipality gets, of what it could have if served first, is as great as possible.",
                "Utlovat: den minsta andel som en kommun får, av vad den kunde få om den gick först, är så stor som möjligt.",
            )
        };
        let price = match self.plan.price_of_promise() {
            Some(price) => {
                let of = &self.plan.objective;
                let weights = (!of.strict).then_some([of.weights.urgency, of.weights.network, of.weights.fit]);
                format!(
                    "{} {}.",
                    lang.pick("What it costs the pool:", "Vad det kostar poolen:"),
                    amounts(price, weights, lang)
                )
            }
            None => lang
                .pick(
                    "What it costs the pool is not proven.",
                    "Vad det kostar poolen är inte bevisat.",
                )
                .to_owned(),
        };
        self.lines(text, 0, &format!("{told} {price}"));
        let mut table = Table::new(&[
            (lang.pick("Municipality", "Kommun"), Align::Left),
            (lang.pick("Seek", "Söker"), Align::Right),
            (lang.pick("Placed", "Placerade"), Align::Right),
            (lang.pick("Urgency", "Angelägenhet"), Align::Right),
            (lang.pick("Network", "Nätverk"), Align::Right),
            (lang.pick("Fit", "Passning"), Align::Right),
            (lang.pick("Share", "Andel"), Align::Right),
        ]);
        let pair = |could: i64, has: i64| format!("{could} → {has}");
        for part in &promise.municipalities {
            table.row(vec![
                words::municipality(self.pool, &part.municipality).to_owned(),
                part.children.to_string(),
                pair(part.could_place.into(), part.placed.into()),
                pair(part.could.urgency, part.reached.urgency),
                pair(part.could.network, part.reached.network),
                pair(part.could.fit, part.reached.fit),
                share(part.share_basis_points),
            ]);
        }
        let _ = writeln!(text, "{}", table.text(2, self.width));
        let note = if is_alone {
            lang.pick("Alone → in this plan.", "Ensam → i denna plan.")
        } else {
            lang.pick("Served first → in this plan.", "Först i tur → i denna plan.")
        };
        self.lines(text, 2, note);
    }
}
