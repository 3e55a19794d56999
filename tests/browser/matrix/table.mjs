// The table "What Fanlight stops, and what no proxy can stop": written from a run of the matrix, and compared with one, so that it cannot say what is no
// longer so. Versions are only written: a newer browser that does the same makes nothing wrong.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support.mjs';

const FILE = join(root, 'fixtures/readme/stops.md');
const BEYOND = new URL('./beyond.md', import.meta.url);

const row = (r, outcome) => `| \`${r.id}\` | ${r.what} | ${r.use ? 'works' : (r.control ?? r.verb)} | ${outcome.chromium} | ${outcome.firefox} |`;

/** The whole file, as a run with these outcomes says. */
function text(rows, outcomes, versions) {
  const groups = Map.groupBy ? Map.groupBy(rows, (r) => r.group) : rows.reduce((m, r) => m.set(r.group, [...(m.get(r.group) ?? []), r]), new Map());
  const counted = (word) => rows.flatMap((r) => Object.values(outcomes.get(r.id))).filter((o) => o.startsWith(word)).length;
  const parts = [
    '# What Fanlight stops, and what no proxy can stop', '',
    `Written by \`FANLIGHT_WRITE_STOPS=1 node tests/browser/matrix.test.mjs\`, on Debian, with real keys and a real mouse: Chromium ${versions.chromium}, Firefox ESR ${versions.firefox}. Each row was tried`,
    'against a hostile application directly, where it succeeded ("without Fanlight"), and through Fanlight with the base rules alone. In an ordinary run the same is tried again, and must come out as it stands here.', '',
    `${rows.length} rows in two browsers: ${counted('stopped')} stopped, ${counted('works')} that go on working, ${counted('not in')} that a browser does not have, ${counted('open')} open.`, '',
  ];
  for (const [group, list] of groups) {
    parts.push(`## ${group}`, '', '| row | what is tried | without Fanlight | through Fanlight, in Chromium | through Fanlight, in Firefox |', '|---|---|---|---|---|');
    parts.push(...list.map((r) => row(r, outcomes.get(r.id))), '');
  }
  return parts.join('\n') + readFileSync(BEYOND, 'utf8');
}

const complete = (rows, outcomes) => {
  const none = rows.filter((r) => !outcomes.get(r.id).chromium || !outcomes.get(r.id).firefox).map((r) => r.id);
  assert.deepEqual(none, [], 'rows without an outcome in each browser');
};

/** What the file says now: id → outcomes. */
function written() {
  if (!existsSync(FILE)) return new Map();
  const lines = readFileSync(FILE, 'utf8').matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \| ([^|]+) \|$/gm);
  return new Map([...lines].map(([, id, chromium, firefox]) => [id, { chromium, firefox }]));
}

/** Writes the table. Rows that this run did not try, or that failed in it, stay as they were. */
export function write(rows, outcomes, versions) {
  const before = written();
  const merged = new Map(rows.map((r) => [r.id, { chromium: 'not tried', firefox: 'not tried', ...before.get(r.id), ...outcomes.get(r.id) }]));
  writeFileSync(FILE, text(rows, merged, versions));
}

/** Compares what came of each row, and the words around it, with the table that is committed. */
export function compare(rows, outcomes) {
  complete(rows, outcomes);
  const committed = readFileSync(FILE, 'utf8');
  const versions = /Chromium (\S+), Firefox ESR (\S+)\. Each/.exec(committed);
  assert.ok(versions, 'the table names its browsers');
  assert.deepEqual(committed.split('\n'), text(rows, outcomes, { chromium: versions[1], firefox: versions[2] }).split('\n'), 'fixtures/readme/stops.md: write it anew with FANLIGHT_WRITE_STOPS=1');
}
