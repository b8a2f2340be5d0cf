//! Municipalities with their official code, the coordinates of their seat and rounded population.
//!
//! Coordinates are those of the seat, not the centre of the area (the two lie up to 50 km apart in the north), to
//! three decimals, from `GeoNames` (geonames.org, CC BY 4.0). Populations are rounded to thousands, around 2012–2020.

/// A municipality's seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Official municipality code.
    pub code: &'static str,
    /// Name of the municipality.
    pub name: &'static str,
    /// Latitude in thousandths of a degree.
    pub lat: i32,
    /// Longitude in thousandths of a degree.
    pub lon: i32,
    /// Inhabitants in thousands.
    pub thousands: u32,
    /// How far north and east of the seat the homes are centred, in kilometres: towards land where the seat lies at the sea.
    pub inland: (i32, i32),
}

const fn seat(code: &'static str, name: &'static str, lat: i32, lon: i32, thousands: u32, inland: (i32, i32)) -> Seat {
    Seat {
        code,
        name,
        lat,
        lon,
        thousands,
        inland,
    }
}

/// North-west Skåne: the eleven municipalities.
pub const NORDVASTRA_SKANE: &[Seat] = &[
    seat("1214", "Svalöv", 55_913, 13_108, 14, (0, 0)),
    seat("1257", "Örkelljunga", 56_283, 13_278, 10, (0, 0)),
    seat("1260", "Bjuv", 56_084, 12_919, 16, (0, 0)),
    seat("1275", "Perstorp", 56_138, 13_395, 7, (0, 0)),
    seat("1276", "Klippan", 56_136, 13_131, 18, (0, 0)),
    seat("1277", "Åstorp", 56_136, 12_944, 16, (0, 0)),
    seat("1278", "Båstad", 56_427, 12_853, 15, (-6, 4)),
    seat("1282", "Landskrona", 55_871, 12_830, 46, (2, 7)),
    seat("1283", "Helsingborg", 56_047, 12_694, 147, (0, 8)),
    seat("1284", "Höganäs", 56_200, 12_558, 27, (0, 7)),
    seat("1292", "Ängelholm", 56_243, 12_862, 42, (2, 6)),
];

/// Hässleholm.
pub const HASSLEHOLM: &[Seat] = &[seat("1293", "Hässleholm", 56_159, 13_766, 52, (0, 0))];

/// Gotland.
pub const GOTLAND: &[Seat] = &[seat("0980", "Gotland", 57_641, 18_296, 57, (-12, 16))];

/// The six municipalities north of Stockholm that share Familjepoolen.
pub const FAMILJEPOOLEN: &[Seat] = &[
    seat("0114", "Upplands Väsby", 59_518, 17_911, 40, (0, 0)),
    seat("0139", "Upplands-Bro", 59_479, 17_748, 24, (5, 0)),
    seat("0163", "Sollentuna", 59_428, 17_951, 66, (0, 0)),
    seat("0183", "Sundbyberg", 59_361, 17_971, 40, (0, 0)),
    seat("0184", "Solna", 59_360, 18_001, 70, (0, 0)),
    seat("0191", "Sigtuna", 59_622, 17_855, 42, (5, 0)),
];

/// The six municipalities of Familjehemssamverkan i Norr.
pub const NORR: &[Seat] = &[
    seat("2514", "Kalix", 65_853, 23_156, 16, (12, 0)),
    seat("2560", "Älvsbyn", 65_676, 21_002, 8, (0, 0)),
    seat("2580", "Luleå", 65_584, 22_155, 75, (14, -8)),
    seat("2581", "Piteå", 65_317, 21_479, 41, (10, -10)),
    seat("2582", "Boden", 65_825, 21_689, 28, (0, 0)),
    seat("2583", "Haparanda", 65_835, 24_137, 10, (14, -4)),
];

/// Köping, Arboga and Kungsör.
pub const KAK: &[Seat] = &[
    seat("1960", "Kungsör", 59_422, 16_097, 8, (-4, 0)),
    seat("1983", "Köping", 59_514, 15_993, 25, (4, 0)),
    seat("1984", "Arboga", 59_394, 15_839, 13, (0, 0)),
];

/// The eight municipalities of Jämtland county.
pub const JAMTLAND: &[Seat] = &[
    seat("2303", "Ragunda", 63_110, 16_354, 5, (0, 0)),
    seat("2305", "Bräcke", 62_751, 15_422, 6, (0, 0)),
    seat("2309", "Krokom", 63_326, 14_449, 15, (0, 0)),
    seat("2313", "Strömsund", 63_852, 15_556, 12, (0, 0)),
    seat("2321", "Åre", 63_346, 13_466, 12, (0, 0)),
    seat("2326", "Berg", 62_767, 14_435, 7, (0, 0)),
    seat("2361", "Härjedalen", 62_034, 14_366, 10, (0, 0)),
    seat("2380", "Östersund", 63_179, 14_636, 64, (0, 0)),
];
