import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = join(here, 'web/ui');

// Each file that lies directly in web/ui is an entry of its own; what entries share lies in web/ui/parts.
const entries = readdirSync(sources)
  .filter((name) => name.endsWith('.js'))
  .sort();

// The licences of everything that was bundled, as their authors ask: licences.txt beside the scripts, linked from 说明.
const licences = {
  name: 'licences',
  generateBundle(_, bundle) {
    const found = new Set();
    for (const { moduleIds = [] } of Object.values(bundle)) {
      for (const id of moduleIds) found.add(id.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0]);
    }
    const source = [...found].filter(Boolean).sort().map(licenceOf).join(`\n${'-'.repeat(80)}\n\n`);
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
  },
};

function licenceOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf-8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const by = typeof author === 'object' ? author.name : author;
  const text = file ? readFileSync(join(folder, file), 'utf-8') : `${license}${by ? `, ${by}` : ''}\n`;
  return `${name} ${version}\n\n${text.trimEnd()}\n`;
}

// form-js's viewer and editor, and our parts in them, must have one and the same preact, and the editor does not bear
// that of bpmn-js's panel: it brings its own.
const editorOfForms = join(here, 'node_modules/@bpmn-io/form-js-editor/dist/index.es.js');
const onePreact = {
  name: 'one-preact-for-forms',
  enforce: 'pre',
  resolveId(source, importer) {
    const isPreact = /^preact(\/|$)/.test(source) && importer !== editorOfForms;
    return isPreact && /form-js-viewer|web\/ui\/former/.test(importer) ? this.resolve(source, editorOfForms) : null;
  },
};

export default defineConfig({
  plugins: [licences, onePreact],
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
    // The editors of files are large scripts, each loaded on its own page only.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: entries.map((name) => join(sources, name)) },
  },
});
