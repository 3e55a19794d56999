// All rows, in the order in which they are tried and printed.
import { rows as paper } from './rows/paper.mjs';
import { ordinary, rows as copying } from './rows/copying.mjs';

export const all = [...paper, ...copying, ...ordinary];

all.forEach((row, i) => { row.at = `/w${i}`; });
const ids = new Set(all.map((r) => r.id));
if (ids.size !== all.length) throw new Error('two rows have one id');
