import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = join(here, 'web/ui');

// Each file that lies directly in web/ui is an entry of its own; what entries share lies in web/ui/parts.
const entries = readdirSync(sources)
  .filter((name) => name.endsWith('.js'))
  .sort();

export default defineConfig({
  root: sources,
  base: '/static/dist/',
  publicDir: false,
  build: {
    outDir: join(here, 'web/static/dist'),
    emptyOutDir: true,
    // The server finds each entry's hashed file here, by the entry's name: manifest.json["clerk.js"].file.
    manifest: 'manifest.json',
    target: 'es2022',
    // A preload helper would put styles and scripts into the page by itself; our pages list them in their head.
    modulePreload: false,
    // No file is put into a script as a data: URL: the content security policy knows our own host only.
    assetsInlineLimit: 0,
    // The editor of process files is one large script, loaded on its own page only.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: entries.map((name) => join(sources, name)) },
  },
});
