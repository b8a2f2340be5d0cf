//! What a plan promises to the municipalities, and what each of them has.

use std::fmt::Write as _;

use hemvist::Lang;
use hemvist::ask::Regret;
use hemvist::matching::Worth;
use hemvist::plan::Promise;
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

/// That a greater least share may be possible.
pub(crate) fn not_proven_greatest(lang: Lang) -> &'static str {
    lang.pick(
        "That no greater share is possible is not proven.",
        "Att ingen större andel är möjlig är inte bevisat.",
    )
}

/// What is promised; as great as possible only if that is proven.
fn told(promise: &Promise, lang: Lang) -> String {
    if promise.fairness == Fairness::Alone {
        let told = lang.pick(
            "Promised: no municipality's children get less than in its own homes alone.",
            "Utlovat: ingen kommuns barn får mindre än i egna hem ensam.",
        );
        return told.to_owned();
    }
    let least = lang.pick(
        "Promised: the smallest share that a municipality gets, of what it could have if served first, is",
        "Utlovat: den minsta andel som en kommun får, av vad den kunde få om den gick först, är",
    );
    if promise.least_share_proven == Some(true) {
        return format!("{least} {}", lang.pick("as great as possible.", "så stor som möjligt."));
    }
    let share = share(promise.least_share_basis_points);
    let at_least = lang.pick("at least", "minst");
    format!("{least} {at_least} {share}. {}", not_proven_greatest(lang))
}

impl PlanText<'_> {
    /// The promise, if there is one.
    pub(super) fn promise(&self, text: &mut String) {
        let Some(promise) = &self.plan.promise else { return };
        let lang = self.lang;
        let told = told(promise, lang);
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
        let note = if promise.fairness == Fairness::Alone {
            lang.pick("Alone → in this plan.", "Ensam → i denna plan.")
        } else {
            lang.pick("Served first → in this plan.", "Först i tur → i denna plan.")
        };
        self.lines(text, 2, note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_called_as_great_as_possible_only_if_that_is_proven() {
        let promise = |fairness, least_share_proven| Promise {
            fairness,
            least_share_basis_points: Some(7_881),
            least_share_proven,
            municipalities: Vec::new(),
            without: None,
        };
        let proven = told(&promise(Fairness::MaxMin, Some(true)), Lang::En);
        assert!(proven.ends_with("is as great as possible."), "{proven}");
        for (lang, end) in [
            (
                Lang::En,
                "is at least 78 %. That no greater share is possible is not proven.",
            ),
            (
                Lang::Sv,
                "är minst 78 %. Att ingen större andel är möjlig är inte bevisat.",
            ),
        ] {
            let open = told(&promise(Fairness::MaxMin, Some(false)), lang);
            assert!(open.ends_with(end), "{open}");
        }
        let alone = told(&promise(Fairness::Alone, None), Lang::En);
        assert!(alone.ends_with("in its own homes alone."), "{alone}");
    }
}
