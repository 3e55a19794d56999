// All rows, in the order in which they are tried and printed.
import { open } from './open.mjs';
import { rows as paper } from './rows/paper.mjs';
import { ordinary, rows as copying } from './rows/copying.mjs';
import { rows as saving } from './rows/saving.mjs';
import { rows as keeping } from './rows/keeping.mjs';
import { rows as mark } from './rows/mark.mjs';

export const all = [...paper, ...copying, ...saving, ...keeping, ...mark, ...ordinary];

all.forEach((row, i) => { row.at = `/w${i}`; row.open = open[row.id]; });
const ids = new Set(all.map((r) => r.id));
if (ids.size !== all.length) throw new Error('two rows have one id');
for (const id of Object.keys(open)) if (!ids.has(id)) throw new Error(`open, but no row: ${id}`);
