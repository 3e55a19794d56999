// The clinic works through Fanlight exactly as without it: the same journey, masks aside, over HTTP/1.1 and HTTP/2, with TLS, and with a
// system behind that writes its own name everywhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { LIVE, NAME, awkward, certificate } from './awkward.mjs';
import { journey } from './journey.mjs';
import { browser, freePort, listen, start } from './support.mjs';
import { front, site } from './site.mjs';

const TRUST = 'royal-free';

/** A trust that lets details be edited says so in a rule. */
const saving = 'fixtures/clinic/saving';

/** What is in one list alone; two values that are no lists as they are. */
const difference = (here, there) => (Array.isArray(here) && Array.isArray(there)
  ? { here: here.filter((x) => !there.includes(x)), there: there.filter((x) => !here.includes(x)), counts: [here.length, there.length] }
  : { here, there });

describe('the same journey', () => {
  let h2, h1, clinicPort, clinic, told;
  before(async () => {
    [h2, h1] = await Promise.all([browser(), browser('--disable-http2')]);
    clinicPort = await freePort();
    clinic = await start(['clinic', '--trust', TRUST, '--port', String(clinicPort)], clinicPort);
  });
  after(async () => { await Promise.all([h2?.close(), h1?.close()]); await clinic?.stop(); });

  /** Walks it in a context of its own, and returns what was seen and by which protocols. */
  const walk = async (chromium, origin, { headers, also, canaries } = {}) => {
    const context = await chromium.newContext({ ignoreHTTPSErrors: true, ...(headers ? { extraHTTPHeaders: headers } : {}) });
    context.also = also;
    const ears = canaries ? listen(context) : null;
    try {
      const seen = await journey(context, origin);
      await ears?.settled();
      if (canaries) {
        const bad = ears.seen.flatMap(({ what, text }) => canaries.find(text).slice(0, 2).map((hit) => `${what}: ${JSON.stringify(hit)}`));
        assert.deepEqual([...new Set(bad)].slice(0, 5), [], 'no identifier on the way');
        assert.ok(ears.seen.length > 100);
      }
      return seen;
    } finally { await context.close(); }
  };
  const same = (seen) => {
    assert.deepEqual(seen.map((s) => s.stop), told.map((s) => s.stop));
    const other = seen.flatMap(({ stop, what }, i) => (isDeepStrictEqual(what, told[i].what) ? [] : [{ stop, ...difference(what, told[i].what) }]));
    assert.deepEqual(other, []);
  };

  test('without Fanlight', { timeout: 120000 }, async () => {
    told = await walk(h1, `http://${TRUST}.localhost:${clinicPort}`);
    assert.ok(told.length > 40, `${told.length} stops`);
  });

  test('through Fanlight, HTTP/1.1 on both sides', { timeout: 120000 }, async () => {
    const at = await site(TRUST, { clinicPort, packs: [saving] });
    try { same(await walk(h1, at.origin, { canaries: at.canaries })); } finally { await at.stop(); }
  });

  for (const [version, chosen] of [['2.0', () => h2], ['1.1', () => h1]]) {
    test(`a system that writes its own name everywhere, TLS and HTTP/${version} on both sides`, { timeout: 240000 }, async () => {
      const behind = await awkward(clinicPort, TRUST, { h2: version === '2.0' });
      const tls = certificate([`${TRUST}.localhost`]);
      const { canaries, stop } = await site(TRUST, { clinicPort });
      await stop();
      const at = await front({ trust: TRUST, upstream: behind.own, packs: ['rules/clinic', `rules/trusts/${TRUST}`, saving], tls,
        more: `upstream_ca = "${behind.tls.ca}"\nupstream_names = ["${LIVE}:${behind.port}"]` });
      try {
        if (version === '2.0') same(await walk(chosen(), behind.own, { also: [`${LIVE}:${behind.port}`] }));
        assert.deepEqual(behind.refused, [], 'itself');
        behind.versions.clear();
        same(await walk(chosen(), at.direct, { headers: { 'x-forwarded-user': 'sam@centre.example', 'x-forwarded-groups': 'engineer' }, canaries }));
        assert.deepEqual(behind.refused, [], 'through Fanlight');
        assert.deepEqual([...behind.versions], [version], 'what Fanlight spoke to it');
      } finally { await at.stop(); await behind.stop(); }
    });
  }
});
