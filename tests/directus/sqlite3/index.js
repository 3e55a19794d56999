// Directus asks for `sqlite3`, whose binary comes from GitHub; this one brings it along, and keeps the same interface under `default`.
module.exports = require('@appthreat/sqlite3').default;
