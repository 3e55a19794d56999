// The demo as a newcomer meets it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { browser, freePort, readPage, run, shots, sleep, start } from './support.mjs';

describe('fanlight demo', () => {
  let chromium, demo, port, consolePort, page, context;
  before(async () => {
    chromium = await browser();
    [port, consolePort] = [await freePort(), await freePort()];
    demo = await start(['demo', '--port', String(port), '--console-port', String(consolePort)], port, { says: /Ctrl-C/ });
    context = await chromium.newContext({ viewport: { width: 1400, height: 900 } });
    page = await context.newPage();
  });
  after(async () => { await context?.close(); await demo?.stop(); await chromium?.close(); });

  test('says where to go', () => {
    assert.match(demo.output, new RegExp(`http://localhost:${port}`));
    assert.match(demo.output, new RegExp(`:${consolePort}`));
  });

  test('the front page names the ten trusts and the roles', async () => {
    await page.goto(`http://localhost:${port}/`);
    const text = await page.textContent('body');
    for (const name of ['Barnet and Chase Farm', 'Barts and The London', 'Royal Free Hampstead', 'Taunton and Somerset', 'Weston Area', 'Nuffield Orthopaedic', 'Milton Keynes', 'Buckinghamshire', 'Surrey and Sussex', 'Winchester and Eastleigh']) {
      assert.ok(text.includes(name), name);
    }
    assert.match(text, /engineer/i);
    if (shots) await page.screenshot({ path: `${shots}/front.png`, fullPage: true });
  });

  const as = async (words) => {
    const answer = await page.goto(`http://royal-free.localhost:${port}/.fanlight/demo/role?as=${words}&next=/`);
    return answer.status();
  };

  test('an engineer without a grant, and one from an unknown network, are refused with a page that says why', async () => {
    assert.equal(await as('engineer-without-grant'), 403);
    assert.match(await page.textContent('body'), /grant/i);
    if (shots) await page.screenshot({ path: `${shots}/no-grant.png` });
    assert.equal(await as('engineer-elsewhere'), 403);
    assert.match(await page.textContent('body'), /network|centre/i);
    if (shots) await page.screenshot({ path: `${shots}/unknown-network.png` });
  });

  test('an engineer with a grant gets in, and sees a page masked beside unmasked', async () => {
    assert.equal(await as('engineer'), 200);
    await page.fill('input[name=user]', 'engineer');
    await page.fill('input[type=password]', 'demo');
    await Promise.all([page.waitForNavigation(), page.click('form button')]);
    await page.goto(`http://royal-free.localhost:${port}/.fanlight/compare`);
    await sleep(2000);
    assert.ok(page.frames().length >= 3, 'two frames');
    if (shots) await page.screenshot({ path: `${shots}/compare.png` });
  });

  test('a port in use and an unknown option get a clear message', async () => {
    const taken = createServer();
    await new Promise((done) => taken.listen(0, '127.0.0.1', done));
    const number = String(taken.address().port);
    const refused = await run(['demo', '--port', number, '--console-port', '0']);
    taken.close();
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, new RegExp(`port ${number} is in use`));
    const unknown = await run(['demo', '--colour', 'blue']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /--colour/);
  });
});
