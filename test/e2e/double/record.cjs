'use strict'
// What the app asked of the parts that cannot be seen here.
const calls = []
module.exports = { calls, record: (api, ...args) => { calls.push({ api, args }) } }
