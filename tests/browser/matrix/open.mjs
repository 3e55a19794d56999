// Rows that do not hold yet, with why: they are tried all the same, and a row that holds must leave this list.
export const open = {};
