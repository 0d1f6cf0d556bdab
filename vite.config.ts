import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Three pages; what they have in common becomes a chunk that is loaded once. No script stands inside a page. */
export default defineConfig({
  root: at('src/web/pages'),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: 'baseline-widely-available',
    modulePreload: { polyfill: false },
    // A file inside a page would need a wider content security policy, and could not be kept by the browser.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: [at('src/web/pages/chat.html'), at('src/web/pages/desk.html'), at('src/web/pages/demo.html')],
    },
  },
});
