// One sheet in ODK's web form engine: empty, to correct, or half-filled.
import './fallback.js';
import { createApp, h } from 'vue';
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from '@getodk/web-forms';
import { FRENCH_ARIA, FRENCH_LOCALE } from './french.js';
import { listen } from './seam.js';

const ENGLISH_LOCALE = { dateFormat: 'dd/mm/yy', firstDayOfWeek: 1 };

const setLocale = (app) => {
  const { locale } = app.config.globalProperties.$primevue.config;
  // Typed dates are read as day, month, year, in both languages: the engine alone would swap day and month.
  if (document.documentElement.lang === 'fr') {
    Object.assign(locale, FRENCH_LOCALE);
    Object.assign(locale.aria, FRENCH_ARIA);
  } else {
    Object.assign(locale, ENGLISH_LOCALE);
  }
};

const chooseLanguage = (root) => {
  const wanted = `(${document.documentElement.lang})`;
  const found = root.languages.find((each) => !each.isSyntheticDefault && each.language.includes(wanted));
  if (found) root.setLanguage(found);
};

const attachmentsFrom = (media) => (url) => {
  const name = decodeURIComponent(url.pathname.split('/').pop());
  const address = media[name];
  return address ? fetch(address) : Promise.resolve(new Response('', { status: 404 }));
};

/**
 * Open a sheet in `element`. `onOpened` is given a function that gives its FormData as it stands, for each sheet that
 * is opened; `onSend` is given the FormData to be sent, and when it gives true a new sheet begins.
 * Gives { close }; rejects with the engine's reason when the form cannot be opened.
 */
export const openSheet = (element, { xml, media, username, editInstance, onSend, onOpened }) =>
  new Promise((resolve, reject) => {
    const app = createApp({
      render: () =>
        h(OdkWebForm, {
          formXml: xml,
          fetchFormAttachment: attachmentsFrom(media),
          preloadProperties: { username },
          trackDevice: true,
          editInstance,
          onSubmit: async (payload, callback) => {
            const isDone = await onSend(payload.data[0]);
            if (isDone) callback({ next: POST_SUBMIT__NEW_INSTANCE });
          },
        }),
    });
    listen({
      loaded: async (_form, { root }) => {
        element.style.visibility = 'hidden'; // nobody types or presses before it is known what the sheet held
        try {
          chooseLanguage(root);
          await onOpened(async () => (await root.prepareInstancePayload({ payloadType: 'monolithic' })).data[0]);
        } catch (error) {
          reject(error);
          return;
        } finally {
          element.style.visibility = '';
        }
        resolve({ close: () => app.unmount() });
      },
      failed: (error) => reject(new Error(error?.message ?? String(error))),
    });
    app.use(webFormsPlugin);
    setLocale(app);
    app.mount(element);
  });
