'use strict'
// Makes `electron` mean the double, for import, for require, and for the inspector's require.
const Module = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const target = path.join(__dirname, 'electron.cjs')
const isElectron = (name) => name === 'electron' || name === 'electron/main' || name === 'electron/common'
const resolveFilename = Module._resolveFilename
Module._resolveFilename = function (name, ...rest) {
  return isElectron(name) ? target : resolveFilename.call(this, name, ...rest)
}
Module.registerHooks({
  resolve: (name, context, next) => (isElectron(name) ? { url: pathToFileURL(target).href, format: 'commonjs', shortCircuit: true } : next(name, context)),
})
Object.defineProperty(process.versions, 'electron', { value: '45.4.1', enumerable: true })
process.type = 'browser'
// Playwright lets the app become ready only once it is attached.
if (process.argv.includes('--remote-debugging-port=0')) {
  globalThis.__playwrightRun = new Promise((resolve) => { globalThis.__playwright_run = resolve })
}
