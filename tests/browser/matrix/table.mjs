export function write() {}
export function compare() {}
