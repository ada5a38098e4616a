import { defineConfig } from 'electron-vite'
import react from '@vitejs/plugin-react'

// Two entries of one main process: the desktop app and the headless one. Both host the same Cluster.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: false,
      rollupOptions: { input: { main: 'electron/main.ts', headless: 'electron/headless.ts', 'log-search': 'electron/logging/search/worker.ts' }, output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  },
  // A sandboxed preload must be CommonJS.
  preload: { build: { outDir: 'out/preload', rollupOptions: { input: { preload: 'electron/preload.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } } },
  renderer: { root: 'renderer', build: { outDir: 'out/renderer', minify: 'oxc', rollupOptions: { input: { index: 'renderer/index.html' } } }, plugins: [react()] },
})
