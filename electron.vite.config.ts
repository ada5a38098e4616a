import { defineConfig } from 'electron-vite'
import react from '@vitejs/plugin-react'

/**
 * V8 keeps the source of what it runs, two bytes a character once a single one is beyond Latin-1: 33 arrows and dots cost 2 MiB.
 * They stand in strings, templates and regular expressions alone, where the escape says the same.
 */
const ascii = {
  name: 'ascii',
  generateBundle(_options: unknown, bundle: Record<string, { type: string; code?: string }>) {
    for (const chunk of Object.values(bundle)) if (chunk.code) chunk.code = chunk.code.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  },
}

// Two entries of one main process: the desktop app and the headless one. Both host the same Cluster.
export default defineConfig({
  main: {
    plugins: [ascii],
    build: {
      outDir: 'out/main',
      sourcemap: false,
      rollupOptions: { input: { main: 'electron/main.ts', headless: 'electron/headless.ts', 'log-search': 'electron/logging/search/worker.ts', 'yaml-worker': 'electron/apiserver/codec/yaml-worker.ts' }, output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  },
  // A sandboxed preload must be CommonJS.
  preload: { build: { outDir: 'out/preload', rollupOptions: { input: { preload: 'electron/preload.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } } },
  renderer: { root: 'renderer', build: { outDir: 'out/renderer', minify: 'oxc', rollupOptions: { input: { index: 'renderer/index.html' } } }, plugins: [react()] },
})
