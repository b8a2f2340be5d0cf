// Ranks the families for one child, matches the whole pool, explains one pair, asks the plan (which other families, why
// not this one, what changes would do), and keeps a record. From the CSV tables of a folder: `node program.js FOLDER
// CHILD FAMILY CHANGES SEED`, where CHANGES is a document hemvist.changes/1 and SEED draws the lots. Prints seven
// documents, one to a line: the same bytes as the command hemvist.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { HemvistError, Policy, Pool } = require('./hemvist.js');

const [folder, child, family, changes, seed] = process.argv.slice(2);
if (seed === undefined) {
  console.error('usage: node program.js FOLDER CHILD FAMILY CHANGES SEED');
  process.exit(2);
}

const files = fs.readdirSync(folder).filter((name) => name.endsWith('.csv'));
const pool = Pool.fromTables(new Map(files.map((name) => [name, fs.readFileSync(path.join(folder, name))])));
const policy = new Policy();
const print = (document) => fs.writeSync(1, Buffer.concat([document, Buffer.from('\n')]));
let asked = 0;

print(pool.rank(policy, child, 10));
const plan = pool.match(policy, () => ++asked > 0, { seed });
print(plan.document());
print(pool.explain(policy, child, family));
print(plan.alternatives(child, 3));
print(plan.whyNot(child, family));
const tried = plan.whatIf(fs.readFileSync(changes));
print(tried.difference);
tried.after.free();
print(plan.audit());

// What goes wrong is an exception that says what and where.
try {
  pool.explain(policy, 'nobody', family);
  process.exitCode = 1;
} catch (error) {
  const told = error instanceof HemvistError && error.slug === 'option.unknown_child' && error.problems[0].path === 'child';
  if (!told) throw error;
}
plan.free();
policy.free();
pool.free();
if (asked === 0) process.exitCode = 1;
