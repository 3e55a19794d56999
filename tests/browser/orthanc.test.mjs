// Orthanc, a PACS that others wrote (Debian's package), behind Fanlight with rules/orthanc: log in, list, open, search. Nothing that
// the browser receives names a patient, and its Explorer, a jQuery application over REST and DICOMweb, works.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Canaries, browser, folder, freePort, listen, readPage, shots, sleep } from './support.mjs';
import { front } from './site.mjs';

const CREDENTIALS = { username: 'engineer', password: 'demo' };
const PATIENTS = [
  { name: 'QUILLFEATHER^XYZIA^^MRS', id: 'RF1234567', born: '19590722', sex: 'F', study: 'Chest X-ray', accession: 'RFACC04711' },
  { name: 'BOOTHROYDE^TEIGN', id: 'RF7654321', born: '19750214', sex: 'M', study: 'CT head', accession: 'RFACC04712' },
];
const identifiers = PATIENTS.flatMap((p) => [
  { kind: 'name', value: p.name.split('^').slice(0, 2).reverse().join(' ') },
  { kind: 'record-id', value: p.id },
  { kind: 'accession', value: p.accession },
  { kind: 'date-of-birth', value: p.born.replace(/(....)(..)(..)/, '$1-$2-$3') },
]);
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** An Orthanc with two patients in it. */
async function orthanc() {
  const port = await freePort();
  const dir = folder();
  const config = join(dir, 'orthanc.json');
  writeFileSync(config, JSON.stringify({
    Name: 'Royal Free PACS', StorageDirectory: join(dir, 'db'), IndexDirectory: join(dir, 'db'), HttpPort: port, DicomServerEnabled: false,
    RemoteAccessAllowed: false, AuthenticationEnabled: true, RegisteredUsers: { [CREDENTIALS.username]: CREDENTIALS.password },
    Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'], DicomWeb: { Enable: true },
  }));
  const child = spawn('Orthanc', [config], { stdio: 'ignore' });
  const at = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}` };
  for (let i = 0; i < 100 && !(await fetch(`${at}/system`, { headers }).catch(() => null))?.ok; i++) await sleep(100);
  for (const p of PATIENTS) {
    const made = await fetch(`${at}/tools/create-dicom`, {
      method: 'POST', headers,
      body: JSON.stringify({
        Tags: {
          PatientName: p.name, PatientID: p.id, PatientBirthDate: p.born, PatientSex: p.sex, StudyDescription: p.study, StudyDate: '20260314',
          AccessionNumber: p.accession, ReferringPhysicianName: 'DESHPANDE^A^^MR', InstitutionName: 'Royal Free Hospital', Modality: 'CR',
          SeriesDescription: 'PA view',
        },
        Content: PIXEL,
      }),
    });
    assert.equal(made.status, 200);
  }
  return { port, at, headers, stop: () => child.kill('SIGKILL') };
}

describe('Orthanc', () => {
  let pacs, at, chromium, context, page, ears;
  const canaries = new Canaries(identifiers);
  before(async () => {
    pacs = await orthanc();
    at = await front({ upstream: pacs.at, packs: ['rules/orthanc'] });
    chromium = await browser();
    context = await chromium.newContext({ httpCredentials: CREDENTIALS });
    ears = listen(context);
    page = await context.newPage();
  });
  after(async () => { await chromium?.close(); await at?.stop(); pacs?.stop(); });

  const shows = async (part) => {
    for (let i = 0; i < 50; i++) {
      if ((await page.evaluate(() => document.querySelector('.ui-page-active')?.innerText ?? '')).includes(part)) return;
      await sleep(100);
    }
    assert.fail(`${part} is not on ${page.url()}: ${(await page.evaluate(() => document.body.innerText)).slice(0, 600)}`);
  };
  const clean = async (what) => {
    const hits = canaries.find(await readPage(page));
    assert.equal(hits.length, 0, `${what}: ${JSON.stringify(hits.slice(0, 5))}`);
  };
  /** What takes a record away, and can be seen. */
  const offers = () => page.evaluate(() => [...document.querySelectorAll('.ui-page-active a, .ui-page-active button, .ui-page-active li')]
    .filter((el) => el.getClientRects().length && !el.closest('[inert]') && /\b(download|export|print|copy|archive|dicomdir|anonymize|send to|store)\b/i.test(el.innerText ?? ''))
    .map((el) => el.innerText.trim()));
  const open = async (hash) => {
    await page.goto(`${at.origin}/app/explorer.html#${hash}`);
    await page.reload({ waitUntil: 'networkidle' });
  };
  const first = async (list) => {
    await page.locator(`${list} li:not([data-role=list-divider]) a`).first().click();
    await sleep(800);
  };

  test('the canaries are real: without Fanlight the Explorer shows them', async () => {
    const direct = await chromium.newContext({ httpCredentials: CREDENTIALS });
    const other = await direct.newPage();
    await other.goto(`${pacs.at}/app/explorer.html#find-patients`, { waitUntil: 'networkidle' });
    await sleep(500);
    assert.ok(canaries.find(await readPage(other)).length >= 4);
    await direct.close();
  });

  test('without a password the PACS itself says no', async () => {
    const nobody = await chromium.newContext();
    const other = await nobody.newPage();
    // The challenge arrives, and there is nobody to answer it.
    await assert.rejects(other.goto(`${at.origin}/patients`), /ERR_INVALID_AUTH_CREDENTIALS/);
    await nobody.close();
  });

  test('patients are listed and opened, down to the tags of an instance', { timeout: 90000 }, async () => {
    await open('find-patients');
    await shows('PatientBirthDate: ••/••/••••');
    assert.equal(await page.locator('#all-patients li:not([data-role=list-divider])').count(), PATIENTS.length);
    if (shots) await page.screenshot({ path: `${shots}/orthanc-patients.png` });
    await clean('patients');
    await first('#all-patients');
    await shows('InstitutionName: Royal Free Hospital');
    await shows('March 14, 2026');
    for (const gone of ['Delete this patient', 'Send to remote modality', 'Anonymize', 'Download ZIP', 'Upload']) {
      assert.ok(!(await page.locator('#patient').innerText()).includes(gone), gone);
    }
    if (shots) await page.screenshot({ path: `${shots}/orthanc-patient.png` });
    assert.deepEqual(await offers(), [], 'patient');
    await clean('patient');
    await first('#list-studies');
    await shows('PA view');
    assert.deepEqual(await offers(), [], 'study');
    await clean('study');
    await first('#list-series');
    await shows('Modality: CR');
    assert.deepEqual(await offers(), [], 'series');
    await clean('series');
    await first('#list-instances');
    await shows('PatientSex');
    assert.deepEqual(await offers(), [], 'instance');
    await clean('instance');
    if (shots) await page.screenshot({ path: `${shots}/orthanc-instance.png` });
  });

  test('the search finds by what a study is, and by the key that stands for a patient; a typed identifier is refused', async () => {
    await open('lookup');
    await page.fill('#lookup-study-description', 'Chest*');
    await page.locator('#lookup-submit').click();
    await sleep(1200);
    const found = await page.evaluate(() => document.querySelector('.ui-page-active').innerText);
    assert.ok(found.includes('Chest X-ray') && !found.includes('CT head'), found.slice(0, 400));
    await clean('found');
    const search = (PatientID) => page.evaluate(async (query) => {
      const answer = await fetch('../tools/find', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(query) });
      return { status: answer.status, body: await answer.text() };
    }, { Level: 'Patient', Expand: true, Query: { PatientID } });
    const listed = await page.evaluate(async () => (await fetch('../patients?expand')).json());
    const token = listed[0].MainDicomTags.PatientID;
    assert.match(token, /^flt/);
    const one = JSON.parse((await search(token)).body);
    assert.equal(one.length, 1);
    assert.equal(one[0].MainDicomTags.PatientID, token);
    assert.equal((await search(PATIENTS[0].id)).status, 403);
    assert.equal((await search('••••••')).status, 409);
  });

  test('DICOMweb answers, masked, with addresses of ours', async () => {
    const answer = await page.evaluate(async () => (await fetch('../dicom-web/studies?includefield=all')).json());
    assert.equal(answer.length, PATIENTS.length);
    const text = JSON.stringify(answer);
    assert.ok(text.includes(`${at.origin}/dicom-web/studies/`), text.slice(0, 800));
    assert.ok(text.includes('"CR"') && text.includes('20260314') && text.includes('DESHPANDE^A^^MR'));
    assert.equal(canaries.find(text).length, 0);
  });

  test('files, pictures and changes are refused', async () => {
    const asked = await page.evaluate(async () => {
      const [patient] = await (await fetch('../patients')).json();
      const [instance] = await (await fetch('../instances')).json();
      const status = async (method, path) => (await fetch(`..${path}`, { method })).status;
      return {
        archive: await status('GET', `/patients/${patient}/archive`), file: await status('GET', `/instances/${instance}/file`),
        picture: await status('GET', `/instances/${instance}/preview`), remove: await status('DELETE', `/patients/${patient}`),
        send: await status('POST', '/dicom-web/servers/elsewhere/stow'), job: await status('POST', '/modalities/elsewhere/store'),
        patient,
      };
    });
    assert.match(asked.patient, /^flt/, 'the key of a patient is a digest of the number, so it is one, too');
    assert.deepEqual([asked.archive, asked.file, asked.remove, asked.send, asked.job], [403, 403, 405, 405, 405], JSON.stringify(asked));
    assert.ok(asked.picture >= 400, JSON.stringify(asked));
    const left = await (await fetch(`${pacs.at}/patients`, { headers: pacs.headers })).json();
    assert.equal(left.length, PATIENTS.length);
  });

  test('nothing that arrived names a patient', async () => {
    await ears.settled();
    assert.ok(ears.seen.filter((s) => s.what === 'body').length > 30);
    const hits = ears.seen.flatMap((s) => canaries.find(s.text).map((h) => ({ ...h, what: s.what, url: s.url }))).filter((h) => !h.url.startsWith(pacs.at));
    assert.equal(hits.length, 0, JSON.stringify(hits.slice(0, 6)));
  });
});
