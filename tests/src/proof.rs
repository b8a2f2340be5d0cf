//! Proofs as files: the problem, the plan and the certificate in one JSON document of numbers, so that anyone can check
//! them, in any language.
//!
//! Written and read here alone, field by field, in the words of `hemvist_solver`. A tuple is a list; a policy of a group is
//! its word; an item that is left out is `null`.

use hemvist::matching::Proof;
use hemvist_solver::certificate::{Certificate, Cut, CutRow, PartCertificate, PriceList, ProofNode};
use hemvist_solver::{Floor, Group, GroupPolicy, Limit, PairValue, Problem};
use serde_json::{Value, json};

const POLICIES: [(GroupPolicy, &str); 3] = [
    (GroupPolicy::Together, "together"),
    (GroupPolicy::Prefer, "prefer"),
    (GroupPolicy::Apart, "apart"),
];

/// The document of a proof.
pub fn write(proof: &Proof) -> Value {
    let p = &proof.problem;
    let word = |policy| POLICIES.iter().find(|w| w.0 == policy).map(|w| w.1);
    let groups = p.groups.iter();
    let limits = p.limits.iter().map(|l| json!({"bins": l.bins, "most": l.most}));
    let floors = p.floors.iter().map(|f| json!({"items": f.items, "least": f.least}));
    json!({
        "format": "hemvist.proof/1",
        "problem": {
            "indptr": p.indptr, "bins": p.bins, "values": p.values, "capacity": p.capacity,
            "groups": groups
                .map(|g| json!({"members": g.members, "policy": word(g.policy), "pair_value": g.pair_value}))
                .collect::<Vec<_>>(),
            "pairs": p.pairs.iter().map(|q| json!([q.a, q.b, q.value])).collect::<Vec<_>>(),
            "forbidden": p.forbidden, "limits": limits.collect::<Vec<_>>(),
            "load": p.load, "load_capacity": p.load_capacity, "floors": floors.collect::<Vec<_>>(),
            "locks": p.locks, "bans": p.bans,
        },
        "bin_of": proof.bin_of,
        "certificate": proof.certificate.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn part(part: &PartCertificate) -> Value {
    let cuts = part.cuts.iter().map(|cut| {
        let rows = cut.rows.iter().map(|(row, numerator)| match row {
            CutRow::Item(k) => json!(["item", k, numerator]),
            CutRow::Bin(k) => json!(["bin", k, numerator]),
            CutRow::Limit(k) => json!(["limit", k, numerator]),
            CutRow::Cut(k) => json!(["cut", k, numerator]),
        });
        json!({"rows": rows.collect::<Vec<_>>(), "denominator": cut.denominator})
    });
    let nodes = part.nodes.iter().map(|node| match node {
        ProofNode::Leaf(list) => json!({"leaf": prices(list)}),
        ProofNode::Dead(list) => json!({"dead": prices(list)}),
        ProofNode::Branch { item, bin, yes, no } => json!({"branch": [item, bin, yes, no]}),
        ProofNode::Own(own) => json!({"own": self::part(own)}),
    });
    json!({
        "bins": part.bins, "cuts": cuts.collect::<Vec<_>>(), "root": prices(&part.root),
        "bin_prices": part.bin_prices, "nodes": nodes.collect::<Vec<_>>(),
    })
}

fn prices(list: &PriceList) -> Value {
    json!({"items": list.items, "limits": list.limits, "floors": list.floors, "cuts": list.cuts})
}

/// A document read back; `None` if it is no such document.
pub fn read(document: &Value) -> Option<Proof> {
    (document.get("format")? == "hemvist.proof/1").then_some(())?;
    let p = document.get("problem")?;
    let groups = list(p, "groups", |g| {
        let policy = POLICIES.iter().find(|w| Some(w.1) == g["policy"].as_str())?.0;
        Some(Group {
            members: field(g, "members")?,
            policy,
            pair_value: field(g, "pair_value")?,
        })
    })?;
    let pair = |q: &Value| {
        let (a, b, value) = as_type(q)?;
        Some(PairValue { a, b, value })
    };
    let limit = |l: &Value| {
        Some(Limit {
            bins: field(l, "bins")?,
            most: field(l, "most")?,
        })
    };
    let floor = |f: &Value| {
        Some(Floor {
            items: field(f, "items")?,
            least: field(f, "least")?,
        })
    };
    let problem = Problem {
        indptr: field(p, "indptr")?,
        bins: field(p, "bins")?,
        values: field(p, "values")?,
        capacity: field(p, "capacity")?,
        groups,
        pairs: list(p, "pairs", pair)?,
        forbidden: field(p, "forbidden")?,
        limits: list(p, "limits", limit)?,
        load: field(p, "load")?,
        load_capacity: field(p, "load_capacity")?,
        floors: list(p, "floors", floor)?,
        locks: field(p, "locks")?,
        bans: field(p, "bans")?,
    };
    Some(Proof {
        problem,
        bin_of: field(document, "bin_of")?,
        certificate: Certificate {
            parts: list(document, "certificate", read_part)?,
        },
    })
}

fn read_part(part: &Value) -> Option<PartCertificate> {
    let cut = |cut: &Value| {
        let rows = list(cut, "rows", |row| {
            let (kind, number, numerator): (String, u32, u32) = as_type(row)?;
            let row = match kind.as_str() {
                "item" => CutRow::Item(number),
                "bin" => CutRow::Bin(number),
                "limit" => CutRow::Limit(number),
                "cut" => CutRow::Cut(number),
                _ => return None,
            };
            Some((row, numerator))
        })?;
        Some(Cut {
            rows,
            denominator: field(cut, "denominator")?,
        })
    };
    let node = |node: &Value| {
        if let Some(branch) = node.get("branch") {
            let (item, bin, yes, no) = as_type(branch)?;
            return Some(ProofNode::Branch { item, bin, yes, no });
        }
        if let Some(dead) = node.get("dead") {
            return read_prices(dead).map(ProofNode::Dead);
        }
        if let Some(own) = node.get("own") {
            return read_part(own).map(|own| ProofNode::Own(Box::new(own)));
        }
        read_prices(node.get("leaf")?).map(ProofNode::Leaf)
    };
    Some(PartCertificate {
        bins: field(part, "bins")?,
        cuts: list(part, "cuts", cut)?,
        root: read_prices(part.get("root")?)?,
        bin_prices: field(part, "bin_prices")?,
        nodes: list(part, "nodes", node)?,
    })
}

fn read_prices(prices: &Value) -> Option<PriceList> {
    Some(PriceList {
        items: field(prices, "items")?,
        limits: field(prices, "limits")?,
        floors: field(prices, "floors")?,
        cuts: field(prices, "cuts")?,
    })
}

fn as_type<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn field<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> Option<T> {
    as_type(value.get(name)?)
}

fn list<T>(value: &Value, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.get(name)?.as_array()?.iter().map(read).collect()
}
