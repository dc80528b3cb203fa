/**
 * Builds the inspector to `dist/`, to be served below `/inspector/` by any node. `npm run dev` serves it with hot reload
 * against a running node: UNDERSTUDY_NODE=http://127.0.0.1:4400 (that is the default: the demo's first node).
 */
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

const node = process.env['UNDERSTUDY_NODE'] ?? 'http://127.0.0.1:4400'

export default defineConfig(({ command }) => ({
  base: './',
  plugins: command === 'serve' ? [preact()] : [],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: { proxy: { '/inspect': { target: node, ws: true, changeOrigin: true, rewriteWsOrigin: true } } },
}))
