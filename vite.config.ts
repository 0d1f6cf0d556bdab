import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const shared =
  /src\/web\/(parts\/(?!gate)|theme|texts\/(en|texts)|pages\/show-page)|node_modules\/preact\/(dist|hooks|jsx)/;

/** Four pages; what they have in common becomes a chunk that is loaded once. No script stands inside a page. */
export default defineConfig({
  root: at('src/web/pages'),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  // React Flow, which the studio draws with, runs on Preact: half the load, and one library for all pages.
  resolve: {
    alias: [
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
    ],
  },
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: 'baseline-widely-available',
    modulePreload: { polyfill: false },
    // A file inside a page would need a wider content security policy, and could not be kept by the browser.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      // What all pages share is one file; split by who shares what, the chat page alone was thirteen.
      output: { advancedChunks: { groups: [{ name: 'base', test: shared, minShareCount: 2 }] } },
      input: [
        at('src/web/pages/chat.html'),
        at('src/web/pages/desk.html'),
        at('src/web/pages/demo.html'),
        at('src/web/pages/studio.html'),
      ],
    },
  },
});
