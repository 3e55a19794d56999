// A site as an operator would set it up: one trust's clinical system, Fanlight before it, the site's own sign-in before that.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Canaries, folder, freePort, root, run, signInProxy, start } from './support.mjs';

const AMPLE = 'record_views_per_minute = 100000, distinct_records_per_hour = 100000, distinct_records_per_day = 100000';

/** Starts the clinic of `trust`, Fanlight with `limits` and rule `packs` on top, and a sign-in as `user`; `stop()` ends all three. `more`: see `front`. */
export async function site(trust, { limits = AMPLE, user = 'sam@centre.example', clinicPort, packs = [], more } = {}) {
  const port = await freePort();
  let clinic;
  if (clinicPort === undefined) {
    clinicPort = await freePort();
    clinic = await start(['clinic', '--trust', trust, '--port', String(clinicPort)], clinicPort);
  }
  const at = await front({ upstream: `http://127.0.0.1:${clinicPort}`, trust, limits, user, packs: ['rules/clinic', join('rules/trusts', trust), ...packs], port, more });
  const listed = await run(['clinic', '--trust', trust, '--identifiers']);
  const identifiers = listed.stdout.trim().split('\n').map((l) => JSON.parse(l));
  return {
    ...at, trust, port, clinicPort, identifiers,
    raw: `http://${trust}.localhost:${clinicPort}`,
    canaries: new Canaries(identifiers),
    async stop() { const said = await at.stop(); if (clinic) await clinic.stop(); return said; },
  };
}

/**
 * Fanlight before `upstream` with rule `packs` on top of the base pack, and a sign-in as `user` before that; `stop()` ends both. With `tls` (PEM files) there is
 * no sign-in: the browser itself speaks to `direct`. `more`: further lines of the trust's section. `until`: when
 * the grant ends.
 */
export async function front({ upstream, trust = 'royal-free', limits = AMPLE, user = 'sam@centre.example', packs = [], port, tls, more = '', until = '2099-01-01T00:00:00Z' }) {
  port ??= await freePort();
  const dir = folder();
  const config = join(dir, 'fanlight.toml');
  writeFileSync(config, `
[proxy]
listen = "127.0.0.1:${port}"
${tls ? `tls = { certificate = "${tls.cert}", key = "${tls.key}" }` : ''}
[identity.forwarded]
user = "x-forwarded-user"
groups = "x-forwarded-groups"
trusted = ["127.0.0.1/32"]
[store]
url = "sqlite:${join(dir, 'fanlight.db')}"
[[centre]]
id = "us-upgrade-centre"
networks = ["127.0.0.0/8"]
limits = { ${limits} }
[[trust]]
id = "${trust}"
name = "The trust"
host = "${trust}.localhost"
upstream = "${upstream}"
${more}
rules = [${['rules/base', ...packs].map((p) => `"${resolve(root, p)}"`).join(', ')}]
[[grant]]
engineer = "sam@centre.example"
trust = "${trust}"
ticket = "CHG-1001"
until = "${until}"
`);
  const proxy = await start(['serve', '--config', config], port);
  if (tls) return { config, dir, port, proxy, direct: `https://${trust}.localhost:${port}`, stop: () => proxy.stop() };
  const signIn = await signInProxy(port, user);
  return { config, dir, port, proxy, origin: `http://${trust}.localhost:${signIn.port}`, stop: () => { signIn.stop(); return proxy.stop(); } };
}

/** Logs in at the clinic's own log-in page. */
export async function logIn(page, origin) {
  await page.goto(`${origin}/`);
  await page.fill('input[name=user]', 'engineer');
  await page.fill('input[type=password]', 'demo');
  await Promise.all([page.waitForNavigation(), page.click('form button, form input[type=submit]')]);
}
