// How the bundle is made from the sources in src/ and the packages in package-lock.json.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { PATCHES, TEXTS } from './patches.js';

const SEAM = fileURLToPath(new URL('src/seam.js', import.meta.url));
const FONT = /@font-face\{[^}]*\}/g;
const DIST = /@getodk\/web-forms\/dist\/(index|MapBlock)[^/]*\.js$/;

// Every change must be found as often as it says: a newer version of the package that lost one stops the build.
const replaced = (code, from, to, times) => {
  const parts = code.split(from);
  if (parts.length - 1 !== times) {
    throw new Error(`found ${parts.length - 1} times, expected ${times}: ${from}`);
  }
  return parts.join(to);
};

const ourChanges = () => {
  const done = new Set();
  return {
    name: 'fiche-changes',
    enforce: 'pre',
    transform(code, id) {
      if (!DIST.test(id.replaceAll('\\', '/'))) return null;
      const file = id.includes('MapBlock') ? 'map' : id.endsWith('/dist/index.js') ? 'styles' : 'engine';
      done.add(file);
      if (file === 'styles') {
        if (!FONT.test(code)) throw new Error('no fonts found to leave out');
        return { code: code.replace(FONT, ''), map: null }; // the device's own fonts are read as well
      }
      for (const { from, to, times = 1 } of PATCHES[file]) code = replaced(code, from, to, times);
      for (const { text, within, times = 1 } of TEXTS.filter((each) => each.file === file)) {
        const literal = JSON.stringify(text);
        const from = within.replace('%', literal);
        code = replaced(code, from, from.replace(literal, `ficheText(${literal})`), times);
      }
      const names = 'told as ficheText, loaded as ficheLoaded, failed as ficheFailed';
      return { code: `import { ${names} } from ${JSON.stringify(SEAM)};\n${code}`, map: null };
    },
    buildEnd() {
      for (const file of ['styles', 'engine', 'map']) if (!done.has(file)) throw new Error(`not seen: ${file}`);
    },
  };
};

export default defineConfig({
  base: './',
  publicDir: false,
  logLevel: 'warn',
  plugins: [ourChanges()],
  build: {
    target: 'es2022',
    modulePreload: false,
    emptyOutDir: true,
    outDir: 'node_modules/.built',
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: { fill: 'src/fill.js', correct: 'src/correct.js' },
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});
