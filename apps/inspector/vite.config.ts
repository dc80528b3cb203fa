/**
 * Builds the inspector to `dist/`, to be served below `/inspector/` by any node. `npm run dev` serves it with hot reload,
 * also of the packages it is made of, before the demo that it starts; UNDERSTUDY_NODE=http://HOST:PORT names another node.
 */
import { preact } from '@preact/preset-vite'
import { defaultClientConditions, defineConfig } from 'vite'
import type { Plugin } from 'vite'

/** By default the demo's address for inspectors: with the demo's buttons, and whichever of its nodes runs. */
const node = process.env['UNDERSTUDY_NODE'] ?? 'http://127.0.0.1:4405'

/** What uPlot hangs on itself and nobody here uses: as long as it hangs there, a bundler has to keep it. */
const UNUSED = /^\t\(paths\.(stepped|bars|spline) +=.*$|^\t?uPlot\.(join|fmtNum|tzDate|sync|orient|rangeLog|rangeAsinh|addGap|clipGaps) +=.*$/gm

/** How many lines that are. */
const UNUSED_LINES = 12

/** Leaves out what nobody draws with. Fails when uPlot has changed, rather than silently leaving it in. */
function leanPlot(): Plugin {
  return {
    name: 'lean-plot',
    transform(code, id) {
      if (!id.endsWith('uPlot.esm.js')) return null
      if (code.match(UNUSED)?.length !== UNUSED_LINES) throw new Error('uPlot has another shape than UNUSED in vite.config.ts expects: look at the end of its module')
      return { code: code.replace(UNUSED, ''), map: null }
    },
  }
}

export default defineConfig(({ command }) => ({
  base: './',
  plugins: command === 'serve' ? [preact()] : [leanPlot()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  ...(command === 'serve' && { resolve: { conditions: ['@understudy/source', ...defaultClientConditions] } }),
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: { host: '127.0.0.1', proxy: { '/inspect': { target: node, ws: true, changeOrigin: true, rewriteWsOrigin: true } } },
}))
