//! The tables and their columns, in English and Swedish. Documentation is generated from here.
//!
//! A column is named after the field it fills, parts joined by `_`: `home_lat` fills `home.lat`. Headers are compared
//! without regard to capitals, spaces, hyphens and the dots over å, ä and ö.

/// One table of a folder.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// File name, and name in error paths.
    pub file: &'static str,
    /// Swedish file names without `.csv`, accepted beside the English one; the first is the one written.
    pub swedish: &'static [&'static str],
    /// The section of the document whose records the rows are.
    pub section: &'static str,
    /// The list within a child that the rows belong to, if they are not records of their own.
    pub within_child: Option<&'static str>,
    /// Columns, in the order in which they are written.
    pub columns: &'static [Column],
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Header, and name in error paths.
    pub name: &'static str,
    /// Swedish headers, accepted beside the English one; the first is the one written.
    pub swedish: &'static [&'static str],
    /// The field that the cells fill, from the record inwards.
    pub field: &'static [&'static str],
}

macro_rules! columns {
    ($($name:literal $($field:literal).+ : $($swedish:literal),+;)*) => {
        &[$(Column { name: $name, swedish: &[$($swedish),+], field: &[$($field),+] },)*]
    };
}

/// Every table, in the order of the document's sections.
pub const TABLES: &[Table] = &[
    Table {
        file: "pool.csv",
        swedish: &["pool"],
        section: "pool",
        within_child: None,
        columns: columns! {
            "format" "format": "format";
            "as_of" "as_of": "per_datum", "datum";
        },
    },
    Table {
        file: "municipalities.csv",
        swedish: &["kommuner"],
        section: "municipalities",
        within_child: None,
        columns: columns! {
            "id" "id": "kommunkod", "kod";
            "name" "name": "namn";
            "location_lat" "location"."lat": "latitud", "lat";
            "location_lon" "location"."lon": "longitud", "lon";
            "population" "population": "folkmängd", "invånare";
            "children_at_home" "children_at_home": "barn_hemma";
            "children_placed" "children_placed": "barn_placerade";
            "shares" "shares": "delar";
        },
    },
    Table {
        file: "secretaries.csv",
        swedish: &["sekreterare", "familjehemssekreterare"],
        section: "secretaries",
        within_child: None,
        columns: columns! {
            "id" "id": "sekreterare", "sekreterare_id";
            "more_children" "more_children": "fler_barn";
            "more_homes" "more_homes": "fler_hem";
        },
    },
    Table {
        file: "families.csv",
        swedish: &["familjehem", "familjer"],
        section: "families",
        within_child: None,
        columns: columns! {
            "id" "id": "familj", "familje_id";
            "municipality" "municipality": "kommun";
            "kind" "kind": "hemtyp", "typ";
            "offers" "offers": "erbjuder";
            "assessed_on" "assessed_on": "utredd";
            "register_checked_on" "register_checked_on": "registerkontroll";
            "places" "places": "lediga_platser", "platser";
            "ages_from" "ages"."from": "ålder_från";
            "ages_to" "ages"."to": "ålder_till";
            "highest_needs" "highest_needs": "högsta_behovsnivå";
            "most_siblings" "most_siblings": "flest_syskon";
            "genders" "genders": "kön";
            "competences" "competences": "kompetenser";
            "languages" "languages": "språk";
            "own_children" "own_children": "egna_barn";
            "pets" "pets": "husdjur";
            "smoking" "smoking": "rökning";
            "step_free" "step_free": "utan_trappor";
            "placements_so_far" "placements_so_far": "tidigare_placeringar";
            "base_training" "base_training": "grundutbildning";
            "available_from" "available_from": "tillgänglig_från";
            "available_until" "available_until": "tillgänglig_till";
            "location_lat" "location"."lat": "latitud", "lat";
            "location_lon" "location"."lon": "longitud", "lon";
            "secretary" "secretary": "sekreterare", "familjehemssekreterare";
            "daily_cost" "daily_cost": "dygnskostnad";
            "acceptance_rate" "acceptance_rate": "tackar_ja_procent";
            "shared_with" "shared_with": "delas_med";
            "conflicts" "conflicts": "jäv";
        },
    },
    Table {
        file: "children.csv",
        swedish: &["barn"],
        section: "children",
        within_child: None,
        columns: columns! {
            "id" "id": "barn", "barn_id";
            "municipality" "municipality": "kommun";
            "birth_month" "birth_month": "födelsemånad";
            "age" "age": "ålder";
            "gender" "gender": "kön";
            "needs" "needs": "behovsnivå";
            "required_competences" "required_competences": "kompetenskrav";
            "helpful_competences" "helpful_competences": "önskade_kompetenser";
            "placement" "placement": "placeringsform", "placering";
            "home_lat" "home"."lat": "hem_lat";
            "home_lon" "home"."lon": "hem_lon";
            "school_lat" "school"."lat": "skola_lat";
            "school_lon" "school"."lon": "skola_lon";
            "longest_travel_km" "longest_travel_km": "längsta_resväg_km";
            "waiting_since" "waiting_since": "väntar_sedan";
            "inquiry_ended" "inquiry_ended": "utredning_avslutad";
            "languages" "languages": "språk";
            "allergies" "allergies": "allergier";
            "step_free" "step_free": "utan_trappor";
            "wishes_wanted" "wishes"."wanted": "önskar";
            "wishes_not_wanted" "wishes"."not_wanted": "önskar_inte";
            "wishes_asked_on" "wishes"."asked_on": "tillfrågad";
            "protected_identity" "protected_identity": "skyddade_personuppgifter";
        },
    },
    Table {
        file: "network_ties.csv",
        swedish: &["nätverk"],
        section: "children",
        within_child: Some("network_ties"),
        columns: columns! {
            "child" "child": "barn";
            "family" "family": "familj";
            "relation" "relation": "relation";
        },
    },
    Table {
        file: "keep_away.csv",
        swedish: &["skyddszoner"],
        section: "children",
        within_child: Some("keep_away"),
        columns: columns! {
            "child" "child": "barn";
            "lat" "lat": "latitud";
            "lon" "lon": "longitud";
            "radius_km" "radius_km": "radie_km";
        },
    },
    Table {
        file: "sibling_groups.csv",
        swedish: &["syskongrupper"],
        section: "sibling_groups",
        within_child: None,
        columns: columns! {
            "id" "id": "grupp", "grupp_id";
            "children" "children": "barn";
            "policy" "policy": "samplacering";
        },
    },
    Table {
        file: "placements.csv",
        swedish: &["placeringar"],
        section: "placements",
        within_child: None,
        columns: columns! {
            "child" "child": "barn";
            "family" "family": "familj";
            "since" "since": "sedan";
            "age" "age": "ålder";
            "may_move" "may_move": "får_flytta";
        },
    },
    Table {
        file: "choices.csv",
        swedish: &["val"],
        section: "choices",
        within_child: None,
        columns: columns! {
            "kind" "kind": "typ", "val";
            "child" "child": "barn";
            "family" "family": "familj";
            "reason" "reason": "skäl", "orsak";
            "on" "on": "datum";
        },
    },
    Table {
        file: "not_together.csv",
        swedish: &["inte_tillsammans"],
        section: "not_together",
        within_child: None,
        columns: columns! {
            "child" "child": "barn";
            "other" "other": "annat_barn";
        },
    },
    Table {
        file: "travel.csv",
        swedish: &["resor"],
        section: "travel",
        within_child: None,
        columns: columns! {
            "child" "child": "barn";
            "family" "family": "familj";
            "to" "to": "till";
            "km" "km": "kilometer";
            "minutes" "minutes": "minuter";
        },
    },
];

/// Swedish words accepted in cells beside our own words; the first is the one written.
pub const WORDS: &[(&str, &[&str])] = &[
    ("family", &["familjehem", "familj"]),
    ("network", &["nätverkshem", "släktinghem", "nätverk"]),
    ("emergency", &["jour", "jourhem", "jourplacering"]),
    ("reinforced", &["förstärkt", "förstärkt_familjehem"]),
    ("agency", &["konsulentstött", "konsulentstött_familjehem"]),
    ("respite", &["avlastning", "kontaktfamilj", "avlastningshem"]),
    ("long_term", &["stadigvarande"]),
    ("supported_lodging", &["stödboende"]),
    ("girl", &["flicka"]),
    ("boy", &["pojke"]),
    ("other", &["annat"]),
    ("cat", &["katt"]),
    ("dog", &["hund"]),
    ("horse", &["häst"]),
    ("small_pet", &["smådjur"]),
    ("smoke", &["rök", "tobaksrök"]),
    ("kin", &["släkting", "släkt"]),
    ("known", &["närstående", "bekant"]),
    ("together", &["tillsammans"]),
    ("prefer", &["helst"]),
    ("apart", &["isär", "åtskilda"]),
    ("lock", &["lås", "låst"]),
    ("ban", &["förbud", "förbjudet"]),
    ("refused", &["avböjt", "tackat_nej"]),
    ("considered", &["prövat", "prövad"]),
    ("home", &["hem"]),
    ("school", &["skola"]),
];

/// Words for true and false; the first of each is written in English, the second in Swedish.
pub const TRUTHS: [&[&str]; 2] = [
    &["no", "nej", "false", "falskt", "0"],
    &["yes", "ja", "true", "sant", "1"],
];

/// Words for a list that is known to be empty, where an empty cell would mean that nothing is known: English, Swedish.
pub const NONE: [&str; 2] = ["none", "inga"];

/// Fields of free text, whose spaces are kept.
pub(crate) const FREE_TEXT: [&str; 2] = ["name", "reason"];

/// A header or word in the form in which they are compared: small letters, `_` for spaces and hyphens, no dots.
pub(super) fn fold(text: &str) -> String {
    let folded = text.trim().chars().flat_map(char::to_lowercase);
    folded
        // Some file systems part letters from their marks.
        .filter(|c| !matches!(c, '\u{0300}'..='\u{036F}'))
        .map(|c| match c {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            'é' => 'e',
            '-' | '\u{A0}' => '_',
            c if c.is_whitespace() => '_',
            c => c,
        })
        .collect()
}

impl Table {
    /// The file name without `.csv`: the name of the table among data frames.
    pub fn name(&self) -> &'static str {
        self.file.strip_suffix(".csv").unwrap_or(self.file)
    }

    /// Whether a file of this name, with or without `.csv`, `.tsv` or `.txt`, is this table.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let name = fold(name);
        let stem = [".csv", ".tsv", ".txt"].iter().find_map(|end| name.strip_suffix(end));
        let stem = stem.unwrap_or(&name);
        stem == self.name() || self.swedish.iter().any(|swedish| fold(swedish) == stem)
    }
}

impl Column {
    /// Whether a header names this column.
    pub(super) fn is_named(&self, header: &str) -> bool {
        let header = fold(header);
        header == self.name || self.swedish.iter().any(|swedish| fold(swedish) == header)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::form::Form;
    use crate::json::POOL_FORM;

    #[test]
    fn every_field_of_every_record_has_a_column() {
        fn fields(form: &Form, path: &[&'static str], all: &mut BTreeSet<Vec<&'static str>>) {
            match form {
                Form::Object(list) => {
                    for field in list {
                        fields(&field.form, &[path, &[field.name]].concat(), all);
                    }
                }
                Form::List(element) if matches!(**element, Form::Object(_)) => fields(element, path, all),
                _ => {
                    all.insert(path.to_vec());
                }
            }
        }

        let mut filled = BTreeSet::new();
        for table in TABLES {
            for column in table.columns {
                assert_eq!(column.name, column.field.join("_"));
                let mut path = vec![table.section];
                path.extend(table.within_child);
                path.extend(column.field);
                filled.insert(path);
            }
        }
        let mut all = BTreeSet::new();
        fields(&POOL_FORM, &[], &mut all);
        for path in all {
            let path = if path.len() == 1 {
                [vec!["pool"], path].concat()
            } else {
                path
            };
            assert!(filled.contains(&path), "{path:?}");
        }
    }

    #[test]
    fn names_are_compared_without_marks_and_capitals() {
        let ties = TABLES.iter().find(|table| table.file == "network_ties.csv").unwrap();
        for name in [
            "network_ties.csv",
            "Network-Ties.CSV",
            "nätverk",
            "na\u{308}tverk.csv",
            "NATVERK.txt",
        ] {
            assert!(ties.is_named(name), "{name}");
        }
        assert!(!ties.is_named("network_ties.xlsx") && !ties.is_named(""));
        let born = Column {
            name: "birth_month",
            swedish: &["födelsemånad"],
            field: &["birth_month"],
        };
        assert!(born.is_named(" Birth month ") && born.is_named("FÖDELSEMÅNAD") && born.is_named("fodelsemanad"));
        assert!(!born.is_named("month"));
    }

    #[test]
    fn names_and_words_are_distinct() {
        for table in TABLES {
            let mut seen = BTreeSet::new();
            for column in table.columns {
                let names = column.swedish.iter().map(|s| fold(s)).chain([fold(column.name)]);
                for name in names.collect::<BTreeSet<_>>() {
                    assert!(seen.insert(name.clone()), "{} {name}", table.file);
                }
            }
        }
        let mut seen = BTreeSet::new();
        for (word, swedish) in WORDS {
            for name in swedish.iter().map(|s| fold(s)).chain([fold(word)]) {
                assert!(seen.insert(name.clone()), "{name}");
            }
        }
    }
}
