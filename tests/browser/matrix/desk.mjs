// A desk: a screen of its own (Xvfb) with real keys, a real mouse (xdotool) and a real clipboard (xclip), as a person has them. No window manager: windows
// lie where they open, and keys go where they are told to.
import { execFileSync, spawn } from 'node:child_process';
import { sleep } from '../support.mjs';

const TOOLS = { Xvfb: 'xvfb', xdotool: 'xdotool', xclip: 'xclip', pdftoppm: 'poppler-utils', 'firefox-esr': 'firefox-esr' };

/** Nothing is skipped over a tool that is missing: it is named. */
export function required() {
  for (const [tool, from] of Object.entries(TOOLS)) {
    try { execFileSync('which', [tool], { stdio: 'ignore' }); } catch { throw new Error(`the matrix needs ${tool}: apt-get install ${from}`); }
  }
}

export async function desk() {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-noreset'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise((done, failed) => {
    screen.stdio[3].once('data', (text) => done(text.toString().trim()));
    screen.once('exit', () => failed(new Error('Xvfb ended at once')));
  });
  screen.unref();
  screen.stdio[3].unref();
  const end = () => screen.kill();
  process.once('exit', end);
  const env = { ...process.env, DISPLAY: `:${number}`, MOZ_ENABLE_WAYLAND: '0', NO_AT_BRIDGE: '1' };
  const tool = (...args) => execFileSync('xdotool', args.map(String), { env, stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
  const windows = () => {
    try { return tool('search', '--onlyvisible', '--name', '.*').split('\n').filter(Boolean); } catch { return []; }
  };
  const named = (window) => { try { return tool('getwindowname', window); } catch { return ''; } };
  const clips = new Set();
  return {
    env, tool, windows, named,
    /** What another program on this desk would paste. */
    clipboard(selection = 'clipboard') {
      try { return execFileSync('xclip', ['-selection', selection, '-o'], { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: 3000 }).toString(); } catch { return ''; }
    },
    /** Another program puts `text` there. */
    async put(text, selection = 'clipboard') {
      // It stays until another takes the clipboard.
      const clip = spawn('xclip', ['-selection', selection, '-quiet', '-i'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
      clip.unref();
      clips.add(clip);
      clip.on('exit', () => clips.delete(clip));
      clip.stdin.on('error', () => {});
      clip.stdin.end(text);
      for (let i = 0; i < 100 && this.clipboard(selection) !== text; i++) await sleep(20);
    },
    stop() { for (const clip of clips) clip.kill(); process.off('exit', end); screen.kill(); },
  };
}
