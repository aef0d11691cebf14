// Builds what is served (built/) from these sources and the packages of the lock file: `make web-form`.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const OUT = 'node_modules/.built';
const SOURCES = ['build.js', 'package-lock.json', 'package.json', 'patches.js', 'vite.config.js'];
const LICENCE = /^(licen[cs]e|copying|notice)/i;

const digest = () => {
  const files = [...SOURCES, ...readdirSync('src').map((each) => `src/${each}`)].sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
};

// What the engine's own package has built in is not among the packages of the lock file.
const BUILT_IN = `Built into @getodk/web-forms: its engine and XPath parser (getodk, Apache-2.0), PrimeVue (PrimeTek, MIT),
Solid (Ryan Carniato, MIT), Papa Parse (Matthew Holt, MIT), tree-sitter (Max Brunsfeld, MIT), temporal-polyfill (Adam Shaw, MIT),
bin-packer (MIT), unified, micromark and hast utilities (Titus Wormer, MIT), Material Design Icons (Apache-2.0).`;

const licences = () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const told = ['The web form engine and the packages it is made of.', BUILT_IN];
  for (const [path, { version, license, dev, optional }] of Object.entries(packages)) {
    if (!path || dev || optional || !existsSync(path)) continue;
    const files = readdirSync(path).filter((each) => LICENCE.test(each));
    const texts = files.map((each) => readFileSync(`${path}/${each}`, 'utf8').trim());
    told.push([`${path.split('node_modules/').pop()} ${version}: ${license}`, ...texts].join('\n\n'));
  }
  return `${told.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
};

await build();
rmSync('built', { recursive: true, force: true });
mkdirSync('built');
const keep = (name, content) => writeFileSync(`built/${name}.gz`, gzipSync(content, { level: 9 }));
const files = readdirSync(OUT).sort();
for (const file of files) keep(file, readFileSync(`${OUT}/${file}`));
keep('worker.js', readFileSync('src/worker.js'));
keep('licences.txt', licences());
writeFileSync('built/manifest.json', `${JSON.stringify({ sources: digest(), files }, null, 2)}\n`);
