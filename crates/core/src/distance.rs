//! Distances on the ground, in whole metres, the same on every platform.
//!
//! A point becomes a unit vector once (`libm`, pinned, so that sine and cosine are the same everywhere), rounded to
//! multiples of 2⁻²⁴. A distance is then the chord between two vectors, turned into an arc by the series of the
//! arcsine. It uses `+ − × √` in single precision only, which IEEE 754 fixes to the bit and the compiler may not
//! reorder; so the loop over all pairs and the explanation of one pair get the same metres.
//!
//! Promises: symmetric, 0 for equal points, never lower for a longer chord, within 2 m of the great circle on the
//! mean earth up to 1 000 km. Farther than [`FARTHEST_M`] is reported as [`FARTHEST_M`].
//! This is the only module of the engine that computes with floats.

use crate::input::Location;

/// Distances are counted up to this many metres (2 000 km less one metre); farther is the same.
pub const FARTHEST_M: u32 = 1_999_999;

/// Mean radius of the earth in metres (IUGG, R₁).
const EARTH_M: f32 = 6_371_008.8;
/// Adding it to a float below 2²² leaves the nearest integer in the low bits (1.5 · 2²³).
const ROUND: f32 = 12_582_912.0;
/// Grid of the unit vectors.
const GRID: f64 = 16_777_216.0;

/// A point on the unit sphere; coordinates are multiples of 2⁻²⁴, exact in single precision.
#[derive(Clone, Copy, PartialEq)]
pub struct Place {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) z: f32,
}

impl Place {
    /// The place of a location; coordinates are first rounded to millionths of a degree (11 cm).
    pub fn new(location: Location) -> Self {
        let (lat, lon) = (micro(location.lat), micro(location.lon));
        let radians = |m: i32| f64::from(m) * (std::f64::consts::PI / 180.0 / 1e6);
        let (phi, lambda) = (radians(lat), radians(lon));
        let cos_phi = libm::cos(phi);
        Self {
            x: on_grid(cos_phi * libm::cos(lambda)),
            y: on_grid(cos_phi * libm::sin(lambda)),
            z: on_grid(libm::sin(phi)),
        }
    }

    /// Whole metres between two places.
    pub fn metres_to(self, other: Self) -> u32 {
        metres(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl std::fmt::Debug for Place {
    /// Says that it is a place, not where: places of children end in logs otherwise.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(..)")
    }
}

/// Whole metres from the difference of two unit vectors. The one formula of all distances.
#[inline(always)]
#[allow(
    clippy::inline_always,
    reason = "the loop over all pairs only vectorises when this is part of it"
)]
pub(crate) fn metres(dx: f32, dy: f32, dz: f32) -> u32 {
    const FARTHEST: f32 = 1_999_999.0;
    let d2 = dx * dx + dy * dy + dz * dz;
    // 2 asin(c / 2) = c + c³/24 + 3 c⁵/640 + 5 c⁷/7168 + …; the next term is under 1 cm at 2 000 km.
    let series = 1.0 + d2 * (1.0 / 24.0 + d2 * (3.0 / 640.0 + d2 * (5.0 / 7168.0)));
    let arc = EARTH_M * d2.sqrt() * series;
    let arc = if arc < FARTHEST { arc } else { FARTHEST };
    // Never wraps: `arc` is 0 to `FARTHEST`. Without the check for it the loop over all pairs vectorises.
    (arc + ROUND).to_bits().wrapping_sub(ROUND.to_bits())
}

/// A distance in whole 100 m, to the nearest; at most [`FARTHEST_M`] / 100 rounded.
#[inline(always)]
#[allow(
    clippy::inline_always,
    reason = "the loop over all pairs only vectorises when this is part of it"
)]
#[allow(clippy::cast_precision_loss, reason = "distances are below 2^24, exact in f32")]
pub(crate) fn hundreds(metres: u32) -> u32 {
    (metres.cast_signed() as f32 * 0.01 + ROUND)
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
}

/// Degrees as whole millionths; what validation lets through (finite, ±180) fits.
#[allow(
    clippy::cast_possible_truncation,
    reason = "float to integer saturates; coordinates are within ±180"
)]
pub(crate) fn micro(degrees: f64) -> i32 {
    (degrees * 1e6).round() as i32
}

/// Kilometres as whole metres, at most [`FARTHEST_M`].
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float to integer saturates at both ends, which is what is wanted"
)]
pub(crate) fn metres_of_km(km: f64) -> u32 {
    ((km * 1000.0).round() as u32).min(FARTHEST_M)
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a multiple of 2^-24 not above 1 is exact in f32"
)]
fn on_grid(v: f64) -> f32 {
    ((v * GRID).round() / GRID) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Place {
        Place::new(Location { lat, lon })
    }

    fn great_circle(a: (f64, f64), b: (f64, f64)) -> f64 {
        let r = |d: f64| d.to_radians();
        let h = libm::pow(libm::sin(r(b.0 - a.0) / 2.0), 2.0)
            + libm::cos(r(a.0)) * libm::cos(r(b.0)) * libm::pow(libm::sin(r(b.1 - a.1) / 2.0), 2.0);
        2.0 * 6_371_008.8 * libm::asin(libm::sqrt(h))
    }

    #[test]
    fn known_distances_between_municipal_seats() {
        // Luleå–Haparanda 95 km, Landskrona–Örkelljunga 54 km, Strömsund–Sveg 211 km (haversine, whole km).
        for (a, b, km) in [
            ((65.584, 22.155), (65.835, 24.137), 95),
            ((55.871, 12.830), (56.283, 13.278), 54),
            ((63.852, 15.556), (62.034, 14.366), 211),
        ] {
            assert_eq!((at(a.0, a.1).metres_to(at(b.0, b.1)) + 500) / 1000, km);
        }
    }

    #[test]
    fn within_two_metres_of_the_great_circle_up_to_a_thousand_kilometres() {
        let mut checked = 0;
        for i in 0..60 {
            for j in 0..60 {
                let a = (55.0 + f64::from(i) * 0.23, 11.0 + f64::from(j) * 0.21);
                let b = (69.0 - f64::from(j) * 0.22, 24.0 - f64::from(i) * 0.2);
                let exact = great_circle(a, b);
                if exact < 1_000_000.0 {
                    assert!((f64::from(at(a.0, a.1).metres_to(at(b.0, b.1))) - exact).abs() < 2.0);
                    checked += 1;
                }
            }
        }
        assert!(checked > 1000);
    }

    #[test]
    fn far_points_saturate_and_equal_points_are_zero() {
        assert_eq!(at(0.0, 0.0).metres_to(at(0.0, 180.0)), FARTHEST_M);
        assert_eq!(at(90.0, 0.0).metres_to(at(-90.0, 0.0)), FARTHEST_M);
        assert_eq!(at(59.3, 18.0).metres_to(at(59.3, 18.0)), 0);
        assert_eq!(metres_of_km(f64::MAX), FARTHEST_M);
    }

    #[test]
    fn hundreds_are_the_nearest() {
        for metres in 0..FARTHEST_M {
            let distance = (hundreds(metres) * 100).abs_diff(metres);
            assert!(distance <= 50, "{metres}");
        }
    }

    #[test]
    fn never_lower_for_a_longer_chord() {
        let mut last = 0;
        for i in 0..20_000_u16 {
            let m = metres(f32::from(i) * 0.0001, 0.0, 0.0);
            assert!(m >= last);
            last = m;
        }
    }
}
