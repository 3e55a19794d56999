// A site as an operator would set it up: one trust's clinical system, Fanlight before it, the site's own sign-in before that.
import { join } from 'node:path';
import { Canaries, folder, freePort, root, run, signInProxy, start } from './support.mjs';

/** Starts the clinic of `trust`, Fanlight with `limits` and rule `packs` on top, and a sign-in as `user`; `stop()` ends all three. */
export async function site(trust, { limits = 'record_views_per_minute = 100000, distinct_records_per_hour = 100000, distinct_records_per_day = 100000', user = 'sam@centre.example', clinicPort, packs = [] } = {}) {
  const port = await freePort();
  let clinic;
  if (clinicPort === undefined) {
    clinicPort = await freePort();
    clinic = await start(['clinic', '--trust', trust, '--port', String(clinicPort)], clinicPort);
  }
  const dir = folder();
  const config = join(dir, 'fanlight.toml');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(config, `
[proxy]
listen = "127.0.0.1:${port}"
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
upstream = "http://127.0.0.1:${clinicPort}"
rules = ["${join(root, 'rules/base')}", "${join(root, 'rules/clinic')}", "${join(root, 'rules/trusts', trust)}"${packs.map((p) => `, "${p}"`).join('')}]
[[grant]]
engineer = "sam@centre.example"
trust = "${trust}"
ticket = "CHG-1001"
until = "2099-01-01T00:00:00Z"
`);
  const proxy = await start(['serve', '--config', config], port);
  const signIn = await signInProxy(port, user);
  const listed = await run(['clinic', '--trust', trust, '--identifiers']);
  const identifiers = listed.stdout.trim().split('\n').map((l) => JSON.parse(l));
  return {
    trust, config, dir, port, clinicPort, identifiers, proxy,
    origin: `http://${trust}.localhost:${signIn.port}`,
    raw: `http://${trust}.localhost:${clinicPort}`,
    canaries: new Canaries(identifiers),
    async stop() { signIn.stop(); const said = await proxy.stop(); if (clinic) await clinic.stop(); return said; },
  };
}

/** Logs in at the clinic's own log-in page. */
export async function logIn(page, origin) {
  await page.goto(`${origin}/`);
  await page.fill('input[name=user]', 'engineer');
  await page.fill('input[type=password]', 'demo');
  await Promise.all([page.waitForNavigation(), page.click('form button, form input[type=submit]')]);
}
