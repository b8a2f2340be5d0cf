//! Questions of cooperating municipalities, as cases put them.

use hemvist_region::request::{Context, answer};

use crate::{Case, policy, pool};

impl Case {
    /// Answers the case's request about its pool, or about prices alone if it has none.
    pub(crate) fn region(&self, threads: usize) -> Vec<u8> {
        let pool = (self.pool.is_some() || self.example.is_some()).then(|| pool(&self.pool_bytes()));
        let policy = policy(self.policy.as_deref()).compile().expect("a policy");
        let context = Context {
            pool: pool.as_ref(),
            policy: &policy,
            options: &self.options(threads),
        };
        let request = self.request.as_deref().expect("a request");
        answer(request.as_bytes(), context).unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }
}
