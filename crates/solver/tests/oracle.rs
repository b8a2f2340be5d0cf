//! The solver against an exhaustive search that shares nothing with it.

use hemvist_solver::{Options, Status, solve};
use hemvist_testkit::{Rng, oracle, problems};

#[test]
fn equals_the_oracle_on_random_small_problems() {
    let mut rng = Rng::new(20_261_122);
    for trial in 0..20_000 {
        let problem = problems::random(&mut rng);
        let answer = solve(&problem, &Options::default()).expect("well formed");
        match oracle::best(&problem) {
            None => assert_eq!(answer.status, Status::Infeasible, "trial {trial}"),
            Some(best) => {
                assert_eq!(
                    oracle::value(&problem, &answer.bin_of),
                    Ok(answer.value),
                    "trial {trial}: {problem:?}"
                );
                assert_eq!(answer.value, best, "trial {trial}: {problem:?}");
                assert_eq!(answer.status, Status::Optimal, "trial {trial}: {problem:?}");
            }
        }
    }
}
