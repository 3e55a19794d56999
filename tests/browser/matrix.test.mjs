// The browser matrix: everything that a person or a page tries in order to print, copy, save or keep what is shown, in Chromium and in Firefox, each once
// against a hostile application directly, where it must succeed, and once through Fanlight, where it must not. What came of it is the table in
// fixtures/readme/stops.md: written with FANLIGHT_WRITE_STOPS=1, compared otherwise.
// FANLIGHT_ROWS=print,copy-key tries the rows whose ids begin so; FANLIGHT_BROWSERS=firefox one browser.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { front } from './site.mjs';
import { application } from './matrix/application.mjs';
import { required } from './matrix/desk.mjs';
import { seat } from './matrix/seat.mjs';
import { found } from './matrix/disk.mjs';
import { all } from './matrix/rows.mjs';
import { visitAll } from './matrix/rows/keeping.mjs';
import { compare, write } from './matrix/table.mjs';

const wanted = process.env.FANLIGHT_ROWS?.split(',');
const rows = wanted ? all.filter((r) => wanted.some((w) => r.id.startsWith(w))) : all;
const kinds = (process.env.FANLIGHT_BROWSERS ?? 'chromium,firefox').split(',');
/** The longest that a row may take at one seat. */
const ROW = 25_000;
const SUCCEEDED = 'it succeeded through Fanlight';
const outcomes = new Map(rows.map((r) => [r.id, {}]));
const versions = {};

describe('the browser matrix', { concurrency: kinds.length }, () => {
  for (const kind of kinds) {
    describe(kind, { concurrency: 1 }, () => {
      // An application and a Fanlight of its own: what this browser asked for is told from what the other asked for at the same moment.
      let app, at, direct, through;
      before(async () => {
        required();
        app = await application(all);
        at = await front({ upstream: `http://127.0.0.1:${app.port}` });
        direct = await seat({ kind, mode: 'direct', origin: `http://royal-free.localhost:${app.port}` });
        through = await seat({ kind, mode: 'through', origin: at.origin });
        versions[kind] = (await direct.browser.version()).replace(/^[^/]*\//, '');
      });
      after(async () => { for (const s of [direct, through]) { await s?.quit().catch(() => {}); s?.stop(); } app?.stop(); await at?.stop(); });

      for (const row of rows.filter((r) => !r.disk)) test(row.id, async () => {
        // A browser under load may miss a key: what did not work is tried once more, what should not have worked and did is not.
        const tried = () => judge(row, kind, direct, through, app);
        try { outcomes.get(row.id)[kind] = await tried().catch((e) => { if (e.message.startsWith(SUCCEEDED)) throw e; return tried(); }); } catch (e) {
          if (process.env.FANLIGHT_TIMES) console.log(`# ${kind} ${row.id} FAILED ${e.message.slice(0, 150)}`);
          throw e;
        }
      });

      // Last, as the browsers have to end for it.
      const left = rows.filter((r) => r.disk), traces = {};
      if (left.length) test('the browsers visit what would leave traces, and end', async () => {
        for (const s of [direct, through]) await s.quit();
        for (const mode of ['direct', 'through']) {
          const s = await seat({ kind, mode, origin: mode === 'direct' ? `http://royal-free.localhost:${app.port}` : at.origin });
          s.asked = app.asked;
          try {
            await visitAll(s);
            await s.quit();
            traces[mode] = found(join(s.dir, 'profile0'), left.map((r) => r.disk));
          } finally { await s.quit().catch(() => {}); s.stop(); }
        }
      });
      for (const row of left) test(row.id, () => {
        const there = traces.direct.get(row.disk)?.find((f) => row.where.test(f)), stayed = traces.through.get(row.disk)?.[0], open = row.open?.[kind], missing = row.absent?.[kind];
        if (process.env.FANLIGHT_TIMES) console.log(`# ${kind} ${row.id} ${there} | ${stayed} ${stayed ? 'NOT HELD' : ''}`);
        if (missing) { assert.ok(!there, 'this browser leaves it too'); outcomes.get(row.id)[kind] = row.says?.[kind] ?? 'not in this browser'; return; }
        assert.ok(there, 'control did not succeed: without Fanlight it is on the disk');
        if (open) assert.ok(stayed, 'it holds now: no longer open');
        else assert.ok(!stayed, `found in ${stayed}`);
        outcomes.get(row.id)[kind] = open ? `open: ${open}` : 'stopped';
      });
    });
  }

  // After both.
  after(() => { if (kinds.length === 2 && process.env.FANLIGHT_WRITE_STOPS === '1') write(all, outcomes, versions); });
});

if (!wanted && kinds.length === 2 && process.env.FANLIGHT_WRITE_STOPS !== '1') test('the table says what came of it', () => compare(all, outcomes));

/** Tries the row without Fanlight, where it must succeed, and through it, where it must not; what came of it. */
async function judge(row, kind, direct, through, app) {
  const started = Date.now();
  const at = async (s, deed) => {
    s.row = row;
    s.asked = app.asked;
    let slow;
    const limit = new Promise((_, failed) => { slow = setTimeout(() => failed(new Error(`${kind}, ${s.mode}: took longer than a row may`)), ROW); });
    try {
      const got = await Promise.race([deed(s), limit]);
      await Promise.race([s.clear(), limit]);
      return got;
    } catch (e) {
      await s.renew();
      throw e;
    } finally { clearTimeout(slow); }
  };
  const lacks = row.needs && !(await at(direct, async (s) => { await s.show(); return s.run(row.needs); }));
  if (lacks || row.absent?.[kind]) {
    const how = lacks ? null : row.absent[kind], proof = how === 'act' ? async (s) => !(await row.act(s)) : how;
    direct.brief = true;
    try { if (proof) assert.ok(await at(direct, proof), 'the proof that this browser does not have it'); } finally { direct.brief = false; }
    return row.says?.[kind] ?? 'not in this browser';
  }
  // What is to go on must go on at both seats; what is to be stopped must succeed at the first and not at the second.
  const deed = row.use ?? row.act;
  assert.ok(await at(direct, deed), 'control did not succeed: without Fanlight this must work');
  const half = Date.now();
  const came = !!(await at(through, deed).catch((e) => { if (row.use) return false; throw e; }));
  const held = came === !!row.use;
  if (process.env.FANLIGHT_TIMES) console.log(`# ${kind} ${row.id} ${half - started} ${Date.now() - half} ${held ? '' : 'NOT HELD'}`);
  const open = row.open?.[kind];
  if (open) assert.ok(!held, 'it holds now: no longer open');
  else assert.ok(held, row.use ? 'it does not work through Fanlight' : SUCCEEDED);
  if (row.use) return open ? `open: ${open}` : 'works';
  return open ? `open: ${open}` : 'stopped';
}
